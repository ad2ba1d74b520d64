"""`{% load leanship %}`: the pieces that pages are set from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

import leanship
from leanship.domain.figures import Figure
from leanship.domain.periods import Cadence
from leanship.web import format as fmt
from leanship.web import htmx, navigation, words
from leanship.web.charts import shapes, wheel
from leanship.web.layout import Empty, WhoSees
from leanship.web.lists import ListPage, ListRequest

register = template.Library()

# Drawn for a field of 24, in single strokes.
_ICONS = {
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z M15.3 15.3 20.5 20.5",
    "close": "M6 6 18 18 M18 6 6 18",
    "add": "M12 5v14 M5 12h14",
    "today": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z M12 2.5v2 M12 19.5v2 M2.5 12h2 M19.5 12h2 "
    "M5.3 5.3l1.4 1.4 M17.3 17.3l1.4 1.4 M18.7 5.3l-1.4 1.4 M6.7 17.3l-1.4 1.4",
    "standing": "M5.4 8.2A7.6 7.6 0 0 1 18.6 8.2 M19.6 12.9A7.6 7.6 0 0 1 13.2 19.5 M10.8 19.5A7.6 7.6 0 0 1 4.4 12.9",
    "waiting": "M4 13.5h4.2l1.3 2.5h5l1.3-2.5H20 M4 13.5 6.6 5.5h10.8L20 13.5v5H4Z",
    "more": "M5 7.5h14 M5 12h14 M5 16.5h14",
    "download": "M12 4v11 M7.5 10.5 12 15l4.5-4.5 M5 19.5h14",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small line drawing that takes the colour of the text; it says nothing that words do not say too."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        _ICONS[name],
    )


@register.simple_tag
def brand_mark() -> str:
    """The emblem beside the name."""
    return wheel.mark()


@register.simple_tag(takes_context=True)
def frame(context: Context) -> navigation.Shell | None:
    """`{% frame as shell %}`: rail, bar and theme for this request; None where there is no request."""
    request = context.get("request")
    return navigation.shell(request) if isinstance(request, HttpRequest) else None


@register.simple_tag
def htmx_config() -> str:
    """The content of HTMX's meta tag."""
    return htmx.CONFIG


@register.simple_tag
def version() -> str:
    """The product's version, in the address of every static file so that an upgrade is seen at once."""
    return leanship.__version__


# Figures, bands and charts


@register.simple_tag
def figure(text: object, url: str = "", label: str = "", panel: bool = True, big: bool = False) -> SafeString:
    """A figure that opens to its evidence, in the side panel where there is JavaScript, else as a page.

    `label` says what the figure is where the text around does not: "96 %, percent of standard".
    """
    classes = "figure big" if big else "figure"
    spoken = format_html('<span class="unseen">, {}</span>', label) if label else ""
    if not url:
        return format_html('<span class="{}">{}{}</span>', classes, text, spoken)
    opens = _panel(url) if panel else ""
    return format_html('<a class="{}" href="{}"{}>{}{}</a>', classes, url, opens, text, spoken)


@register.simple_tag
def opens_panel(url: str) -> SafeString:
    """Attributes for a link whose target opens in the side panel: `<a href="…" {% opens_panel url %}>`."""
    return _panel(url)


def _panel(url: str) -> SafeString:
    return format_html(' hx-get="{}" hx-target="#panel" hx-swap="innerHTML" hx-push-url="true"', url)


@register.simple_tag
def band(code: str, text: str = "", boxed: bool = False) -> SafeString:
    """A band as shape and word; `text` replaces the word."""
    _shape, tone = shapes.BANDS[code]
    return format_html(
        '<span class="chip{} tone-{}">{}<span>{}</span></span>',
        " boxed" if boxed else "",
        tone,
        shapes.band_icon(code),
        text or words.band_label(code),
    )


@register.simple_tag
def chart(svg: object, says: str = "") -> SafeString:
    """A chart with the sentence under it that says what it shows."""
    caption = format_html("<figcaption>{}</figcaption>", says) if says else ""
    return format_html('<figure class="chart">{}{}</figure>', svg, caption)


@register.inclusion_tag("web/_who_sees.html")
def who_sees(who: WhoSees) -> dict[str, Any]:
    """The eye in the corner, with the list and the reasons it opens to."""
    return {"who": who}


