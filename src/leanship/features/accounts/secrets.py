"""Secrets that are shown once: made here, kept only as their SHA-256.

They are 256 random bits, so a plain hash is enough: there is nothing to guess, and a look-up by hash takes
the same time whether it finds one or not.
"""

from __future__ import annotations

import hashlib
import secrets


def make(prefix: str = "") -> str:
    """A new secret of 43 characters after `prefix`, safe in an address."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept: the SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
