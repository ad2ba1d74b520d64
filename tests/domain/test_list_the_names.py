"""What the domain offers is listed, and naming it costs no NumPy."""

import subprocess
import sys

import leanship.domain


def test_every_listed_name_is_there_and_no_other() -> None:
    listed = leanship.domain.__all__
    assert len(set(listed)) == len(listed)
    public = {
        name
        for name, value in vars(leanship.domain).items()
        if not name.startswith("_") and not isinstance(value, type(sys))
    }
    assert public == set(listed)


def test_the_names_come_without_numpy_and_django() -> None:
    code = "import sys, leanship.domain; print({'numpy', 'django', 'polars', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