@register.inclusion_tag("web/_empty.html")
def empty(place: Empty) -> dict[str, Any]:
    """An empty place that says what will be here."""
    return {"place": place}


# Lists


@register.simple_tag
def sort_header(
    lists: ListPage[Any] | ListRequest, name: str, label: str, numeric: bool = False
) -> SafeString:
    """A column's header that sorts by it: `<th>` with its link and its aria-sort."""
    request = lists.request if isinstance(lists, ListPage) else lists
    direction = request.direction(name)
    arrow = {"ascending": "↑", "descending": "↓"}.get(direction, "")
    return format_html(
        '<th scope="col"{}{}><a href="{}">{}<span class="order" aria-hidden="true">{}</span></a></th>',
        mark_safe(' class="num"') if numeric else "",
        "" if direction == "none" else format_html(' aria-sort="{}"', direction),
        request.sort_url(name),
        label,
        arrow,
    )


@register.inclusion_tag("web/_list_tools.html")
def list_tools(lists: ListPage[Any] | ListRequest, target: str = "") -> dict[str, Any]:
    """Search and filters. With `target`, the id of the list's fragment, it follows the typing."""
    request = lists.request if isinstance(lists, ListPage) else lists
    return {"list": request, "target": target}


@register.inclusion_tag("web/_search_bar.html")
def search_bar(label: str, value: str = "", path: str = "", target: str = "") -> dict[str, Any]:
    """A search field alone, for pages that are no list."""
    return {"label": label, "value": value, "path": path, "target": target}


@register.inclusion_tag("web/_paging.html")
def paging(lists: ListPage[Any], export: bool = True) -> dict[str, Any]:
    """Which rows these are, the pages before and after, and the export of all."""
    return {"list": lists, "export": export}


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: object) -> str:
    """The present address with parameters changed; an empty value drops one."""
    request = context["request"]
    query: Mapping[str, Any] = request.GET.dict() | changes
    text = urlencode({key: value for key, value in query.items() if value not in (None, "")})
    return f"{request.path}?{text}" if text else str(request.path)


# Forms


@register.inclusion_tag("web/_field.html")
def field(bound: BoundField, optional: bool = True) -> dict[str, Any]:
    """One field: label above, help below, errors beside it. `optional=False` leaves "optional" unsaid."""
    widget = bound.field.widget
    grouped = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    return {
        "field": bound,
        "is_check": isinstance(widget, CheckboxInput),
        "is_group": grouped,
        "say_optional": optional and not bound.field.required,
    }


# Words and figures


@register.filter
def number(value: int | float | Decimal | None, decimals: int = 0) -> str:
    """1120 → 1,120."""
    return "" if value is None else fmt.number(value, decimals)


@register.filter
def percent(value: int | float | Decimal | None, decimals: int = 0) -> str:
    """96 → 96 %."""
    return "" if value is None else fmt.percent(value, decimals)


@register.simple_tag
def measured(value: Figure, decimals: int = 0, unit: str = "") -> str:
    """A stored figure with its unit: {% measured 964 1 "%" %} → 96.4 %."""
    return fmt.figure(value, decimals, unit)


@register.simple_tag
def column(name: str, unit: str) -> str:
    """The heading of a column of figures, with their unit where it is in words: "Figure, hours"."""
    return fmt.column(name, unit)


@register.simple_tag
def interval(low: float, high: float, unit: str = "", decimals: int = 0) -> str:
    """96–104 %."""
    return fmt.interval(low, high, unit, decimals)


@register.filter
def day(value: date | None) -> SafeString | str:
    """22 Nov 2026, with the machine's date beside it."""
    return (
        ""
        if value is None
        else format_html('<time datetime="{}">{}</time>', value.isoformat(), fmt.day(value))
    )


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """22 Nov 2026, 14:05."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), fmt.moment(value))


@register.simple_tag
def period(cadence: str, ordinal: int) -> str:
    """A period's name."""
    return fmt.period(Cadence(cadence), ordinal)


@register.filter
def sentence(text: str) -> str:
    """A reason that stands alone: with a capital at its beginning and a full stop at its end."""
    said = words.capital(str(text))
    return said if not said or said[-1] in ".?" else f"{said}."


@register.filter
def field_name(name: str) -> str:
    """The name of a field as a word: "time_zone" → "Time zone"."""
    return words.capital(str(name).replace("_", " "))


@register.filter
def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return words.capital(str(text))
