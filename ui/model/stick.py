"""Views of papers that leave on a stick."""

from __future__ import annotations

from ui.model.base import View
from ui.model.staff import StaffView

__all__ = ["Stick", "StickDone", "StickFailed", "StickWriting"]


class Stick(StaffView):
    """What can be taken along."""

    NAME = "stick"
    what: tuple[str, ...]


class StickWriting(View):
    """It is being written."""

    NAME = "stick_writing"


class StickDone(StaffView):
    """It was written and read back; it lies in `folder`."""

    NAME = "stick_done"
    folder: str


class StickFailed(StaffView):
    """It was not, for one of `core.stick.REASONS`; `quote` is what to read out on the phone."""

    NAME = "stick_failed"
    why: str
    quote: str
