"""Problems name the file, even where its path has no last part."""

from __future__ import annotations

from pathlib import Path

from leanship.readers.tabular import read_table


def test_a_folder_that_is_no_file_is_named() -> None:
    (problem,) = read_table(Path()).problems
    assert problem.file == "." and problem.message.startswith(". cannot be opened")
