"""Pages of people: find, act, answer."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leanship.features.base.errors import Invalid
from leanship.features.org import access, actions, queries
from leanship.features.org.access import About
from leanship.features.org.forms import (
    AbsenceForm,
    AddPersonForm,
    EditPersonForm,
    EndForm,
    EraseForm,
    MoveForm,
    add_problems,
    written,
)
from leanship.features.org.lines import open_leader
from leanship.features.org.models import Person
from leanship.features.org.queries.people import home_crumb
from leanship.features.org.views._common import FormPage, asked, sent
from leanship.features.org.views.happenings import HappeningsPage
from leanship.web.htmx import go, invalid, render_page
from leanship.web.layout import Crumb, say
from leanship.web.lists import ListRequest, csv_response, wants_csv


def _list(request: HttpRequest, *, left: bool) -> HttpResponse:
    actor = asked(request).actor
    what = ListRequest.of(request, queries.people_spec(actor))
    if wants_csv(request):
        return csv_response("people", queries.EXPORT_HEADER, queries.export_people(actor, what, left=left))
    page = queries.people(actor, what, left=left)
    return render_page(request, "org/people.html", page, {"people": "org/_people.html"})


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Those who are here."""
    return _list(request, left=False)


@require_safe
def people_left(request: HttpRequest) -> HttpResponse:
    """Those who left."""
    return _list(request, left=True)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """People whom a text being typed may mean, for the list under a field."""
    text = request.GET.get(request.GET.get("field", "q"), "")
    return render_page(request, "org/_suggest.html", queries.suggest(asked(request).actor, text))


@require_safe
def person(request: HttpRequest, uid: str) -> HttpResponse:
    """One person."""
    ask = asked(request)
    page = queries.person_page(ask.actor, uid, ask.modules_off)
    return render_page(request, "org/person.html", page)


@require_safe
def person_history(request: HttpRequest, uid: str) -> HttpResponse:
    """What happened to one person."""
    actor = asked(request).actor
    found = queries.find_person(actor, uid)
    access.require(actor, "history", found)
    page = HappeningsPage(
        title=_("What happened"),
        lede=found.name,
        crumbs=_crumbs(found, _("What happened")),
        who_sees=access.audience("person", found, "history"),
        happenings=queries.events_of(actor, found),
    )
    return render_page(request, "org/happenings.html", page)


def _crumbs(found: Person, last: str) -> tuple[Crumb, ...]:
    return (home_crumb(), Crumb(found.name, reverse("org:person", args=[found.uid])), Crumb(last))


@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    """Somebody joins."""
    actor = asked(request).actor
    access.require(actor, "create", About("person"))
    form = AddPersonForm(sent(request), initial={"level": "contributor"})
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_person(actor, **form.cleaned_data)
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, _("%(name)s was added.") % {"name": added.name})
            return go(request, reverse("org:person", args=[added.uid]))
    page = FormPage(
        title=_("Add a person"),
        lede="",
        crumbs=(home_crumb(), Crumb(_("People"), reverse("org:people")), Crumb(_("Add a person"))),
        who_sees=access.audience("person", act="create"),
        form=form,
        send=_("Add"),
        cancel=reverse("org:people"),
    )
    return (invalid if form.errors else render_page)(request, "org/form.html", page)


