"""A figure and its unit, side by side. Units are free text: "%", "EUR", "hours", "lines a day"."""

from __future__ import annotations

NBSP = "\N{NO-BREAK SPACE}"
_SHORT = 3  # letters that an abbreviation has at most: h, km, EUR


def is_symbol(unit: str) -> bool:
    """Whether `unit` is a symbol or an abbreviation, short enough to stand beside every figure: %, EUR, km/h."""
    return " " not in unit and (len(unit) <= _SHORT or not unit.isalpha())


def beside(text: str, unit: str) -> str:
    """A set figure and its unit, which never part at the end of a line.

    A unit in words is written for many, and nothing knows its singular: after a bare one it stands in brackets.
    """
    if not unit:
        return text
    if text.lstrip("-\N{MINUS SIGN}") == "1" and not is_symbol(unit):
        return f"{text}{NBSP}({unit})"
    return f"{text}{NBSP}{unit}"


def said_once(unit: str) -> str:
    """The unit where it is in words, to head a column or a chart whose figures then stand bare; else ""."""
    return "" if is_symbol(unit) else unit


def bare(text: str, unit: str) -> str:
    """A set figure under such a heading: a symbol stays beside it."""
    return beside(text, unit) if unit and is_symbol(unit) else text
