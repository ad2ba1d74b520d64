"""The form that defines a KPI, with what the definition means said beside it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from leanship.features.accounts.requests import SignedIn
from leanship.features.base import policies
from leanship.features.org import access
from leanship.features.productivity import values, wording
from leanship.features.productivity.definition import Definition
from leanship.features.productivity.forms import KpiForm, SubjectForm
from leanship.features.productivity.models import Kpi, Standard
from leanship.web.layout import Crumb, WhoSees


@dataclass(frozen=True)
class KpiFormPage:
    """The form of a new or a known KPI. `asked`: only its meaning was asked for, nothing was to be saved."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: KpiForm
    meaning: wording.Meaning
    action: str
    cancel: str
    draft: str
    asked: bool


@dataclass(frozen=True)
class SubjectPage:
    """The form that asks for whom a KPI is measured."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    form: SubjectForm
    action: str
    cancel: str


def form_page(
    request: SignedIn, form: KpiForm, kpi: Kpi | None = None, *, asked: bool = False
) -> KpiFormPage:
    """The page of the form. What is typed so far is said in words, even where it could not be saved yet."""
    crumbs: tuple[Crumb, ...]
    if kpi is None:
        action, cancel = reverse("productivity:kpi_new"), reverse("productivity:kpis")
        crumbs = (Crumb(_("KPIs"), cancel), Crumb(_("New")))
    else:
        action = reverse("productivity:kpi_edit", args=[kpi.uid])
        cancel = reverse("productivity:kpi", args=[kpi.uid])
        crumbs = (Crumb(_("KPIs"), reverse("productivity:kpis")), Crumb(kpi.name, cancel), Crumb(_("Change")))
    page_form = form
    meaning = _meaning(request, form, kpi)
    if asked:
        # Only the words were asked for: what is still empty is not yet wrong.
        page_form = KpiForm(initial=request.POST.dict(), editing=kpi is not None)
    return KpiFormPage(
        title=_("Define a KPI") if kpi is None else _("Change %(name)s") % {"name": kpi.name},
        lede="",
        crumbs=crumbs,
        who_sees=access.audience("kpi"),
        form=page_form,
        meaning=meaning,
        action=action,
        cancel=cancel,
        draft="kpi-new" if kpi is None else f"kpi-{kpi.uid}",
        asked=asked,
    )


def _meaning(request: SignedIn, form: KpiForm, kpi: Kpi | None) -> wording.Meaning:
    """What the form says so far; of fields that cannot be read, the default."""
    if form.is_bound:
        form.is_valid()
        definition = form.definition
        typed = form.cleaned_data.get("standard", "")
    else:
        given = {
            name: value for name, value in form.initial.items() if name in Definition.__dataclass_fields__
        }
        definition, typed = Definition(**({"name": ""} | given)), ""
    policy = policies.policy("bands", policies.today_of(request.organisation))
    try:
        bands = wording.bounds_of(definition, policy["exceeds"], policy["meets"])
    except ValueError:  # thresholds out of order are told beside their fields
        bands = wording.bounds_of(Definition(""), policy["exceeds"], policy["meets"])
    sign = values.decimal_sign()
    ceiling, standard = (_figure(text, definition.decimals, sign) for text in (definition.ceiling, typed))
    if standard is None and kpi is not None:
        latest = Standard.objects.filter(kpi=kpi, series=None).order_by("-from_ordinal", "-id").first()
        if latest is not None:
            standard = latest.value * 10 ** max(definition.decimals - kpi.decimals, 0)
    return wording.meaning(definition, bands, ceiling=ceiling, standard=standard)


def _figure(text: str, decimals: int, sign: str) -> int | None:
    try:
        return values.read(text, decimals, sign) if text.strip() else None
    except ValueError:
        return None


def subject_page(request: SignedIn, form: SubjectForm, kpi: Kpi) -> SubjectPage:
    """The page that asks for whom a KPI is measured."""
    back = reverse("productivity:kpi", args=[kpi.uid])
    return SubjectPage(
        title=_("Measure %(name)s for somebody") % {"name": kpi.name},
        lede=_("For yourself, for people you lead, or for a team you lead."),
        crumbs=(Crumb(_("KPIs"), reverse("productivity:kpis")), Crumb(kpi.name, back), Crumb(_("Add"))),
        who_sees=access.audience("kpi"),
        form=form,
        action=reverse("productivity:series_new", args=[kpi.uid]),
        cancel=back,
    )
