"""Views of papers that leave on a stick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core.stick import REASONS, WHAT
from ui import model
from ui.view import recipient, staff
from ui.view.sight import Sight


def choose(sight: Sight) -> model.Stick:
    return model.Stick(**staff.session(sight), what=WHAT)


def writing(sight: Sight) -> model.StickWriting:
    return model.StickWriting(**recipient.common(sight))


def done(sight: Sight) -> model.StickDone:
    return model.StickDone(**staff.session(sight), folder=sight.visit.item or "")


def failed(sight: Sight) -> model.StickFailed:
    why = sight.visit.why if sight.visit.why in REASONS else "record"
    return model.StickFailed(**staff.session(sight), why=why, quote=sight.quote)


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "stick": choose,
    "stick_writing": writing,
    "stick_done": done,
    "stick_failed": failed,
}
