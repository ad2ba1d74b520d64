"""Importing in the browser: send, look, confirm; what is wrong is told and nothing is half-written."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leanship.connect import registry, uploads
from leanship.features.base.models import ImportBatch
from leanship.features.org import actions
from leanship.features.org.access import SYSTEM
from leanship.features.org.models import Person
from leanship.readers.tabular import read_table
from tests.cast import Cast

CHART = b"id,name,reports_to\n1,New Leader,\n2,New Person,1\n"


@pytest.fixture
def elif_(cast: Cast, client: Client) -> Client:
    client.force_login(cast.users["elif"])
    return client


def send(client: Client, data: bytes | None = CHART, name: str = "chart.csv", **fields: str) -> Any:
    given: dict[str, Any] = dict(fields)
    if data is not None:
        given["file"] = SimpleUploadedFile(name, data)
    return client.post(reverse("connect:upload", args=["people"]), given)


def looked_at(client: Client, data: bytes = CHART, **fields: str) -> tuple[str, str]:
    """Send a file that can be read; the preview's address and text."""
    answer = send(client, data, **fields)
    assert answer.status_code == 303, answer.content.decode()
    return answer.url, client.get(answer.url).content.decode()


def fingerprint(text: str) -> str:
    return text.split('name="fingerprint"')[1].split('value="')[1].split('"')[0]


def confirm(client: Client, url: str, text: str) -> Any:
    return client.post(f"{url}confirm/", {"fingerprint": fingerprint(text)})


def test_a_file_is_looked_at_confirmed_and_remembered(elif_: Client, cast: Cast) -> None:
    url, text = looked_at(elif_)
    assert "New Person" in text
    assert not Person.objects.filter(name="New Person").exists()
    answer = confirm(elif_, url, text)
    batch = ImportBatch.objects.get()
    assert answer.url == reverse("connect:done", args=[batch.uid])
    assert (batch.added, batch.actor_id, batch.filename) == (2, cast.people["elif"].pk, "chart.csv")
    assert "Imported" in elif_.get(answer.url).content.decode()
    assert "chart.csv" in elif_.get(reverse("connect:imports")).content.decode()
    assert Person.objects.get(name="New Person").ancestors.get().ancestor.name == "New Leader"


def test_what_changes_is_shown_field_by_field(elif_: Client, cast: Cast) -> None:
    data = b"id,name,title,reports_to\nana,Ana Ruiz,Expert,farid\n"
    _, text = looked_at(elif_, data, option_source="test")
    row = " ".join(text.split())
    for before, after in (("Order specialist", "Expert"), ("Ben Okafor", "Farid Haddad")):
        assert f'<td class="muted">{before}</td> <td>{after}</td>' in row


def test_pasted_cells_and_a_workbook_are_files_too(elif_: Client) -> None:
    answer = send(elif_, None, text="id\tname\n9\tPasted Person\n")
    assert "Pasted Person" in elif_.get(answer.url).content.decode()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "name"])
    sheet.append([7, "Person of a sheet"])
    stream = io.BytesIO()
    book.save(stream)
    _, text = looked_at(elif_, stream.getvalue(), name="people.xlsx")
    assert "Person of a sheet" in text


def test_columns_with_other_names_are_said(elif_: Client) -> None:
    data = b"Kennung;Wer;Chef\n1;Top;\n2;Low;1\n"
    names = {"column_id": "Kennung", "column_name": "Wer", "column_reports_to": "Chef"}
    url, text = looked_at(elif_, data, **names)
    confirm(elif_, url, text)
    assert Person.objects.get(name="Low").ancestors.get().ancestor.name == "Top"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Choose a file, or paste a table below."),
        ({"text": "id,name\n1,One\n", "data": CHART}, "Send one of them."),
        ({"data": b""}, "The file is empty."),
    ],
)
def test_nothing_to_read_is_said_beside_the_field(elif_: Client, fields: dict[str, Any], says: str) -> None:
    answer = send(elif_, **({"data": None} | fields))
    assert answer.status_code == 422
    assert says in answer.content.decode()


BAD = [
    (b"id,name,reports_to\n1,One,2\n2,Two,1\n", "1 → 2 → 1"),
    (b"id,name,reports_to\n1,One,Nobody Known\n", "Nobody Known"),
    (b"id,name\n1,One\n2,\xff\xfe\xfa\n", "encoding"),
    (b'id,name\n1,"One\n2,Two\n', "quotation mark"),
    (b"id,name,title\n1,One,Head\n2,Tw", "cut off"),
    (b"id,name\n", "no rows"),
    (b"who,what\n1,One\n", "column"),
    (b"id,name\n1," + b"x" * 10_000_000 + b"\n", "characters"),
    (b"id,name\n1,O\x00ne\n", "NUL"),
]


@pytest.mark.parametrize(("data", "says"), BAD, ids=[says for _, says in BAD])
def test_a_file_with_errors_says_where_and_cannot_be_confirmed(elif_: Client, data: bytes, says: str) -> None:
    people = Person.objects.count()
    url, text = looked_at(elif_, data)
    assert says in text.split('id="problems"')[1]
    assert "fingerprint" not in text
    answer = elif_.post(f"{url}confirm/", {"fingerprint": "0" * 64})
    assert answer.status_code == 409
    assert Person.objects.count() == people
    assert not ImportBatch.objects.exists()


