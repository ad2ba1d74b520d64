"""The addresses of the board, the list and a project with all that stands on its page."""

from __future__ import annotations

from django.urls import path, register_converter

from leanship.features.projects.views import board, parts, project, talk


class UidConverter:
    """A public id, so that no word of an address is taken for one."""

    regex = "[2-9b-df-hj-np-tv-xz]{12}"

    def to_python(self, value: str) -> str:
        """The id as it stands there."""
        return value

    def to_url(self, value: str) -> str:
        """The same."""
        return value


register_converter(UidConverter, "project_uid")

_ONE = "<project_uid:uid>/"

patterns = [
    path("", board.board, name="board"),
    path("list/", board.projects, name="list"),
    path("new/", board.new, name="raise"),
    path("new/similar/", board.similar, name="similar"),
    path("new/teams/", board.suggest_team, name="suggest_team"),
    path(_ONE, project.project, name="project"),
    path(_ONE + "edit/", project.edit, name="edit"),
    path(_ONE + "take-up/", project.take_up, name="take_up"),
    path(_ONE + "put-down/", project.put_down, name="put_down"),
    path(_ONE + "hand-over/", project.hand_over, name="hand_over"),
    path(_ONE + "members/", project.members, name="members"),
    path(_ONE + "members/remove/", project.remove_member, name="remove_member"),
    path(_ONE + "stage/", project.stage, name="stage"),
    path(_ONE + "end/", project.end, name="end"),
    path(_ONE + "reopen/", project.reopen, name="reopen"),
    path(_ONE + "archive/", project.archive, name="archive"),
    path(_ONE + "restore/", project.restore, name="restore"),
    path(_ONE + "text/<slug:key>/", parts.text, name="text"),
    path(_ONE + "text/<slug:key>/versions/", parts.versions, name="versions"),
    path(_ONE + "text/<slug:key>/restore/", parts.restore_text, name="restore_text"),
    path(_ONE + "why/", parts.add_why, name="add_why"),
    path("why/<str:uid>/", parts.edit_why, name="edit_why"),
    path("why/<str:uid>/archive/", parts.archive_why, name="archive_why"),
    path("why/<str:uid>/restore/", parts.restore_why, name="restore_why"),
    path(_ONE + "trials/", parts.add_trial, name="add_trial"),
    path("trials/<str:uid>/", parts.edit_trial, name="edit_trial"),
    path("trials/<str:uid>/result/", parts.result, name="result"),
    path("trials/<str:uid>/archive/", parts.archive_trial, name="archive_trial"),
    path("trials/<str:uid>/restore/", parts.restore_trial, name="restore_trial"),
    path(_ONE + "plan/", parts.add_plan_item, name="add_plan_item"),
    path("plan/<str:uid>/", parts.edit_plan_item, name="edit_plan_item"),
    path("plan/<str:uid>/done/", parts.finish_plan_item, name="finish_plan_item"),
    path("plan/<str:uid>/undone/", parts.unfinish_plan_item, name="unfinish_plan_item"),
    path("plan/<str:uid>/archive/", parts.archive_plan_item, name="archive_plan_item"),
    path("plan/<str:uid>/restore/", parts.restore_plan_item, name="restore_plan_item"),
    path(_ONE + "comments/", talk.comments, name="comments"),
    path("comments/<str:uid>/archive/", talk.archive_comment, name="archive_comment"),
    path("comments/<str:uid>/restore/", talk.restore_comment, name="restore_comment"),
    path(_ONE + "files/", talk.files, name="files"),
    path("files/<str:uid>/", talk.file, name="file"),
    path("files/<str:uid>/archive/", talk.archive_file, name="archive_file"),
    path("files/<str:uid>/restore/", talk.restore_file, name="restore_file"),
]
