"""The screens of a seal, and of a thing that is given for another.

Theory of operation.  `support.scenes` calls this with its stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lockerd.core.attention import Item
from lockerd.core.events import Actor
from lockerd.core.messages import OrderHandover
from lockerd.core.state import Stamp, Tomb
from lockerd.core.visit import exchange, seal
from support.facts import (
    AT,
    BOOT,
    HOUR,
    OWN,
    UP,
    FakeLook,
    at,
    base_state,
    handover,
    now_at,
    with_queue,
)
from ui.session import Session

if TYPE_CHECKING:
    from support.scenes import Stage

SEALED = 1_940
"""The entry that discloses the seal."""

MINE: dict[str, Any] = {"ho": OWN, "unit": "14", "cred": "c1", "kind": "qr", "receipt": 1_950}


def sealing(stage: Stage) -> None:
    """A depositor reads the seal, a recipient looks at it."""
    site = stage.site
    state = base_state(site)
    state.tombs["14"] = Tomb(OWN, "c1", AT - 8_000, 1_950, Stamp(BOOT, UP - 8_000), sealed=SEALED)
    named = FakeLook({**stage.named, SEALED: {"seal": "4711-0093"}})
    stage.add("seal_check", at("seal_check", **MINE), state, look=named)
    told = at("seal_check", notice=seal.DIFFERS, **MINE)
    stage.add("seal_check_differs", told, state, look=named)
    stage.add("seal_check_erased", at("seal_check", **MINE), state)
    keys_only = site.but(driver="gpio")
    stage.add("seal_check_keypad_only", at("seal_check", **MINE), state, look=named, site=keys_only)
    stage.add("seal_checking", at("seal_checking", 100, **MINE), state, look=named)
    mine: dict[str, Any] = {"ho": OWN, "staff": "2"}
    waits = base_state(site)
    waits.handovers[OWN] = handover(OWN, "ordered", 100)
    stage.add("deposit_seal", at("deposit_seal", **mine), waits)
    typed = Session(texts={"seal": "4711"}, symbols=True)
    stage.add("deposit_seal_typed", at("deposit_seal", **mine), waits, typed)
    missing = Session(error="form.seal.missing")
    stage.add("deposit_seal_missing", at("deposit_seal", **mine), waits, missing)
    told = at("deposit_seal", notice=seal.NOT_A_SEAL, **mine)
    stage.add("deposit_seal_badge", told, waits)
    stage.add("deposit_sealing", at("deposit_sealing", 100, **mine), waits)
    line = Item(f"seal:{OWN}", "seal", AT - HOUR, SEALED, None, OWN)
    kept = with_queue(base_state(site), line)
    kept.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", sealed=SEALED)
    stage.add("queue_item_seal", at("queue_item", staff="1", item=line.key), kept, now=now_at())


def exchanging(stage: Stage) -> None:
    """A depositor says what a new thing is, and what it is given for."""
    order = OrderHandover(
        Actor("depositor", "2"), OWN, "r", "i", "repairs", "M", None, None, "R. Person", "Drill"
    )
    mine: dict[str, Any] = {"ho": OWN, "staff": "2", "order": order}
    stage.add("deposit_asset", at("deposit_asset", **mine))
    told = at("deposit_asset", notice=exchange.NOT_A_LABEL, **mine)
    stage.add("deposit_asset_badge", told)
    stage.add("deposit_given", at("deposit_given", **mine))
    for name, notice in (("nobody", exchange.NOBODY), ("several", exchange.SEVERAL)):
        stage.add(f"deposit_given_{name}", at("deposit_given", notice=notice, **mine))
    stage.add("deposit_naming", at("deposit_naming", 100, **mine))
