"""Imports run one way. The arrows of docs/explanation/architecture.md, read off the source of every module."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "leanship"

# Whom each area may import besides itself. What stands in no line (settings, urls, wsgi, checks) may import all.
AREAS: dict[str, set[str]] = {
    "": set(),
    "conf": {""},
    "domain": {""},
    "readers": {"", "domain"},
    "web": {"", "domain", "readers"},
    "features": {"", "conf", "domain", "readers", "web"},
    "connect": {"", "conf", "domain", "readers", "web", "features"},
    "demo": {"", "conf", "domain", "readers", "web", "features", "connect"},
    "api": {"", "conf", "domain", "readers", "web", "features", "connect"},
    # the command line starts everything else, so it alone sees its neighbours
    "cli": {"", "conf", "domain", "readers", "web", "features", "connect", "demo", "api"},
}
TOP = {"settings", "urls", "wsgi", "checks", "__main__"}

# From the bottom up; what shares a line does not import each other.
FEATURES: tuple[tuple[str, ...], ...] = (
    ("base",),
    ("org",),
    ("accounts",),
    ("jobs", "savings"),
    ("productivity", "people", "trust", "service", "value"),
    ("projects",),
    ("focus", "cycle", "reviews"),
    ("standing",),
)

# Within a feature, from the bottom up. An action may read; a read never acts; a form parses and never shows.
LAYERS = ("models", "queries", "actions", "forms", "views", "urls")

DJANGO_FREE = ("domain", "readers")
NUMBERS = {"numpy", "scipy", "polars"}  # all that the method itself may lean on
HEAVY = {"polars", "scipy", "typst", "vl_convert", "pandas", "openpyxl"}


class Module(NamedTuple):
    """A source file and every dotted name it imports, with the line of each."""

    name: str
    imports: list[tuple[str, int]]


def name_of(path: Path, root: Path) -> str:
    """`features.org.models` for features/org/models.py under `root`; "" for the package itself."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_modules(root: Path) -> list[Module]:
    """Every module under `root`, with its imports made absolute, those inside functions too."""
    found = []
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        name = name_of(path, root)
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        found.append(Module(name, list(imports_of(tree, package, root))))
    return found


def imports_of(tree: ast.AST, package: str, root: Path) -> Iterator[tuple[str, int]]:
    """Dotted names that `tree` imports, and their lines; the product's own without their `leanship.`, marked `.`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield own_name(alias.name), node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = own_name(node.module or "")
            if node.level:
                above = package.split(".") if package else []
                above = above[: len(above) - (node.level - 1)]
                base = "." + ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                # `from leanship.features import org` names a module, `from leanship.conf import Setting` does not
                inner = f"{base}.{alias.name}" if base != "." else f".{alias.name}"
                yield inner if base.startswith(".") and is_module(inner[1:], root) else base, node.lineno


def own_name(name: str) -> str:
    """`.conf` for `leanship.conf`; a name of somebody else's package as it is."""
    if name == "leanship" or name.startswith("leanship."):
        return "." + name.removeprefix("leanship").removeprefix(".")
    return name


def is_module(name: str, root: Path) -> bool:
    """Whether `name` is a module or a package under `root`."""
    path = root.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def rank(feature: str) -> int | None:
    """The line of `feature` counted from the bottom, or None where it has no place."""
    return next((number for number, line in enumerate(FEATURES) if feature in line), None)


def complaints(root: Path) -> list[str]:
    """Each import under `root` that goes against the arrows, in words."""
    found = []
    for module in read_modules(root):
        for target, line in module.imports:
            reason = against(module.name, target)
            if reason:
                found.append(f"{module.name or '__init__'}:{line} imports {target.lstrip('.')}: {reason}")
    return list(dict.fromkeys(found))  # one statement may name several things


def against(source: str, target: str) -> str:
    """Why `source` may not import `target`; empty when it may."""
    area = source.split(".")[0]
    if not target.startswith("."):
        return foreign(area, target.split(".")[0])
    if area in TOP:
        return ""
    if area not in AREAS:
        return "this area has no place among the arrows"
    name = target[1:]
    other = name.split(".")[0]
    if other != area:
        return "" if other in AREAS[area] else f"{area or 'the package'} may not import {other}"
    return within_features(source, name) if area == "features" else ""


def foreign(area: str, library: str) -> str:
    """Why `area` may not import somebody else's `library`."""
    if area in DJANGO_FREE and library in ("django", "ninja", "django_htmx"):
        return f"{area} knows nothing of Django"
    if area == "domain" and library not in sys.stdlib_module_names | NUMBERS:
        return "the method leans on the standard library and on numbers alone"
    return ""


