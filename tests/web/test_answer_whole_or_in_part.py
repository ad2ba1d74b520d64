"""One value, a whole page or a fragment of it: by what HTMX asks for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

import leanship.web
from leanship.web import htmx, layout
from leanship.web.layout import Audience, Empty, WhoSees
from leanship.web.templatetags import leanship as tags

WEB = Path(leanship.web.__file__).parent


@dataclass(frozen=True)
class Page:
    """A page for these tests."""

    place: Empty
    title: str = "People"
    who_sees: WhoSees | None = None


PAGE = Page(Empty("Nobody yet", "Here will be people.", "Add one", "/people/new/"))
WHOLE, PART = "404.html", "web/_empty.html"


def request_with(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/people/", headers=headers)
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def test_a_browser_gets_the_whole_page_and_htmx_its_fragment() -> None:
    whole = htmx.render_page(request_with(), WHOLE, PAGE, PART).content.decode()
    part = htmx.render_page(request_with(**{"HX-Request": "true"}), WHOLE, PAGE, PART).content.decode()
    assert "<html" in whole
    assert "<html" not in part and 'class="empty"' in part


def test_a_target_chooses_among_several_fragments() -> None:
    fragments = {"list": PART}
    asked = {"HX-Request": "true", "HX-Target": "list"}
    assert "<html" not in htmx.render_page(request_with(**asked), WHOLE, PAGE, fragments).content.decode()
    asked["HX-Target"] = "elsewhere"
    assert "<html" in htmx.render_page(request_with(**asked), WHOLE, PAGE, fragments).content.decode()


def test_going_back_gets_the_whole_page() -> None:
    asked = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in htmx.render_page(request_with(**asked), WHOLE, PAGE, PART).content.decode()


def test_caches_are_told_that_the_answer_depends_on_the_asker() -> None:
    vary = htmx.render_page(request_with(), WHOLE, PAGE, PART).headers["Vary"]
    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in vary.split(",")}


def test_invalid_input_is_422_with_and_without_htmx() -> None:
    for headers in ({}, {"HX-Request": "true"}):
        assert htmx.invalid(request_with(**headers), WHOLE, PAGE, PART).status_code == 422


def test_htmx_swaps_what_is_to_be_read_and_evaluates_nothing() -> None:
    config = json.loads(htmx.CONFIG)
    assert config["allowEval"] is False and config["includeIndicatorStyles"] is False
    assert config["historyCacheSize"] == 0
    first = {
        code: next(r for r in config["responseHandling"] if re.fullmatch(r["code"], code))
        for code in ("200", "204", "409", "422", "403", "500")
    }
    assert {code: rule["swap"] for code, rule in first.items()} == {
        "200": True,
        "204": False,
        "409": True,
        "422": True,
        "403": False,
        "500": False,
    }


def test_going_on_after_a_change() -> None:
    plain = htmx.go(request_with(), "/people/")
    assert (plain.status_code, plain.headers["Location"]) == (303, "/people/")
    with_htmx = htmx.go(request_with(**{"HX-Request": "true"}), "/people/")
    assert (with_htmx.status_code, with_htmx.headers["HX-Redirect"]) == (204, "/people/")


def test_what_was_done_comes_with_its_undo_also_beside_a_fragment() -> None:
    request = request_with(**{"HX-Request": "true"})
    layout.say(request, "Ana <b>moved</b>.", undo="/people/x1/undo/")
    text = htmx.render_page(request, WHOLE, PAGE, PART).content.decode()
    assert 'hx-swap-oob="true"' in text
    assert 'action="/people/x1/undo/"' in text and "csrfmiddlewaretoken" in text
    assert "Ana &lt;b&gt;moved&lt;/b&gt;." in text


def test_who_sees_this_opens_to_the_list_and_the_reasons() -> None:
    who = WhoSees(
        "You and 1 other", (Audience("You", "It is about you.", 1), Audience("The team", "You lead it.", 9))
    )
    text = render_to_string("web/_who_sees.html", tags.who_sees(who))
    assert "You and 1 other" in text and "You lead it." in text and ">9<" in text
    assert "<details" in text


def test_a_figure_opens_to_its_evidence_with_and_without_htmx() -> None:
    text = tags.figure("96 %", "/kpi/x1/evidence/?a=1&b=2", label="percent of standard")
    assert 'href="/kpi/x1/evidence/?a=1&amp;b=2"' in text
    assert 'hx-get="/kpi/x1/evidence/?a=1&amp;b=2"' in text and 'hx-target="#panel"' in text
    assert "percent of standard" in text
    assert "<a" not in tags.figure("96 %")


def test_a_band_is_a_shape_and_a_word() -> None:
    text = tags.band("does_not_meet")
    assert "does not meet yet" in text and "<svg" in text and "tone-worse" in text
    with pytest.raises(KeyError):
        tags.band("failed")


def test_a_reason_stands_as_a_sentence() -> None:
    text = render_to_string("403.html", {"reason": "this is open to: administrators"}, request_with())
    assert "<p>This is open to: administrators.</p>" in text
    assert tags.sentence("Ask them.") == "Ask them." and tags.sentence("") == ""
    assert tags.field_name("time_zone") == "Time zone"


def test_every_error_page_is_there_and_kind() -> None:
    for code in (400, 403, 404, 409, 413, 422, 429, 500):
        text = render_to_string(f"{code}.html", {"problems": {"name": ["Give it a name."]}}, request_with())
        assert "<h1>" in text and str(code) not in re.sub("<[^>]+>", "", text)
        assert "error" not in re.sub("<[^>]+>", "", text).lower()


def test_the_last_resort_needs_no_request() -> None:
    assert "Something broke" in render_to_string("500.html")


def test_a_demo_says_so_on_every_page() -> None:
    template = engines["django"].from_string('{% extends "web/base.html" %}')
    organisation = SimpleNamespace(name="Brightwater", is_demo=True)
    assert "Demo: Brightwater" in template.render({"organisation": organisation}, request_with())
    organisation.is_demo = False
    assert "ribbon" not in template.render({"organisation": organisation}, request_with())


def test_the_readers_theme_stands_on_the_page() -> None:
    request = request_with()
    request.user = SimpleNamespace(is_authenticated=True, theme="dark", pk=1)  # type: ignore[assignment]
    assert '<html lang="en" data-theme="dark">' in render_to_string("404.html", {}, request)


@pytest.mark.parametrize("path", sorted(WEB.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_breaks_the_content_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|javascript:|https?://", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_no_style_sheet_but_the_tokens_names_a_colour() -> None:
    for path in sorted((WEB / "static/web").glob("*.css")):
        if path.name != "tokens.css":
            text = re.sub(r"light-dark\([^;]*;", "", path.read_text(encoding="utf-8"))
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!-)", re.sub(r'url\("[^"]*"\)', "", text)), path.name
