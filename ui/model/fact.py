"""The view of a recipient who does not know what both know."""

from __future__ import annotations

from ui.model.base import View

__all__ = ["FactHelp"]


class FactHelp(View):
    """Who helps: a member of staff here, or on the telephone."""

    NAME = "fact_help"
    reference: str
