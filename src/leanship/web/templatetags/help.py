"""`{% load help %}`: links to pages of Help."""

from __future__ import annotations

from django import template

from leanship.web import help as library

register = template.Library()


@register.simple_tag
def help_link(key: str) -> str:
    """The address of a page of Help, such as `{% help_link "how-to/enter-figures" %}`; KeyError for none."""
    return library.link(key)
