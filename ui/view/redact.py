"""The same view with everything personal blanked, for pictures that leave the device.

Rules.  What is hidden is replaced in the view, before anything is painted: nothing can show
through.  A redacted view keeps its layout, so that a picture still tells what the screen was.
"""

from __future__ import annotations

from functools import singledispatch

from ui import model


def redacted(view: model.View) -> model.View:
    """`view` without digits, codes, names, typed texts and QR codes."""
    clean = _clean(view)
    if isinstance(clean, model.StaffView):
        return clean.but(person=clean.person.but(name=model.HIDDEN))
    if isinstance(clean, model.SetupView) and clean.person is not None:
        return clean.but(person=clean.person.but(name=model.HIDDEN))
    if isinstance(clean, model.Approve) and clean.asks is not None:
        return clean.but(asks=clean.asks.but(name=model.HIDDEN))
    return clean


@singledispatch
def _clean(view: model.View) -> model.View:
    return view


@_clean.register
def _(view: model.Code) -> model.View:
    return view.but(filled=0, digits="")


@_clean.register
def _(view: model.Receipt) -> model.View:
    return view.but(qr=())


@_clean.register
def _(view: model.Sign) -> model.View:
    return view.but(strokes=(), name=model.HIDDEN if view.name else "")


@_clean.register
def _(view: model.Pick) -> model.View:
    rows = (one.but(recipient=model.HIDDEN, item=model.HIDDEN) for one in view.rows)
    return view.but(rows=tuple(rows))


@_clean.register
def _(view: model.Form) -> model.View:
    typed = model.HIDDEN if view.value and not view.choices else view.value
    return view.but(value=typed, recipient=model.HIDDEN, item=model.HIDDEN)


@_clean.register
def _(view: model.Confirm) -> model.View:
    return view.but(recipient=model.HIDDEN, item=model.HIDDEN)


@_clean.register
def _(view: model.Done) -> model.View:
    return view.but(recipient=model.HIDDEN, pin="", qr=())


@_clean.register
def _(view: model.LostDone) -> model.View:
    return view.but(pin="", qr=())


@_clean.register
def _(view: model.Batch) -> model.View:
    last = view.last and view.last.but(recipient=model.HIDDEN)
    return view.but(last=last)


@_clean.register
def _(view: model.BatchDone) -> model.View:
    rows = (one.but(recipient=model.HIDDEN) for one in view.rows)
    return view.but(rows=tuple(rows))


@_clean.register
def _(view: model.ApproveDocument | model.ApproveBadge) -> model.View:
    return view.but(asks=_person(view.asks))


@_clean.register
def _(view: model.ApproveGlass) -> model.View:
    value = model.HIDDEN if view.value else ""
    return view.but(asks=_person(view.asks), value=value)


@_clean.register
def _(view: model.Claim) -> model.View:
    return view.but(qr=(), nonce=model.HIDDEN)


@_clean.register
def _(view: model.Question) -> model.View:
    return view.but(value=model.HIDDEN if view.value else "")


@_clean.register
def _(view: model.SetupKey) -> model.View:
    return view.but(qr=())


@_clean.register
def _(view: model.Shown) -> model.View:
    return view.but(qr=(), text="")


@_clean.register
def _(view: model.SealCheck) -> model.View:
    return view.but(number=model.HIDDEN if view.number else "")


@_clean.register
def _(view: model.Queue) -> model.View:
    return view.but(rows=tuple(_row(one) for one in view.rows))


@_clean.register
def _(view: model.QueueItem) -> model.View:
    return view.but(row=_row(view.row))


@_clean.register
def _(view: model.QueueReason) -> model.View:
    return view.but(value=model.HIDDEN if view.value else "")


@_clean.register
def _(view: model.Fetch) -> model.View:
    rows = (one.but(item=model.HIDDEN) for one in view.rows)
    return view.but(rows=tuple(rows))


def _person(person: model.Person | None) -> model.Person | None:
    return person and person.but(name=model.HIDDEN)


def _row(row: model.QueueRow) -> model.QueueRow:
    return row.but(owner=model.HIDDEN if row.owner else "")
