"""From a view to a tree of widgets: one pure function per screen.

Theory of operation.  `build` finds the function of the view's class, lets it fill a sheet, and adds
the question whether more time is needed over it.  Widgets carry actions as strings; `ui.session`
knows what they mean.

Rules.  A button stands on a screen only where the visit takes its action: a test presses each one.
Words come from `ui.words`; sizes from the theme.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ui import model
from ui.screens import (
    amiss,
    approve,
    attention,
    batch,
    collect,
    count,
    deposit,
    emergency,
    fact,
    fetch,
    history,
    lost,
    maintenance,
    orders,
    people,
    refused,
    rest,
    seal,
    service,
    setup,
    signature,
    staff,
    stick,
)
from ui.screens.parts import Sheet, laid
from ui.text import Typesetter
from ui.widgets import Button, Dialog, Ring, Screen
from ui.words import say, speaking

__all__ = ["build"]

BUILDERS: Final[dict[type[model.View], Callable[[Any, Sheet], None]]] = {
    model.Starting: service.starting,
    model.CannotStart: service.cannot_start,
    model.OutOfService: service.out_of_service,
    model.Home: collect.home,
    model.Rest: rest.rest,
    model.Scan: collect.scan,
    model.Code: collect.code,
    model.Checking: collect.checking,
    model.Refused: refused.refused,
    model.Opening: collect.opening,
    model.Open: collect.opened,
    model.NotOpened: collect.not_opened,
    model.Receipt: collect.receipt,
    model.Help: service.helped,
    model.StaffBadge: staff.badge,
    model.StaffMenu: staff.menu,
    model.ApproveDocument: approve.document,
    model.ApproveBadge: approve.badge,
    model.ApproveGlass: approve.glass,
    model.Claim: people.claim,
    model.Recovery: people.recovery,
    model.Question: people.question,
    model.Shown: people.shown,
    model.EmergencyRun: emergency.run,
    model.MaintMap: maintenance.cabinet,
    model.MaintDoor: maintenance.door,
    model.QueueLines: history.lines,
    model.Lost: lost.ticket,
    model.LostWait: lost.wait,
    model.LostDone: lost.done,
    model.Pick: deposit.pick,
    model.Form: deposit.form,
    model.Confirm: deposit.confirm,
    model.Minting: deposit.minting,
    model.Done: deposit.done,
    model.Batch: batch.batch,
    model.BatchFinding: batch.finding,
    model.BatchDone: batch.done,
    model.Amiss: amiss.amiss,
    model.SealCheck: seal.check,
    model.CountStart: count.start,
    model.CountDoor: count.door,
    model.CountDone: count.done,
    model.Kept: amiss.kept,
    model.Disputed: amiss.disputed,
    model.AgainFailed: amiss.failed,
    model.Sign: signature.sign,
    model.FactHelp: fact.helped,
    model.Fetch: fetch.pick,
    model.FetchDoor: fetch.door,
    model.FetchDone: fetch.done,
    model.Orders: orders.orders,
    model.SetClock: orders.clock,
    model.Stick: stick.choose,
    model.StickWriting: stick.writing,
    model.StickDone: stick.done,
    model.StickFailed: stick.failed,
    model.Setup: setup.parts,
    model.SetupRuler: setup.ruler,
    model.SetupCorners: setup.corners,
    model.SetupDoor: setup.door,
    model.SetupClock: setup.clock,
    model.SetupKey: setup.key,
    model.Queue: attention.queue,
    model.QueueItem: attention.item,
    model.QueueReason: attention.reason,
}


def build(view: model.View, type: Typesetter) -> Screen:
    """The screen of a view for one theme, whose side must be that of the view's language.

    With large text `type` is left at what of it has room here.
    """

    def make() -> Screen:
        builder = BUILDERS[view.__class__]
        sheet = laid(type, lambda sheet: builder(view, sheet))
        if view.ask is not None:
            sheet.put(_ask(view.ask), sheet.panel)
        return Screen(view.NAME, sheet.widgets)

    with speaking(view.language):
        if not (type.large or type.theme.odd):
            return make()
        from ui.fits import enlarged, whole  # needed by large text and by a panel of another size

        return (enlarged if type.large else whole)(make, type)


def _ask(ask: model.Ask) -> Dialog:
    left = ask.time.left_s
    buttons = [Button(say("ask.yes"), "primary", action="more-time")]
    if ask.finish:
        buttons.append(Button(say("ask.no"), action=ask.finish))
    ring = Ring(left / max(1, ask.time.total_s), str(left))
    return Dialog(say("ask.title"), say(f"ask.{ask.about}", n=left), buttons, ring)
