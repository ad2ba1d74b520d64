"""Files that are sent are bounded before anybody asks who sends them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory


@pytest.fixture
def sent(settings: Any, tmp_path: Path) -> Iterator[HttpRequest]:
    """A form with three files of 200,000 bytes, where 300,000 are allowed."""
    settings.MAX_UPLOAD_BYTES = 300_000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    files = {f"file{number}": SimpleUploadedFile("a.csv", b"a" * 200_000) for number in range(3)}
    request = RequestFactory().post("/sign-in/", files)
    yield request
    for file in request.FILES.values():
        file.close()


def test_a_form_puts_no_more_on_the_disk_than_one_file_may_have(sent: HttpRequest, tmp_path: Path) -> None:
    files = list(sent.FILES.values())
    assert len(files) == 3
    for file in files:
        file.flush()
    kept = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert 300_000 < kept < 300_000 + 2 * 64 * 1024


def test_a_file_within_the_bound_arrives_whole(sent: HttpRequest) -> None:
    assert sent.FILES["file0"].read() == b"a" * 200_000
