"""Pages of one series, of its points, and what one can do there."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leanship.domain import periods
from leanship.domain.periods import Cadence
from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.base.errors import Invalid, NotFound
from leanship.features.base.models import ImportBatch
from leanship.features.org import access
from leanship.features.productivity import actions, entry_page, figures_page, note_page, series_page, values
from leanship.features.productivity.actions.charting import laid_out
from leanship.features.productivity.forms import (
    BaselineForm,
    NoteForm,
    NoteTextForm,
    ReasonForm,
    StandardForm,
    WeightForm,
    add_problems,
)
from leanship.features.productivity.models import Baseline, PointNote, Series
from leanship.features.productivity.opened import open_series
from leanship.web.htmx import go, render_page
from leanship.web.layout import say
from leanship.web.lists import csv_response, wants_csv

Pages = tuple[str, str]
FIGURE_COLUMNS = (
    "subject",
    "kpi",
    "period",
    "value",
    "numerator",
    "denominator",
    "standard",
    "band",
    "corrections",
)


def _of(request: SignedIn, uid: str) -> Series:
    return open_series(request.actor, uid)[0]


def _back(request: SignedIn, uid: str) -> HttpResponse:
    return go(request, reverse("productivity:series", args=[uid]))


@require_GET
def series(request: SignedIn, uid: str) -> HttpResponse:
    """The chart of one series."""
    return _series(request, uid)


def _series(request: SignedIn, uid: str, **bound: forms.Form) -> HttpResponse:
    page = series_page.series_page(request.actor, uid)
    shown: dict[str, forms.Form] = {
        "note_form": NoteForm(periods=list(page.periods)),
        "shift_form": ReasonForm(auto_id="shift-%s"),
        "baseline_form": BaselineForm(auto_id="baseline-%s"),
    } | bound
    wrong = any(form.errors for form in bound.values())
    return render_page(
        request, "productivity/series.html", page.with_forms(**shown), status=422 if wrong else 200
    )


@require_GET
def figures(request: SignedIn, uid: str) -> HttpResponse:
    """The figures of a series as a table, or as a file."""
    if wants_csv(request):
        page = figures_page.figures_page(request.actor, uid, everything=True)
        rows = [
            (
                *(page.head.subject, page.head.title, row.code, row.raw),
                *(row.numerator, row.denominator, row.raw_standard, row.judged.band, row.corrections),
            )
            for row in reversed(page.rows)
        ]
        return csv_response("figures", FIGURE_COLUMNS, rows)
    skip = request.GET.get("skip", "")
    number = int(skip) if skip.isascii() and skip.isdecimal() and len(skip) < 7 else 0
    return render_page(
        request,
        "productivity/series_figures.html",
        figures_page.figures_page(request.actor, uid, skip=number),
    )


@require_GET
def point(request: SignedIn, uid: str, period: str) -> HttpResponse:
    """Everything known of one point."""
    page = figures_page.point_page(request.actor, uid, period)
    return render_page(request, "productivity/point.html", page, {"panel": "productivity/_point.html"})


@require_GET
def standards(request: SignedIn, uid: str) -> HttpResponse:
    """The standards of a series over time, and its weight."""
    return _standards(request, uid)


def _standards(
    request: SignedIn, uid: str, standard: StandardForm | None = None, weight: WeightForm | None = None
) -> HttpResponse:
    page = figures_page.standards_page(request.actor, uid, standard_form=standard or StandardForm())
    initial = {"weight": page.weight, "must_hold": page.must_hold, "version": page.version}
    page = page.with_weight(weight or WeightForm(initial=initial))
    wrong = any(form is not None and form.errors for form in (standard, weight))
    return render_page(request, "productivity/series_standards.html", page, status=422 if wrong else 200)


@require_POST
def set_standard(request: SignedIn, uid: str) -> HttpResponse:
    """Set the standard of one series from a period on."""
    found = _of(request, uid)
    access.require(request.actor, "standard", found)
    form = StandardForm(request.POST)
    if form.is_valid():
        try:
            actions.set_standard(
                request.actor, kpi=found.kpi, series=found, sign=values.decimal_sign(), **form.cleaned_data
            )
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("The standard is set; earlier periods keep theirs."))
            return go(request, reverse("productivity:standards", args=[uid]))
    return _standards(request, uid, standard=form)


@require_POST
def set_weight(request: SignedIn, uid: str) -> HttpResponse:
    """Say how much a series counts."""
    found = _of(request, uid)
    access.require(request.actor, "edit", found)
    form = WeightForm(request.POST)
    if form.is_valid():
        try:
            actions.set_weight(request.actor, found, **form.cleaned_data)
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Saved."))
            return go(request, reverse("productivity:standards", args=[uid]))
    return _standards(request, uid, weight=form)


@require_POST
def archive(request: SignedIn, uid: str) -> HttpResponse:
    """Stop measuring."""
    actions.archive_series(request.actor, _of(request, uid))
    say(request, _("Archived."), undo=reverse("productivity:series_restore", args=[uid]))
    return _back(request, uid)


@require_POST
def restore(request: SignedIn, uid: str) -> HttpResponse:
    """Measure again."""
    actions.restore_series(request.actor, _of(request, uid))
    say(request, _("Restored."), undo=reverse("productivity:series_archive", args=[uid]))
    return _back(request, uid)


@require_POST
def seen(request: SignedIn, uid: str) -> HttpResponse:
    """Note that the viewer looked at the signals that the chart shows."""
    found = _of(request, uid)
    actions.mark_seen(request.actor, found, signals=series_page.signal_places(laid_out(found)))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    return _back(request, uid)


@require_POST
def note_add(request: SignedIn, uid: str) -> HttpResponse:
    """Write down what is known of a point."""
    found = _of(request, uid)
    access.require(request.actor, "note", found)
    page = series_page.series_page(request.actor, uid)
    form = NoteForm(request.POST, periods=list(page.periods))
    if form.is_valid():
        try:
            ordinal = periods.parse(form.cleaned_data["period"], Cadence(found.kpi.cadence))[1]
            made = actions.add_note(request.actor, found, ordinal=ordinal, text=form.cleaned_data["text"])
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("Noted."), undo=reverse("productivity:note_archive", args=[made.uid]))
            return _back(request, uid)
    return _series(request, uid, note_form=form)


def _note(request: SignedIn, uid: str) -> PointNote:
    found = PointNote.objects.select_related("series__kpi").filter(uid=uid).first()
    if found is None:
        raise NotFound
    open_series(request.actor, found.series.uid)
    return found


@require_http_methods(["GET", "POST"])
def note_edit(request: SignedIn, uid: str) -> HttpResponse:
    """Change the words of one's own note."""
    note = _note(request, uid)
    actions.require_own_note(request.actor, note)
    if request.method == "POST":
        form = NoteTextForm(request.POST)
        if form.is_valid():
            try:
                actions.edit_note(request.actor, note, **form.cleaned_data)
            except Invalid as error:
                add_problems(form, error)
            else:
                say(request, _("Saved."))
                return _back(request, note.series.uid)
    else:
        form = NoteTextForm(initial={"text": note.text, "version": note.version})
    page = note_page.note_page(request.actor, note, form)
    return render_page(request, "productivity/note_form.html", page, status=422 if form.errors else 200)


