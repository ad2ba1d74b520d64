"""A page that tells what happened."""

from __future__ import annotations

from dataclasses import dataclass

from leanship.features.org.queries import Happening
from leanship.web.layout import Crumb, WhoSees


@dataclass(frozen=True)
class HappeningsPage:
    """What happened to a person, the newest first."""

    title: str
    lede: str
    crumbs: tuple[Crumb, ...]
    who_sees: WhoSees
    happenings: tuple[Happening, ...]
