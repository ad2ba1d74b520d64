"""The improvement projects of the demo company, told one after the other.

Each is a list of acts with their days. What the checks say is not written anywhere: the series say it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leanship.demo.projects_checked import FixedTours, OnePriceList, SlipsOfPaper
from leanship.demo.projects_open import LabelsAlike, ReadTwice, Unclaimed
from leanship.demo.telling import Entry

if TYPE_CHECKING:
    from leanship.demo.living import Living

TOLD = (SlipsOfPaper, OnePriceList, FixedTours, ReadTwice, LabelsAlike, Unclaimed)


def agenda(living: Living) -> list[Entry]:
    """Each act of every project with its day."""
    return [entry for story in TOLD for entry in story(living).entries()]