@require_POST
def note_archive(request: SignedIn, uid: str) -> HttpResponse:
    """Take one's own note off the chart."""
    note = _note(request, uid)
    actions.archive_note(request.actor, note)
    say(request, _("The note is off the chart."), undo=reverse("productivity:note_restore", args=[uid]))
    return _back(request, note.series.uid)


@require_POST
def note_restore(request: SignedIn, uid: str) -> HttpResponse:
    """Put one's own note back."""
    note = _note(request, uid)
    actions.restore_note(request.actor, note)
    say(request, _("The note is back."))
    return _back(request, note.series.uid)


@require_POST
def shift_accept(request: SignedIn, uid: str) -> HttpResponse:
    """Accept a sustained shift as a new baseline."""
    found = _of(request, uid)
    access.require(request.actor, "baseline", found)
    form = ReasonForm(request.POST, auto_id="shift-%s")
    if form.is_valid():
        try:
            since = periods.parse(request.POST.get("since", ""), Cadence(found.kpi.cadence))[1]
            made = actions.accept_shift(
                request.actor, found, from_ordinal=since, reason=form.cleaned_data["reason"]
            )
        except ValueError:
            form.add_error(None, _("Say from which period the shift holds."))
        except Invalid as error:
            add_problems(form, error)
        else:
            undo = reverse("productivity:baseline_withdraw", args=[uid, made.pk])
            say(request, _("Accepted: new limits begin there."), undo=undo)
            return _back(request, uid)
    return _series(request, uid, shift_form=form)


