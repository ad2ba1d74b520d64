"""Addresses of Today and My standing."""

from django.urls import path

from leanship.features.standing import views

app_name = "standing"

urlpatterns = [
    path("", views.today, name="today"),
    path("waiting/", views.waiting, name="waiting"),
    path("standing/", views.mine, name="mine"),
    path("standing/<str:uid>/", views.standing, name="of"),
    path("standing/<str:uid>/take-away/", views.take_away, name="take_away"),
    path("standing/<str:uid>/comment/", views.comment, name="comment"),
    path("standing/<str:uid>/correction/", views.correction, name="correction"),
    path("standing/<str:uid>/put-off/", views.put_off, name="put_off"),
    path("comments/<str:uid>/answer/", views.answer, name="answer"),
    path("comments/<str:uid>/take-back/", views.take_back, name="take_back"),
    path("comments/<str:uid>/put-back/", views.put_back, name="put_back"),
    path("put-off/<str:uid>/take-up/", views.take_up, name="take_up"),
]
