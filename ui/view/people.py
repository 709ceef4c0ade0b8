"""Views of whoever becomes an operator, changes a PIN or hands a shift over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lockerd.core.claim import CARDS, groups, parse_challenge
from lockerd.core.founding import claimable
from lockerd.core.setup import nobody
from ui import model
from ui.view import recipient
from ui.view.sight import Sight

QUESTIONS: Final = {
    "staff_code": "badge",
    "approve_code": "badge",
    "founder_number": "number",
    "founder_name": "name",
    "shift_note": "note",
    "emergency_reason": "emergency",
    "stick_case": "case",
    "maint_ticket": "ticket",
    "maint_reason": "why",
    "order_permit": "permit",
    "order_key": "key",
    "order_bykey": "bykey",
    "deposit_seal": "seal",
    "deposit_asset": "asset",
    "deposit_given": "given",
}
"""Step -> what is asked."""

PINS: Final = {
    "founder_pin": "new",
    "founder_again": "again",
    "pin_old": "old",
    "pin_new": "new",
    "pin_again": "again",
}
"""Step -> which PIN is typed."""


def claim(sight: Sight) -> model.Claim:
    text = sight.look.challenge()
    shown = parse_challenge(text)
    return model.Claim(
        **recipient.common(sight),
        qr=recipient.matrix(sight, text),
        origin=shown.origin,
        boot=shown.boot,
        nonce=groups(shown.nonce),
        notice=sight.visit.notice,
        working=sight.scans,
        cards=bool(sight.state.cards),
        fresh=nobody(sight.state),
    )


def recovery(sight: Sight) -> model.Recovery:
    return model.Recovery(
        **recipient.common(sight),
        second=sight.visit.step == "recovery_second",
        notice=sight.visit.notice,
        working=sight.scans,
        claim=claimable(sight.site, sight.state),
    )


def question(sight: Sight) -> model.Question:
    typed, asked = sight.session, QUESTIONS[sight.visit.step]
    return model.Question(
        **recipient.common(sight),
        question=asked,
        value=typed.texts.get(asked, ""),
        error=typed.error,
        notice=sight.visit.notice,
        **sight.keys,
        sent=typed.sent is not None,
    )


def pin(sight: Sight) -> model.Code:
    view = recipient.code(sight)
    about = PINS[sight.visit.step]
    return view.but(
        staff=True, about=about, notice=sight.visit.notice, groups=recipient.STAFF_PIN_GROUPS
    )


def shown(sight: Sight) -> model.Shown:
    visit = sight.visit
    text, badge = visit.secrets[0], visit.step == "founder_badge"
    return model.Shown(
        **recipient.common(sight),
        what="badge" if badge else "card",
        number=visit.words[0] if badge else str(CARDS + 1 - len(visit.secrets)),
        qr=recipient.matrix(sight, text),
        text=groups(text),
    )


BUILDERS: Final[dict[str, Callable[[Sight], model.View]]] = {
    "claim": claim,
    "claim_checking": recipient.checking,
    "recovery": recovery,
    "recovery_second": recovery,
    "recovery_checking": recipient.checking,
    **dict.fromkeys(QUESTIONS, question),
    **dict.fromkeys(PINS, pin),
    "founder_making": recipient.checking,
    "pin_making": recipient.checking,
    "founder_badge": shown,
    "founder_card": shown,
}
