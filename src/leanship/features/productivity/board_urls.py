"""Addresses of boards, peers and evidence, inside the namespace of productivity."""

from __future__ import annotations

from django.urls import path

from leanship.features.productivity import board_views

urlpatterns = [
    path("board/", board_views.my_board, name="board"),
    path("board/person/<str:uid>/", board_views.board_person, name="board_person"),
    path("board/team/<str:uid>/", board_views.board_team, name="board_team"),
    path("series/<str:uid>/peers/", board_views.peers, name="peers"),
    path("standings/<str:uid>/", board_views.evidence, name="standing"),
]