@require_POST
def baseline_set(request: SignedIn, uid: str) -> HttpResponse:
    """Let the limits rest on named periods."""
    found = _of(request, uid)
    access.require(request.actor, "baseline", found)
    form = BaselineForm(request.POST, auto_id="baseline-%s")
    if form.is_valid():
        try:
            made = actions.set_baseline(request.actor, found, **form.cleaned_data)
        except Invalid as error:
            add_problems(form, error)
        else:
            undo = reverse("productivity:baseline_withdraw", args=[uid, made.pk])
            say(request, _("The limits rest on these periods now."), undo=undo)
            return _back(request, uid)
    return _series(request, uid, baseline_form=form)


@require_POST
def baseline_withdraw(request: SignedIn, uid: str, pk: int) -> HttpResponse:
    """Take an accepted shift or a named baseline back."""
    found = _of(request, uid)
    row = Baseline.objects.filter(series=found, pk=pk).first()
    if row is None:
        raise NotFound
    actions.withdraw_baseline(request.actor, row)
    say(request, _("Taken back. Its reason stays on record."))
    return _back(request, uid)


@require_http_methods(["GET", "POST"])
def entry(request: SignedIn) -> HttpResponse:
    """The entry grid."""
    typed = None
    if request.method == "POST":
        cells, typed = entry_page.read_cells(request.POST)
        try:
            done = actions.enter_measurements(
                request.actor, cells=cells, reason=typed.reason, sign=values.decimal_sign()
            )
        except Invalid as error:
            typed = typed.wrong(error.problems)
        else:
            _tell(request, done)
            return go(request, request.get_full_path())
    page = entry_page.entry_page(request.actor, request, policies.today_of(request.organisation), typed)
    fragment = {"grid": "productivity/_entry_grid.html"}
    return render_page(request, "productivity/entry.html", page, fragment, status=422 if typed else 200)


def _tell(request: SignedIn, done: actions.Entered) -> None:
    parts = []
    if done.added:
        parts.append(
            ngettext("%(n)d figure entered", "%(n)d figures entered", done.added) % {"n": done.added}
        )
    if done.changed:
        parts.append(ngettext("%(n)d corrected", "%(n)d corrected", done.changed) % {"n": done.changed})
    if done.cleared:
        parts.append(ngettext("%(n)d taken out", "%(n)d taken out", done.cleared) % {"n": done.cleared})
    undo = reverse("productivity:entry_undo", args=[done.batch.uid]) if done.batch else ""
    say(request, ", ".join(parts) + "." if parts else _("Nothing was changed."), undo=undo)


@require_POST
def entry_undo(request: SignedIn, uid: str) -> HttpResponse:
    """Take one's last entry back."""
    batch = ImportBatch.objects.filter(uid=uid).first()
    if batch is None:
        raise NotFound
    actions.undo_entry(request.actor, batch)
    say(request, _("The entry was taken back."))
    return go(request, reverse("productivity:entry"))
