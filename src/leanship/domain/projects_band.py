"""The band of the projects category: results checked, tests run and the time for it, held together (M82).

What is counted, in which window, and why the edges lie where they lie stands in the decision on the projects band.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class ShareStands(StrEnum):
    """How the strategic share of somebody's time stands against the target of their level (M23)."""

    UNKNOWN = "unknown"
    UNDER = "under"
    REACHED = "reached"
    NO_TARGET = "no_target"


class ProjectsBand(StrEnum):
    """What the projects category says of a leader (M82)."""

    EXCEEDS = "exceeds"
    MEETS = "meets"
    DOES_NOT_MEET = "does_not_meet"
    MIXED = "mixed"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


class Lack(StrEnum):
    """What is missing, for a band at all or for the next one."""

    SHARE = "share"
    """The share of strategic time is not known."""
    MORE_TIME = "more_time"
    """The share is under its target."""
    PROJECT = "project"
    """Nothing is led."""
    TEST = "test"
    """No test was run."""
    CHECKED = "checked"
    """No led project has reached "result checked"."""
    HOLDING = "holding"
    """No *improved* was confirmed and holds at its latest check."""


@dataclass(frozen=True, slots=True)
class ProjectsEvidence:
    """What a leader has shown in the window, as counts.

    `led` projects were led in it; `checked` of them reached "result checked"; `holding` of these came out *improved*
    by their series, were confirmed by a colleague, and hold at their latest check; `tests` were run in led projects.
    Raises ValueError for counts that cannot be: negative ones, or more of a part than of the whole.
    """

    led: int
    checked: int
    holding: int
    tests: int
    share: ShareStands

    def __post_init__(self) -> None:
        if not 0 <= self.holding <= self.checked <= self.led or self.tests < 0:
            raise ValueError("holding are some of the checked, checked some of the led, and none is below 0")
        if self.tests and not self.led:
            raise ValueError("tests are run in led projects")


@dataclass(frozen=True, slots=True)
class ProjectsRating:
    """The band, and what is missing: for any band where there is not enough evidence, else for a better one."""

    band: ProjectsBand
    missing: tuple[Lack, ...]


def rate_projects(evidence: ProjectsEvidence) -> ProjectsRating:
    """The band of M82.

    Without a share there is none, since each band but *mixed* rests on it, and a *mixed* that a checked result would
    turn into nothing would punish it. Somebody without a target is not under it; without a led project either, there
    is nothing to judge. Then: under target and no test run *does not meet*; not under, and a led project checked
    *meets*; one that came out *improved*, was confirmed and holds *exceeds*; all else is *mixed*.
    """
    return ProjectsRating(_band(evidence), tuple(_missing(evidence)))


def _band(evidence: ProjectsEvidence) -> ProjectsBand:
    match evidence.share:
        case ShareStands.UNKNOWN:
            return ProjectsBand.NOT_ENOUGH_EVIDENCE
        case ShareStands.NO_TARGET if not evidence.led:
            return ProjectsBand.NOT_ENOUGH_EVIDENCE
        case ShareStands.UNDER:
            return ProjectsBand.MIXED if evidence.tests else ProjectsBand.DOES_NOT_MEET
    if not evidence.checked:
        return ProjectsBand.MIXED
    return ProjectsBand.EXCEEDS if evidence.holding else ProjectsBand.MEETS


def _missing(evidence: ProjectsEvidence) -> Iterator[Lack]:
    if evidence.share is ShareStands.UNKNOWN:
        yield Lack.SHARE
    if evidence.share is ShareStands.UNDER:
        yield Lack.MORE_TIME
    if not evidence.led:
        yield Lack.PROJECT
    elif not evidence.tests and not evidence.checked:
        yield Lack.TEST
    if not evidence.checked:
        yield Lack.CHECKED
    elif not evidence.holding:
        yield Lack.HOLDING
