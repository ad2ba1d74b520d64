"""Every change to KPIs, series, standards, measurements and charts; named by what the user does."""

from leanship.features.productivity.actions.charting import (
    accept_shift,
    add_note,
    archive_note,
    edit_note,
    mark_seen,
    require_own_note,
    restore_note,
    set_baseline,
    withdraw_baseline,
)
from leanship.features.productivity.actions.defining import (
    KpiPlan,
    WantedKpi,
    WantedSeries,
    WantedStandard,
    import_kpis,
)
from leanship.features.productivity.actions.entering import Cell, Entered, enter_measurements, undo_entry
from leanship.features.productivity.actions.importing import (
    Imported,
    Plan,
    Rows,
    Target,
    import_measurements,
    plan_import,
)
from leanship.features.productivity.actions.kpis import (
    archive_kpi,
    create_kpi,
    edit_kpi,
    restore_kpi,
)
from leanship.features.productivity.actions.series import (
    add_series,
    archive_series,
    restore_series,
    set_standard,
    set_weight,
)
from leanship.features.productivity.definition import Definition

__all__ = [
    "Cell",
    "Definition",
    "Entered",
    "Imported",
    "KpiPlan",
    "Plan",
    "Rows",
    "Target",
    "WantedKpi",
    "WantedSeries",
    "WantedStandard",
    "accept_shift",
    "add_note",
    "add_series",
    "archive_kpi",
    "archive_note",
    "archive_series",
    "create_kpi",
    "edit_kpi",
    "edit_note",
    "enter_measurements",
    "import_kpis",
    "import_measurements",
    "mark_seen",
    "plan_import",
    "require_own_note",
    "restore_kpi",
    "restore_note",
    "restore_series",
    "set_baseline",
    "set_standard",
    "set_weight",
    "undo_entry",
    "withdraw_baseline",
]