def test_an_error_is_not_talked_over_with_the_right_fingerprint(elif_: Client, cast: Cast) -> None:
    data = b"id,name,reports_to\n1,One,\n2,Two,Nobody Known\n"
    url, _ = looked_at(elif_, data)
    uid = url.rstrip("/").rsplit("/", 1)[1]
    kept = uploads.find(cast.actors["elif"], "people", uid)
    from leanship.connect.pages import look

    found = look(cast.actors["elif"], registry.kind("people"), kept)
    answer = elif_.post(f"{url}confirm/", {"fingerprint": found.fingerprint})
    assert answer.status_code == 409
    assert "Correct them first" in answer.content.decode()
    assert not Person.objects.filter(name="One").exists()


def test_warnings_block_nothing_and_problems_can_be_searched_and_taken_away(elif_: Client) -> None:
    data = b"id,name,reports_to\n1,One,\n1,Again,\n2,Two,\n3,,1\n"
    url, text = looked_at(elif_, data)
    assert "fingerprint" in text
    narrowed = elif_.get(url, {"q": "twice", "level": "warning"}).content.decode()
    assert "Nothing fits this search" in narrowed or "row" in narrowed
    csv = elif_.get(url, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert csv[0] == "level,row,column,message"
    assert any(line.startswith("warning,3,id,") for line in csv)
    assert elif_.get(url, {"level": "error", "format": "csv"}).content.decode().count("\n") == 1


def test_what_changed_since_it_was_looked_at_is_shown_again(elif_: Client, cast: Cast) -> None:
    data = b"id,name,title\nana,Ana Ruiz,Expert\n"
    url, text = looked_at(elif_, data, option_source="test")
    actions.edit_person(SYSTEM, person=cast.people["ana"], title="Something else")
    answer = confirm(elif_, url, text)
    assert answer.status_code == 409
    again = answer.content.decode()
    assert "Something changed since you looked" in again
    assert "Something else" in again
    assert confirm(elif_, url, again).status_code == 303


def test_an_unrelated_change_between_looking_and_confirming_stops_nothing(elif_: Client, cast: Cast) -> None:
    url, text = looked_at(elif_)
    actions.edit_person(SYSTEM, person=cast.people["dev"], title="Something else")
    assert confirm(elif_, url, text).status_code == 303


def test_an_upload_is_its_senders_alone_and_kept_unreadable_for_others(
    cast: Cast, client: Client, settings: Any
) -> None:
    client.force_login(cast.users["elif"])
    url, _ = looked_at(client)
    files = sorted((Path(settings.LEANSHIP_HOME) / "imports").iterdir())
    assert [oct(path.stat().st_mode & 0o777) for path in files] == ["0o600", "0o600"]
    client.force_login(cast.users["greta"])
    assert client.get(url).status_code == 404
    client.force_login(cast.users["elif"])
    assert client.post(f"{url}discard/").status_code == 303
    assert client.get(url).status_code == 404
    assert not list((Path(settings.LEANSHIP_HOME) / "imports").iterdir())


def test_a_file_that_is_not_the_one_sent_is_not_taken_in(elif_: Client, settings: Any) -> None:
    url, text = looked_at(elif_)
    (path,) = (Path(settings.LEANSHIP_HOME) / "imports").glob("*.data")
    path.write_bytes(CHART + b"3,Smuggled Person,1\n")
    assert elif_.get(url).status_code == 422
    assert confirm(elif_, url, text).status_code == 422
    assert not Person.objects.filter(name="Smuggled Person").exists()


def test_uploads_are_forgotten_after_a_day_and_after_they_were_taken_in(elif_: Client, settings: Any) -> None:
    old, _ = looked_at(elif_)
    folder = Path(settings.LEANSHIP_HOME) / "imports"
    yesterday = time.time() - uploads.KEPT - 60
    for path in folder.iterdir():
        os.utime(path, (yesterday, yesterday))
    assert elif_.get(old).status_code == 404  # whether or not anybody has swept
    url, text = looked_at(elif_, b"id,name\n5,Five\n")
    assert elif_.get(old).status_code == 404
    confirm(elif_, url, text)
    assert not list(folder.iterdir())


def test_a_file_beyond_the_limit_is_refused(elif_: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000
    answer = send(elif_, b"x" * 1_001)
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()


@pytest.mark.parametrize("who", ["ana", "ben", "ingrid"])
def test_others_import_nothing(cast: Cast, client: Client, who: str) -> None:
    client.force_login(cast.users[who])
    for name, args in (
        ("connect:imports", []),
        ("connect:upload", ["people"]),
        ("connect:sample", ["people"]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 403
    assert send(client).status_code == 403


@pytest.mark.parametrize("key", registry.keys())
def test_every_sample_is_a_file_of_its_kind(elif_: Client, cast: Cast, key: str) -> None:
    data = elif_.get(reverse("connect:sample", args=[key])).content
    found = registry.kind(key).preview(cast.actors["elif"], read_table(data, name="sample.csv"), {})
    # Whom or what its rows name need not exist here; what is wrong with the file as a whole has no row.
    assert [each.message for each in found.problems if each.level == "error" and each.row is None] == []
    assert found.rows


def test_the_sample_of_people_can_be_taken_in(elif_: Client) -> None:
    url, text = looked_at(elif_, registry.kind("people").sample.encode())
    assert confirm(elif_, url, text).status_code == 303


def test_a_kind_nobody_knows_is_not_there(elif_: Client) -> None:
    assert elif_.get(reverse("connect:upload", args=["planets"])).status_code == 404
