"""View of a recipient who looks at a seal."""

from __future__ import annotations

from lockerd.core.record import hidden
from ui.model.base import View

__all__ = ["SealCheck"]


class SealCheck(View):
    """Whether the seal is unbroken is asked.  `number`: empty where it is no longer kept."""

    NAME = "seal_check"
    unit: str
    number: str = hidden()
    scan: bool
    notice: str
