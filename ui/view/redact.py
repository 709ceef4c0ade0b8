"""The same view with everything personal blanked, for pictures that leave the device.

Rules.  What is hidden is replaced in the view, before anything is painted: nothing can show
through.  A redacted view keeps its layout, so that a picture still tells what the screen was.
"""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch

from ui import model


def redacted(view: model.View) -> model.View:
    """`view` without digits, codes, names, typed texts and QR codes."""
    clean = _clean(view)
    if isinstance(clean, model.StaffView):
        return replace(clean, person=replace(clean.person, name=model.HIDDEN))
    return clean


@singledispatch
def _clean(view: model.View) -> model.View:
    return view


@_clean.register
def _(view: model.Code) -> model.View:
    return replace(view, filled=0)


@_clean.register
def _(view: model.Receipt) -> model.View:
    return replace(view, qr=())


@_clean.register
def _(view: model.Pick) -> model.View:
    rows = (replace(one, recipient=model.HIDDEN, item=model.HIDDEN) for one in view.rows)
    return replace(view, rows=tuple(rows))


@_clean.register
def _(view: model.Form) -> model.View:
    typed = model.HIDDEN if view.value and not view.choices else view.value
    return replace(view, value=typed, recipient=model.HIDDEN, item=model.HIDDEN)


@_clean.register
def _(view: model.Confirm) -> model.View:
    return replace(view, recipient=model.HIDDEN, item=model.HIDDEN)


@_clean.register
def _(view: model.Done) -> model.View:
    return replace(view, recipient=model.HIDDEN, pin="", qr=())


@_clean.register
def _(view: model.Queue) -> model.View:
    return replace(view, rows=tuple(_row(one) for one in view.rows))


@_clean.register
def _(view: model.QueueItem) -> model.View:
    return replace(view, row=_row(view.row))


@_clean.register
def _(view: model.QueueReason) -> model.View:
    return replace(view, value=model.HIDDEN if view.value else "")


def _row(row: model.QueueRow) -> model.QueueRow:
    return replace(row, owner=model.HIDDEN if row.owner else "")
