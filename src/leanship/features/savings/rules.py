"""Who may confirm whose savings and results: the rule of M22, in this one function and nowhere else."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from leanship.features.base import policies
from leanship.features.org.models import Ancestor, Person
from leanship.features.savings.models import Confirmation

AGAIN_AFTER = timedelta(days=90)
"""After so many days a confirmed saving is looked at again (M22)."""


def year_before(day: date) -> date:
    """The same day a year earlier; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def why_not(claimant: Person, asked: Person) -> str:
    """Why `asked` may not confirm for `claimant` today, in words; "" when they may. Three queries at most.

    A confirmer is another person who is here, outside the claimant's line (neither above nor below them today), and
    has had nothing of theirs confirmed by the claimant within a year.
    """
    if asked.pk == claimant.pk:
        return _("Nobody confirms what is their own. Ask a colleague.")
    if asked.left_on is not None or asked.erased_at is not None:
        return _("%(name)s is no longer here. Ask somebody else.") % {"name": asked.name}
    either_way = Q(person=claimant, ancestor=asked) | Q(person=asked, ancestor=claimant)
    if Ancestor.objects.filter(either_way).exists():
        return _("%(name)s is in the same line of reporting. Ask somebody outside it.") % {"name": asked.name}
    organisation = policies.organisation()
    zone = ZoneInfo(organisation.time_zone if organisation else "UTC")
    since = datetime.combine(year_before(policies.today_of(organisation)), time(), zone)
    mutual = Confirmation.objects.filter(
        claimant=asked, asked=claimant, decision=Confirmation.Decision.CONFIRMED, decided_at__gte=since
    )
    if mutual.exists():
        return _(
            "%(name)s had something confirmed by the same person within a year. Ask somebody else, so that "
            "nobody confirms in return."
        ) % {"name": asked.name}
    return ""
