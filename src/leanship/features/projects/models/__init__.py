"""Projects (M20–M22), time (M23, M24), what fits (M25) and standard work (M26) as rows."""

from leanship.features.projects.models.people import (
    FeedbackRequest,
    MapReader,
    PersuasionStep,
    ProjectMap,
    Stakeholder,
    StanceEntry,
)
from leanship.features.projects.models.portfolio import (
    Candidate,
    CandidateHours,
    Capacity,
    FitRun,
    Portfolio,
)
from leanship.features.projects.models.project import (
    FileContent,
    Member,
    Move,
    PlanItem,
    Project,
    ProjectComment,
    ProjectFile,
    Section,
    SectionRevision,
    Trial,
    Why,
)
from leanship.features.projects.models.results import Check, Measure
from leanship.features.projects.models.routines import Routine, RoutineTick
from leanship.features.projects.models.time import (
    Calendar,
    ClassRule,
    Occurrence,
    WeekSplit,
    WorkingTime,
)

__all__ = [
    "Calendar",
    "Candidate",
    "CandidateHours",
    "Capacity",
    "Check",
    "ClassRule",
    "FeedbackRequest",
    "FileContent",
    "FitRun",
    "MapReader",
    "Measure",
    "Member",
    "Move",
    "Occurrence",
    "PersuasionStep",
    "PlanItem",
    "Portfolio",
    "Project",
    "ProjectComment",
    "ProjectFile",
    "ProjectMap",
    "Routine",
    "RoutineTick",
    "Section",
    "SectionRevision",
    "Stakeholder",
    "StanceEntry",
    "Trial",
    "WeekSplit",
    "Why",
    "WorkingTime",
]
