"""What the shell of a page shows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest


@dataclass(frozen=True)
class Audience:
    """One group that can see a page: its label, why it can, and how many people it is (None: not listed)."""

    label: str
    reason: str
    count: int | None = None


@dataclass(frozen=True)
class WhoSees:
    """Who can see a page: a few words for the corner, and the list they open to."""

    summary: str
    audience: tuple[Audience, ...] = ()


@dataclass(frozen=True)
class Crumb:
    """One step on the way to a page; without `url` it is the page itself."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Fact:
    """A line of a list of facts. `url` opens the evidence; `note` is a small line below the value."""

    name: str
    value: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Empty:
    """An empty place: what will be here, why one would want it, one action, and the how-to."""

    title: str
    why: str
    action: str = ""
    url: str = ""
    how_to: str = ""


@dataclass(frozen=True)
class TreeNode:
    """One person or team in a tree. `children_url` is fetched when the node is opened first; None: a leaf.

    `count` is what stands at the right end ("14 people"); `children` are those that are open from the start.
    """

    name: str
    url: str
    note: str = ""
    count: str = ""
    children_url: str | None = None
    children: tuple[TreeNode, ...] = ()


def say(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Tell what was done; `undo` is an address that takes it back by POST.

    The address travels in the message's tags, the one place that the message storages keep beside the text.
    """
    messages.success(request, text, extra_tags=undo)


def warn(request: HttpRequest, text: str) -> None:
    """Tell that something needs a look."""
    messages.warning(request, text)