def within_features(source: str, target: str) -> str:
    """Why a module of one feature may not import one of the same or of another feature."""
    mine, theirs = (name.split(".")[1] if "." in name else "" for name in (source, target))
    if not mine or not theirs:
        return "features import each other by name" if mine != theirs else ""
    my_rank, their_rank = rank(mine), rank(theirs)
    if my_rank is None or their_rank is None:
        return "this feature has no place among the arrows"
    if mine != theirs:
        return "" if their_rank < my_rank else f"{mine} does not stand above {theirs}"
    my_layer, their_layer = (name.split(".")[2] if name.count(".") > 1 else "" for name in (source, target))
    if my_layer in LAYERS and their_layer in LAYERS and LAYERS.index(their_layer) > LAYERS.index(my_layer):
        return f"{my_layer} stand below {their_layer}"
    return ""


def cycle_within_a_feature(root: Path) -> list[str]:
    """Modules of one feature that import each other in a circle, or an empty list."""
    modules = {module.name: module for module in read_modules(root) if module.name.startswith("features.")}
    graph = {
        name: {
            target[1:]
            for target, _ in module.imports
            if target[1:] in modules and target[1:] != name and target[1:].split(".")[1] == name.split(".")[1]
        }
        for name, module in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_imports_run_one_way() -> None:
    assert complaints(PACKAGE) == []


def test_modules_of_a_feature_import_each_other_in_no_circle() -> None:
    assert cycle_within_a_feature(PACKAGE) == []


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        (
            "domain/rating.py",
            "import django.db",
            "domain knows nothing of Django",
        ),
        ("domain/rating.py", "import attrs", "leans on the standard library"),
        ("domain/rating.py", "import numpy as np", None),
        ("domain/rating.py", "from leanship.web import charts", "domain may not import web"),
        ("readers/tabular.py", "from django.utils import timezone", "readers knows nothing of Django"),
        ("readers/tabular.py", "from leanship import conf", "readers may not import conf"),
        (
            "web/layout.py",
            "def late():\n    from leanship.features import org",
            "web may not import features",
        ),
        (
            "features/org/models.py",
            "from leanship.features.trust.models import X",
            "org does not stand above trust",
        ),
        (
            "features/trust/queries.py",
            "from leanship.features.value import queries",
            "trust does not stand above",
        ),
        ("features/trust/queries.py", "from ..org import queries", None),
        ("features/org/models.py", "from .queries import people", "models stand below queries"),
        (
            "features/org/queries.py",
            "from leanship.features.org import actions",
            "queries stand below actions",
        ),
        ("features/org/views.py", "from . import actions, forms, queries", None),
        ("features/weather/models.py", "from leanship.features.base import clock", "has no place"),
        ("features/base/models.py", "import leanship.settings", "features may not import settings"),
        ("api/people.py", "from leanship.cli import main", "api may not import cli"),
        ("cli/demo.py", "from leanship.demo import company", None),
        ("elsewhere/thing.py", "from leanship import conf", "this area has no place"),
    ],
)
def test_an_import_against_the_arrows_is_named(
    tmp_path: Path, path: str, text: str, complaint: str | None
) -> None:
    for name in ("conf", "settings", "web/charts", "features/value/queries", "features/org/actions"):
        (tmp_path / f"{name}.py").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.py").touch()
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text, encoding="utf-8")
    found = complaints(tmp_path)
    assert len(found) == (complaint is not None)
    assert complaint is None or complaint in found[0]


def test_a_circle_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "features" / "org"
    folder.mkdir(parents=True)
    (folder / "access.py").write_text("from leanship.features.org import search", encoding="utf-8")
    (folder / "search.py").write_text("from .access import may", encoding="utf-8")
    assert set(cycle_within_a_feature(tmp_path)) == {"features.org.access", "features.org.search"}


def loaded_by(program: str, home: Path) -> set[str]:
    """The top-level packages that a fresh Python holds after `program`, with an installation in `home`."""
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("LEANSHIP_", "DATABASE_"))
    }
    env = {**own, "LEANSHIP_HOME": str(home), "DJANGO_SETTINGS_MODULE": "leanship.settings"}
    tail = (
        "\nimport json, sys\nprint('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program + tail], capture_output=True, text=True, env=env, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_help_of_the_command_line_loads_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom leanship.cli import main\nsys.argv = ['leanship', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    loaded = loaded_by(program, tmp_path)
    assert "click" in loaded
    assert not loaded & {*HEAVY, "numpy", "django"}


def test_the_web_worker_loads_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import leanship.wsgi\nfrom django.urls import get_resolver\n"
        "def walk(patterns):\n"
        "    for one in patterns:\n"
        "        walk(getattr(one, 'url_patterns', ()))\n"
        "walk(get_resolver().url_patterns)"
    )
    loaded = loaded_by(program, tmp_path)
    assert "django" in loaded
    assert not loaded & HEAVY
