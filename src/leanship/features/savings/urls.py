"""Addresses of savings."""

from django.urls import path

from leanship.features.savings import views

app_name = "savings"

urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("claim/<str:kind>/<str:uid>/", views.claim, name="claim"),
    path("confirmations/<str:uid>/", views.decide, name="decide"),
    path("confirmations/<str:uid>/take-back/", views.take_back, name="take_back"),
    path("<str:uid>/", views.saving, name="saving"),
    path("<str:uid>/figures/", views.figures, name="figures"),
    path("<str:uid>/ask/", views.ask, name="ask"),
    path("<str:uid>/again/", views.again, name="again"),
    path("<str:uid>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:uid>/restore/", views.restore, name="restore"),
]
