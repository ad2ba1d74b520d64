"""Writing many rows at once, as fast as the database takes them.

`bulk_create` spends nine tenths of its time on objects and compiled statements: 100,000 people with their
positions and lines would hold the write lock for most of ten seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

_Row = Sequence[Any]


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[_Row]) -> None:
    """Insert `rows`, the values of `fields` in that order, JSON as text; no defaults of the model are filled in.

    Raises what the database raises (IntegrityError …). Call it inside a transaction.
    """
    columns, prepared = _prepared(model, fields, rows)
    table = connection.ops.quote_name(model._meta.db_table)
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # COPY writes a million rows in the time that INSERT takes for forty thousand
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", list(prepared))  # noqa: S608


def update_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[_Row]) -> None:
    """Set `fields` of rows by id: each of `rows` has the values in that order, and the row's id at its end.

    Raises what the database raises. Call it inside a transaction.
    """
    columns, prepared = _prepared(model, (*fields, "id"), rows)
    changes = ", ".join(f"{column} = %s" for column in columns[:-1])
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {changes} WHERE {columns[-1]} = %s", list(prepared))  # noqa: S608


def _prepared(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[_Row]
) -> tuple[list[str], Iterable[_Row]]:
    """The quoted columns of the fields, and the rows with days and instants as the database wants them."""
    columns: list[str] = []
    days: list[tuple[int, Callable[[Any], Any]]] = []
    for place, name in enumerate(fields):
        field: Any = model._meta.get_field(name)
        columns.append(connection.ops.quote_name(field.column))
        if isinstance(field, models.DateTimeField):
            days.append((place, connection.ops.adapt_datetimefield_value))
        elif isinstance(field, models.DateField):
            days.append((place, connection.ops.adapt_datefield_value))
    return columns, (_with_days(row, days) for row in rows) if days else rows


def _with_days(row: _Row, days: Sequence[tuple[int, Callable[[Any], Any]]]) -> _Row:
    adapted = list(row)
    for place, adapt in days:
        adapted[place] = adapt(row[place])
    return adapted
