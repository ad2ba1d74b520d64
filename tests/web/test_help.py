"""Help: the documentation inside the product, safe, found by plain words, open to whoever needs it."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.urls import resolve
from django.utils.html import escape

from leanship.features.base.models import Organisation
from leanship.web.help import library, link, markdown
from tests.cast import Cast

KEYS = [page.key for page in library.pages()]


class Parts(HTMLParser):
    """The tags of a page with their attributes, and its ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


def rendered(text: str) -> markdown.Rendered:
    return markdown.render(
        text,
        lambda target: None if target.startswith("gone") else f"/to/{target}",
        lambda source: f"/pictures/{source}",
        lambda source: "/pictures/night.png" if source == "day.png" else None,
    )


@pytest.fixture
def reader(db: None) -> Client:
    """Somebody who is not signed in."""
    Organisation.objects.create(pk=1, name="Fjordline Supply", time_zone="Europe/Oslo")
    return Client()


def test_there_is_documentation_of_every_kind() -> None:
    assert {key.partition("/")[0] for key in KEYS} == set(library.KINDS)


@pytest.mark.parametrize("key", KEYS)
def test_every_page_opens_without_signing_in(reader: Client, key: str) -> None:
    page = library.page(key)
    answer = reader.get(page.url)
    assert answer.status_code == 200
    text = answer.content.decode()
    title = escape(page.content.title)
    assert title and f"<h1>{title}</h1>" in re.sub(r"\s+(?=<)|(?<=>)\s+", "", text)
    parts = Parts(text)
    assert len(set(parts.ids)) == len(parts.ids)
    assert not [attrs for _, attrs in parts.tags if "style" in attrs]
    assert "<script>" not in text


@pytest.mark.parametrize("key", ["index", *KEYS])
def test_links_inside_help_lead_to_pages_and_sections_that_are_there(key: str) -> None:
    page = library.page(key)
    for tag, attrs in Parts(page.content.html).tags:
        target = attrs.get("href", attrs.get("src", ""))
        if tag not in ("a", "img") or target.startswith("http"):
            continue
        address, _, anchor = target.partition("#")
        match = resolve(address or page.url)
        if match.view_name == "help:file":
            assert match.kwargs["name"] in library.files()
            continue
        other = library.page(match.kwargs.get("key", "index"))
        assert not anchor or anchor in {s.anchor for s in other.content.sections}, f"{key}: {target}"


def test_the_first_page_lists_every_other() -> None:
    listed = {a["href"] for tag, a in Parts(library.page("index").content.html).tags if tag == "a"}
    # decisions have a list of their own
    wanted = {library.address(key) for key in KEYS if not key.startswith("decisions/0")}
    assert wanted - listed == set()


@pytest.mark.parametrize(
    "path",
    [
        "../pyproject.toml",
        "..%2f..%2fpyproject",
        "explanation/../../pyproject",
        "/etc/passwd",
        "explanation/rating.md",
        "explanation",
        "index",
        "how-to/",
        "%00",
    ],
)
def test_only_the_pages_of_the_list_are_read(reader: Client, path: str) -> None:
    answer = reader.get(f"/help/{path}/")
    assert answer.status_code in ((200,) if path == "index" else (404,))


@pytest.mark.parametrize("name", ["../index.md", "..%2findex.md", "nothing.png"])
def test_only_the_files_of_the_list_are_sent(reader: Client, name: str) -> None:
    assert reader.get(f"/help/files/{name}", follow=True).status_code == 404


def test_pictures_and_samples_are_sent_as_what_they_are(reader: Client) -> None:
    kinds = {".png": "image/png", ".csv": "text/csv"}
    assert {path.suffix for path in library.files().values()} == set(kinds)
    for name, path in library.files().items():
        answer = reader.get(f"/help/files/{name}")
        assert answer["Content-Type"] == kinds[path.suffix]
        assert ("attachment" in answer.get("Content-Disposition", "")) == (path.suffix == ".csv")
        assert answer.getvalue() == path.read_bytes()  # type: ignore[attr-defined]


def test_help_takes_no_post(reader: Client) -> None:
    for address in ("/help/", link("explanation/rating"), "/help/files/x.png"):
        assert reader.post(address).status_code == 405


def test_help_stands_in_the_foot_of_the_rail(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["ana"], backend="django.contrib.auth.backends.ModelBackend")
    text = client.get("/help/").content.decode()
    foot = text.partition('<div class="foot">')[2].partition("</ul>")[0]
    assert re.search(r'<a href="/help/"\s+aria-current="page">Help</a>', foot)