def _form_of_person(
    request: HttpRequest,
    found: Person,
    form: Form,
    act: Callable[[], str],
    *,
    title: str,
    send: str,
    lede: str = "",
    right: str = "edit",
    grave: bool = False,
) -> HttpResponse:
    """A page with one form about a person: shown, or sent and acted on; `act` answers with what to say.

    What `act` says may carry, after a line break, the address that takes it back.
    """
    back = reverse("org:person", args=[found.uid])
    if request.method == "POST" and form.is_valid():
        try:
            text, _break, undo = act().partition("\n")
        except Invalid as error:
            add_problems(form, error)
        else:
            say(request, text, undo=undo)
            return go(request, back)
    page = FormPage(
        title=title,
        lede=lede,
        crumbs=_crumbs(found, title),
        who_sees=access.audience("person", found, right),
        form=form,
        send=send,
        cancel=back,
        grave=grave,
    )
    return (invalid if form.errors else render_page)(request, "org/form.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_person(request: HttpRequest, uid: str) -> HttpResponse:
    """Who somebody is, changed."""
    actor = asked(request).actor
    found = queries.find_person(actor, uid)
    access.require(actor, "edit", found)
    fields = ("name", "email", "title", "level", "role", "department", "version")
    form = EditPersonForm(sent(request), initial={name: getattr(found, name) for name in fields})

    def act() -> str:
        actions.edit_person(actor, person=found, **form.cleaned_data)
        return _("Saved.")

    return _form_of_person(request, found, form, act, title=_("Edit"), send=_("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
def move_person(request: HttpRequest, uid: str) -> HttpResponse:
    """To whom somebody reports, changed. The undo sends `leader` in the address."""
    actor = asked(request).actor
    found = queries.find_person(actor, uid)
    access.require(actor, "edit", found)
    before = Person.objects.filter(pk=open_leader(found.pk) or 0).first()
    form = MoveForm(sent(request, "leader"), initial={"leader": written(before), "version": found.version})

    def act() -> str:
        leader = form.cleaned_data["leader"]
        actions.move_person(actor, person=found, **form.cleaned_data)
        undo = f"{reverse('org:move_person', args=[uid])}?leader={before.uid if before else ''}"
        text = _("%(name)s now reports to %(leader)s.") % {
            "name": found.name,
            "leader": leader.name if leader else _("nobody"),
        }
        return f"{text}\n{undo}"

    return _form_of_person(
        request, found, form, act, title=_("Change the line"), send=_("Save"), lede=found.name
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end_person(request: HttpRequest, uid: str) -> HttpResponse:
    """Somebody leaves."""
    actor = asked(request).actor
    found = queries.find_person(actor, uid)
    access.require(actor, "edit", found)
    form = EndForm(sent(request), initial={"version": found.version})

    def act() -> str:
        actions.end_person(actor, person=found, **form.cleaned_data)
        text = _("%(name)s is no longer here.") % {"name": found.name}
        return f"{text}\n{reverse('org:undo_end_person', args=[uid])}"

    return _form_of_person(
        request,
        found,
        form,
        act,
        title=_("Leave"),
        send=_("No longer here"),
        lede=_(
            "Reports go to the leader above; teams they lead have no lead. What was done stays, under the name."
        ),
    )


@require_POST
def undo_end_person(request: HttpRequest, uid: str) -> HttpResponse:
    """Somebody is here after all."""
    actor = asked(request).actor
    found = queries.find_person(actor, uid)
    actions.undo_end_person(actor, person=found)
    say(request, _("%(name)s is here.") % {"name": found.name})
    return go(request, reverse("org:person", args=[uid]))


@require_http_methods(["GET", "HEAD", "POST"])
def erase_person(request: HttpRequest, uid: str) -> HttpResponse:
    """Take out who somebody was."""
    actor = asked(request).actor
    found = queries.find_person(actor, uid)
    access.require(actor, "erase", found)
    form = EraseForm(sent(request))

    def act() -> str:
        actions.erase_person(actor, person=found)
        return _("The name is gone; a pseudonym stands in for it.")

    return _form_of_person(
        request,
        found,
        form,
        act,
        title=_("Erase"),
        send=_("Erase for good"),
        lede=_(
            "Name, e-mail address and the id in other systems go, and with them the way in. What %(name)s did"
            " stays under a pseudonym."
        )
        % {"name": found.name},
        right="erase",
        grave=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_absence(request: HttpRequest, uid: str) -> HttpResponse:
    """Days away. The undo of a removal sends them in the address."""
    actor = asked(request).actor
    found = queries.find_person(actor, uid)
    access.require(actor, "absence", found)
    form = AbsenceForm(sent(request, "first_day"))

    def act() -> str:
        absence = actions.add_absence(actor, person=found, **form.cleaned_data)
        return f"{_('The absence is noted.')}\n{reverse('org:remove_absence', args=[absence.uid])}"

    return _form_of_person(
        request,
        found,
        form,
        act,
        title=_("Note an absence"),
        send=_("Note"),
        lede=_(
            "Periods away for more than half are left out of a rating. No reason is asked for and none is kept."
        ),
        right="absence",
    )


@require_POST
def remove_absence(request: HttpRequest, uid: str) -> HttpResponse:
    """An absence that was none."""
    actor = asked(request).actor
    absence = queries.find_absence(actor, uid)
    actions.remove_absence(actor, absence=absence)
    again = reverse("org:add_absence", args=[absence.person.uid])
    undo = f"{again}?first_day={absence.first_day.isoformat()}&last_day={absence.last_day.isoformat()}"
    say(request, _("The absence is taken back."), undo=undo)
    return go(request, reverse("org:person", args=[absence.person.uid]))
