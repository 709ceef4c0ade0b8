"""Views of a deposit."""

from __future__ import annotations

from lockerd.core.record import Record, hidden
from ui.model.base import Matrix, Moment, View
from ui.model.staff import StaffView

__all__ = [
    "Batch",
    "BatchDone",
    "BatchFinding",
    "BatchRow",
    "Choice",
    "Confirm",
    "Done",
    "Form",
    "Minting",
    "Pick",
    "PickRow",
]


class PickRow(Record):
    """A handover that may be deposited.  `unfinished`: a deposit nobody confirmed."""

    ho: str
    recipient: str = hidden()
    item: str = hidden()
    size: str
    until: Moment
    starts: Moment | None
    unfinished: bool
    unit: str


class Choice(Record):
    """One of several answers; `free` counts compartments where that matters."""

    value: str
    title: str
    free: int = 0


class Pick(StaffView):
    """Handovers that wait for their item, a page of them."""

    NAME = "deposit_pick"
    rows: tuple[PickRow, ...]
    page: int
    pages: int


class Form(StaffView):
    """One question of a new handover.  `error` is a key of words.

    `question`: `recipient`, `item`, `reference` (typed), `profile` or `size` (chosen); the
    `number`th of `order`, counted from 1.  `profile`: the one in effect.
    """

    NAME = "deposit_new"
    question: str
    number: int
    order: tuple[str, ...]
    profile: str
    value: str = hidden()
    error: str
    shift: bool
    symbols: bool
    letters: str = ""
    choices: tuple[Choice, ...]
    page: int
    pages: int
    recipient: str = hidden()
    item: str = hidden()
    sent: bool


class Confirm(StaffView):
    """The door of a deposit closed; only the depositor knows what lies behind it.

    `larger`: a larger compartment is free.
    """

    NAME = "deposit_confirm"
    unit: str
    larger: bool
    recipient: str = hidden()
    item: str = hidden()


class Minting(View):
    """The deposit is being recorded and its codes are being made."""

    NAME = "deposit_minting"
    unit: str


class Done(StaffView):
    """The deposit is on record.  `pin` and `qr` are there only where the profile shows them."""

    NAME = "deposit_done"
    unit: str
    reference: str
    recipient: str = hidden()
    until: Moment
    delivered: bool
    shown: bool
    pin: str = hidden()
    qr: Matrix = hidden()


class BatchRow(Record):
    """One item of a batch.  `delivered`: its code has left the device."""

    unit: str
    reference: str
    recipient: str = hidden()
    delivered: bool


class Batch(StaffView):
    """The next item of a batch is scanned.  `last`: the one before, None at the beginning."""

    NAME = "batch"
    working: bool
    count: int
    waiting: int
    last: BatchRow | None


class BatchFinding(View):
    """A label is being looked up."""

    NAME = "batch_finding"


class BatchDone(StaffView):
    """What was deposited in a batch, newest first, a page of it."""

    NAME = "batch_done"
    rows: tuple[BatchRow, ...]
    total: int
    undelivered: int
    page: int
    pages: int
