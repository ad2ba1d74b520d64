"""Help: the documentation, read inside the product."""

from __future__ import annotations

from leanship.web.help.library import link

__all__ = ["link"]
