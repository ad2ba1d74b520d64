"""What the pages name is there: files they link to, commands, settings, labels on the screen, messages."""

from __future__ import annotations

import re
from pathlib import Path

import click
import dev
import pytest

from leanship.cli import main
from leanship.conf import SETTINGS
from leanship.readers.problems import MESSAGES
from leanship.web.help import library
from leanship.web.help.markdown import slug
from tests.docs.test_cli_page import ALL as COMMANDS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for suffix in ("*.py", "*.html", "*.js")
    for path in sorted((ROOT / "src" / "leanship").rglob(suffix))
)
# Emphasis in how-tos and the tutorial that is no label of the screen.
EMPHASIS = {
    "Contains public sector information licensed under the Open Government Licence v3.0.",
    "routine variation",
    "provisional",
    "Save as PDF",
    "nothing",
    "meets",
    "Trying it out",
}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def without_code(text: str) -> str:
    """The text without blocks and spans of code: what stands there links to nothing."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def anchors(path: Path) -> set[str]:
    """The ids of the headings of a page, as GitHub gives them."""
    taken: set[str] = set()
    body = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {
        slug(re.sub(r"[`*]", "", heading), taken) for heading in re.findall(r"^#+ (.+)$", body, re.MULTILINE)
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_and_picture_is_there(name: str) -> None:
    text = without_code(text_of(name))
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset|href)="([^"]+)"', text)
    for target in targets:
        if re.match(r"https?:|mailto:", target):
            continue
        file, _, anchor = target.partition("#")
        path = ((ROOT / name).parent / file).resolve() if file else ROOT / name
        assert path.exists(), f"{name}: {target}"
        assert path.is_relative_to(ROOT)
        if anchor:
            assert anchor in anchors(path), f"{name}: {target}"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_there_with_its_options(name: str) -> None:
    text = text_of(name)
    calls = re.findall(r"`leanship ([^`\n]+)`|^(?: {4}|.*?/)?leanship ([a-z][^\n]*)$", text, re.MULTILINE)
    for first, second in calls:
        words = (first or second).split()
        if not re.fullmatch(r"[a-z-]+", words[0]) or words[0] == "serve":
            words = words[:1]
        if words[0].startswith("-") or words[0] == "COMMAND":
            continue
        command = next((c for c in COMMANDS if words[: len(c.split())] == c.split()), None)
        group = main.get_command(click.Context(main), words[0])
        assert group is not None, f"{name}: leanship {' '.join(words)}"
        if command is None:
            # the group itself may be named, but no command that it has not
            assert isinstance(group, click.Group) and len(words) == 1, f"{name}: leanship {' '.join(words)}"
            continue
        known = {option for parameter in COMMANDS[command].params for option in parameter.opts} | {"--help"}
        given = {word.partition("=")[0].rstrip(".,;") for word in words if word.startswith("--")}
        assert given <= known, f"{name}: leanship {' '.join(words)}"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_of_dev_is_there(name: str) -> None:
    help_text = dev.parser().format_help()
    for command in re.findall(r"python3 dev\.py ([a-z]+)", text_of(name)):
        assert re.search(rf"^\s+{command}\s", help_text, re.MULTILINE), f"{name}: {command}"


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_there(name: str) -> None:
    known = {setting.name for setting in SETTINGS} | {f"{setting.name}_FILE" for setting in SETTINGS}
    known |= {"LEANSHIP_TEST_POSTGRES", "LEANSHIP_TEST_REQUIRE", "LEANSHIP_WITNESS_DATA"}
    assert set(re.findall(r"\bLEANSHIP_[A-Z_]+\b", text_of(name))) - known == set()


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith(("docs/how-to/", "docs/tutorial/"))])
def test_what_a_page_tells_one_to_press_is_on_the_screen(name: str) -> None:
    flat = " ".join(without_code(text_of(name)).split())
    for words in re.findall(r"(?<![*\w])\*([^*]+)\*(?![*\w])", flat):
        assert words in EMPHASIS or words in SOURCE, f"{name}: *{words}*"


def test_the_messages_that_the_import_page_explains_are_told() -> None:
    page = text_of("docs/how-to/import-your-kpis.md")
    table = page.partition("| it says | do this |")[2].partition("\n\n")[0]
    quoted = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[1:]
    assert len(quoted) > 10
    for words in quoted:
        assert any(words in message for message in MESSAGES.values()), words


@pytest.mark.parametrize("name", NAMES)
def test_pages_neither_cheer_nor_shout(name: str) -> None:
    assert "!" not in re.sub(r"!\[", "[", without_code(text_of(name)))


def test_help_links_in_the_product_lead_to_pages() -> None:
    """Both ways to link: `{% help_link "…" %}` in templates, `help_link("…")` in code."""
    templates = re.findall(r"{%\s*help_link\s+['\"]([^'\"]+)['\"]", SOURCE)
    code = re.findall(r"\bhelp_link\(\s*['\"]([^'\"]+)['\"]", SOURCE)
    assert templates and code
    for key in {*templates, *code}:
        assert library.link(key).startswith("/help/"), key
    # a link written by hand would not be found when a page is renamed
    assert not re.findall(r"[\"']/help/[a-z]", SOURCE)
