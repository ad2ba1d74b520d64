"""What an event says in words: its title, categories and people (RFC 5545, sections 3.1 and 3.3.11).

Dates are left to icalendar. Words are read here, since they are most of a file and nothing about them can be so wrong
that it costs an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from leanship.readers.calendars.model import digest_of

_HEAD: Final = re.compile(r'(?:[^":]|"[^"]*")*')
_PARTS: Final = re.compile(r'(?:[^";]|"[^"]*")+')
_ESCAPED: Final = re.compile(r"\\(.)")
_COMMA: Final = re.compile(r"(?<!\\),")
_CARETS: Final = {"^n": " ", "^'": '"', "^^": "^"}  # RFC 6868


@dataclass(slots=True)
class Facts:
    """What every occurrence of one event says alike."""

    uid: str
    event_key: str
    title: str
    categories: tuple[str, ...]
    organiser: str
    attendees: tuple[str, ...]
    status: str
    transparent: bool
    all_day: bool
    declined_by: tuple[str, ...]


def value_of(line: str) -> str:
    """The value of a property, as it is written."""
    return line[_colon(line) + 1 :]


def one_line(value: str) -> str:
    """Text as it was meant, on one line."""
    if "\\" in value:
        value = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return " ".join(value.split())


def facts_of(lines: Iterable[tuple[str, str]], uid: str, *, cancelled: bool) -> Facts:
    """What the lines of an event, each as (property, text), say in words. Of several titles the first counts."""
    first: dict[str, str] = {}
    categories: list[str] = []
    organiser = ""
    attendees: list[str] = []
    declined: list[str] = []
    for name, line in lines:
        if name == "ATTENDEE":
            address, shown, answer = _person(line)
            if address:
                attendees.append(shown)
                if answer == "DECLINED":
                    declined.append(address)
        elif name == "CATEGORIES":
            categories += filter(None, map(one_line, _COMMA.split(value_of(line))))
        elif name == "ORGANIZER":
            organiser = organiser or _person(line)[1]
        elif name not in first:
            first[name] = one_line(value_of(line))
    return Facts(
        uid=uid,
        event_key=digest_of(uid),
        title=first.get("SUMMARY", ""),
        categories=tuple(dict.fromkeys(categories)),
        organiser=organiser,
        attendees=tuple(dict.fromkeys(attendees)),
        status="CANCELLED" if cancelled else first.get("STATUS", "").upper(),
        transparent=first.get("TRANSP", "").upper() == "TRANSPARENT",
        all_day=first.get("X-MICROSOFT-CDO-ALLDAYEVENT", "").upper() == "TRUE",
        declined_by=tuple(dict.fromkeys(declined)),
    )


def _colon(line: str) -> int:
    """The place of the sign between the parameters and the value: the first colon outside quotation marks."""
    at = line.find(":")
    if '"' not in line[:at]:
        return at
    found = _HEAD.match(line)
    end = found.end() if found is not None else 0
    return end if line[end : end + 1] == ":" else at


def _person(line: str) -> tuple[str, str, str]:
    """Address, name with address, and the answer given, of a line about somebody."""
    colon = _colon(line)
    parameters = {}
    for part in _PARTS.findall(line[:colon])[1:]:
        name, _, value = part.partition("=")
        parameters[name.strip().upper()] = value.strip().strip('"')
    address = line[colon + 1 :].strip().lower().removeprefix("mailto:").strip()
    name = re.sub(r"\^[n'^]", lambda found: _CARETS[found[0]], parameters.get("CN", "")).strip()
    shown = f"{name} <{address}>" if name and name.lower() != address else address
    return address, shown, parameters.get("PARTSTAT", "").upper()
