"""Addresses of what fits."""

from django.urls import path

from leanship.features.projects.views import portfolio as views

patterns = [
    path("fit/", views.portfolios, name="fit_list"),
    path("fit/new/", views.new, name="fit_new"),
    path("fit/<str:uid>/", views.portfolio, name="fit"),
    path("fit/<str:uid>/find/", views.find, name="fit_find"),
    path("fit/<str:uid>/take/", views.take, name="fit_take"),
    path("fit/<str:uid>/import/", views.take_file, name="fit_import"),
    path("fit/<str:uid>/export/", views.export, name="fit_export"),
    path("fit/<str:uid>/remove/", views.remove, name="fit_remove"),
    path("fit/<str:uid>/put-back/", views.put_back, name="fit_put_back"),
    path("fit/<str:uid>/archive/", views.archive, name="fit_archive"),
    path("fit/<str:uid>/restore/", views.restore, name="fit_restore"),
]