def test_a_page_costs_no_query_of_its_own(
    cast: Cast, client: Client, django_assert_max_num_queries: object
) -> None:
    client.force_login(cast.users["ana"], backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert client.get(link("explanation/rating")).status_code == 200


# Search


def found(query: str) -> list[str]:
    return [hit.page.key for hit in library.search(query)]


def test_search_finds_a_page_by_its_plain_words() -> None:
    assert found("how a leader is rated")[0] == "explanation/rating"
    assert set(found("decimal comma")[:2]) == {"how-to/import-your-kpis", "reference/file-formats"}
    assert found("signal chance board")[0] == "how-to/read-the-board"


def test_search_wants_every_word_and_minds_no_case() -> None:
    assert "explanation/rating" in found("SHEWHART wheeler")
    assert found("shewhart zebra") == []
    assert found("") == found("?!") == []


def test_search_shows_the_words_where_they_stand() -> None:
    hit = next(hit for hit in library.search("moving range") if hit.excerpt)
    assert any(piece.found and piece.text.lower().startswith(("moving", "range")) for piece in hit.excerpt)


def test_what_was_searched_for_is_never_markup(reader: Client) -> None:
    text = reader.get("/help/", {"q": "<b>rated</b>"}).content.decode()
    assert "<b>rated" not in text and "&lt;b&gt;rated" in text
    part = reader.get("/help/", {"q": "rated"}, headers={"HX-Request": "true", "HX-Target": "help-found"})
    assert "<html" not in part.content.decode() and "<mark>rated</mark>" in part.content.decode()


# Markdown


def test_markup_in_a_page_is_shown_as_text() -> None:
    html = rendered('# T\n\n<script>alert(1)</script>\n\nA <b onclick="x">b</b>.').html
    assert "<script" not in html and "<b" not in html and "&lt;script&gt;" in html


def test_a_link_that_runs_something_is_no_link() -> None:
    html = markdown.render("[a](javascript:alert(1)) [b](data:text/html,x)", lambda t: t, str, str).html
    assert "<a" not in html


def test_headings_get_the_ids_that_github_gives() -> None:
    page = rendered("# T\n\n## Dates, periods\n\n## `--json` says\n\n## Dates, periods\n")
    assert [section.anchor for section in page.sections] == [
        "",
        "dates-periods",
        "--json-says",
        "dates-periods-1",
    ]
    assert page.title == "T" and "<h1" not in page.html


def test_a_link_to_what_help_has_not_keeps_its_words_alone() -> None:
    assert rendered("See [the *code*](gone.py) and [this](x.md).").html == (
        '<p>See the <em>code</em> and <a href="/to/x.md">this</a>.</p>\n'
    )


def test_tables_scroll_in_a_frame_and_carry_no_style() -> None:
    html = rendered("| | n |\n|---|--:|\n| a | 1 |\n").html
    assert "style=" not in html
    assert html.startswith('<div class="table-wrap" tabindex="0">')
    assert re.findall(r"<th\b[^>]*>", html) == ['<th class="num">']  # the empty one is no header
    assert '<td class="num">1</td>' in html


def test_a_picture_has_its_kin_for_the_dark() -> None:
    html = rendered("![The board](day.png) ![Other](other.png)").html
    images = [attrs for tag, attrs in Parts(html).tags if tag == "img"]
    assert [(i["src"], i.get("class", ""), i["alt"]) for i in images] == [
        ("/pictures/day.png", "when-light", "The board"),
        ("/pictures/night.png", "when-dark", "The board"),
        ("/pictures/other.png", "", "Other"),
    ]


def test_an_installed_product_brings_its_documentation(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", code, tmp_path], cwd=root, check=True, capture_output=True, timeout=120
    )
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    docs = {path for path in (root / "docs").rglob("*") if path.suffix in (".md", ".png", ".csv")}
    assert len(docs) > 30
    assert {f"leanship/docs/{path.relative_to(root / 'docs').as_posix()}" for path in docs} <= held
    assert "leanship/__init__.py" in held


def test_a_link_of_the_product_to_a_page_that_is_not_there_is_an_error() -> None:
    assert link("explanation/rating#bands") == "/help/explanation/rating/#bands"
    for wrong in ("explanation/nothing", "explanation/rating#nothing"):
        with pytest.raises(KeyError):
            link(wrong)
