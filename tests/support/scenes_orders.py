"""The screens of a door where something is wrong, of a return, and of an operator's orders.

Theory of operation.  `support.scenes` calls these with its stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lockerd.core.attention import Item
from lockerd.core.messages import Level
from lockerd.core.state import Door, Lease, Stamp, State, Tomb, Unknown
from lockerd.core.visit import fetch, orders
from support.facts import (
    AT,
    BOOT,
    HOUR,
    OWN,
    UP,
    at,
    base_state,
    handover,
    matters,
    now_at,
    opened,
    with_queue,
)
from ui.session import Session

if TYPE_CHECKING:
    from support.scenes import Stage

MINE: dict[str, Any] = {"ho": OWN, "unit": "14", "cred": "c1", "kind": "qr"}
NEXT = "c7" * 8


def collected(stage: Stage, ago_ms: int = 8_000) -> State:
    """The door of locker 14 closed a moment ago."""
    state = base_state(stage.site)
    state.tombs["14"] = Tomb(OWN, "c1", AT - ago_ms, 1_950, Stamp(BOOT, UP - ago_ms))
    return state


def after(stage: Stage) -> None:
    """The recipient's way out."""
    kept: dict[str, Any] = {**MINE, "receipt": 1_950}
    stage.add("receipt_help", at("receipt", **kept), collected(stage))
    more = collected(stage)
    more.handovers[NEXT] = handover(NEXT, "collectable", 101, unit="16", cred="c1")
    stage.add("receipt_more", at("receipt", **kept), more)
    stage.add(
        "amiss_open", at("amiss", back="open", **MINE), opened(stage.site, "release", "14", 0)
    )
    stage.add("amiss_receipt", at("amiss", back="receipt", **kept), collected(stage))
    late = collected(stage, 61_000)
    stage.add("amiss_late", at("amiss", back="receipt", **kept), late)
    left = opened(stage.site, "release", "14", 2_000)
    left.handovers[OWN].left = True
    stage.add("open_left", at("open", 2_000, **MINE), left)
    state = base_state(stage.site)
    state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", cred="c1")
    stage.add("kept", at("kept", **MINE), state)
    frozen = base_state(stage.site)
    frozen.handovers[OWN] = handover(OWN, "frozen", 100, unit="14", cred="c1")
    stage.add("disputed", at("disputed", **MINE), frozen)
    ajar = opened(stage.site, "release", "14", 9_000)
    ajar.handovers[OWN].phase = "frozen"
    stage.add("disputed_open", at("disputed", **MINE), ajar)
    stage.add("again_opening", at("again_opening", 300, **kept), collected(stage))
    again = collected(stage)
    stamp = Stamp(BOOT, UP - 900)
    lease = Lease("grace", OWN, 1_960, 1, stamp, stamp)
    again.doors["14"] = Door("14", "open", Level.OPEN.value, lease)
    stage.add("again_open", at("again_open", 900, **kept), again)
    stage.add("again_failed", at("again_failed", **kept), collected(stage))
    for why in ("late", "asked"):
        stage.add(f"refused_{why}", at("refused", why=why, **MINE), collected(stage, 90_000))


def _back(stage: Stage) -> State:
    """Four items that nobody may collect any more."""
    state = base_state(stage.site)
    for place, unit in enumerate(("7", "14", "16", "20")):
        ho = f"{100 + place:016x}"
        state.handovers[ho] = handover(
            ho, "awaiting_return", 100 + place, unit=unit, depositor="2", deposited=place
        )
    return state


def fetching(stage: Stage) -> None:
    """A depositor takes items back."""
    by: dict[str, Any] = {"staff": "2"}
    stage.add("staff_menu_fetch", at("staff_menu", **by), _back(stage))
    stage.add("fetch_pick", at("fetch_pick", **by), _back(stage))
    stage.add("fetch_pick_page", at("fetch_pick", **by), _back(stage), Session(page=1))
    stage.add("fetch_pick_empty", at("fetch_pick", **by))
    told = at("fetch_pick", notice=fetch.NOT_OPENED, **by)
    stage.add("fetch_pick_failed", told, _back(stage))
    mine: dict[str, Any] = {**by, "ho": f"{100:016x}", "unit": "7"}
    stage.add("fetch_opening", at("fetch_opening", 300, **mine), _back(stage))
    stage.add("fetch_opening_retry", at("fetch_opening", 300, attempt=2, **mine), _back(stage))
    stage.add("fetch_open", at("fetch_open", 900, **mine), _back(stage))
    stage.add("fetch_open_warned", at("fetch_open", 190_000, warned=True, **mine), _back(stage))
    gone = _back(stage)
    del gone.handovers[f"{100:016x}"]
    stage.add("fetch_done", at("fetch_done", receipt=1_950, **mine), gone)
    stage.add("fetch_done_last", at("fetch_done", receipt=1_950, **mine))


def ordering(stage: Stage) -> None:
    """An operator at a line of the queue, and the clock."""
    site = stage.site
    asks = site.but(profiles=tuple(one.but(straddle="ask-operator") for one in site.profiles))
    doubt = Item(f"doubt:{OWN}", "doubt", AT - HOUR, 1_698, "14", OWN)
    state = with_queue(base_state(asks), doubt)
    state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", cred="c1", depositor="2")
    by: dict[str, Any] = {"staff": "1", "item": doubt.key}
    dark = now_at(known=False)
    stage.add("queue_item_orders", at("queue_item", **by), state, now=dark, site=asks)
    stage.add("orders", at("orders", **by), state, now=dark, site=asks)
    stage.add("orders_gone", at("orders", **by), base_state(site))
    none = with_queue(base_state(site), matters()[2])
    stage.add("orders_none", at("orders", staff="1", item="forced:9"), none)
    for one in orders.REASONED:
        visit = at(f"order_{one}", ho=OWN, **by)
        stage.add(f"order_{one}", visit, state, site=asks)
        empty = Session(error=f"form.{one}.missing")
        stage.add(f"order_{one}_missing", visit, state, empty, site=asks)
    told = at("order_key", ho=OWN, notice="the door is not known to be closed; "
              "say afterwards what was done", **by)  # fmt: skip
    stage.add("order_key_declined", told, state, site=asks)
    stage.add("queue_permitted", at("queue", staff="1", notice=orders.PERMITTED), state, site=asks)
    _adopting(stage)
    stage.add("staff_menu_time", at("staff_menu", staff="1"), now=dark)
    stage.add("time", at("time", staff="1"), now=dark)
    typed = Session(texts={"at": str(AT + 26 * HOUR)})
    stage.add("time_chosen", at("time", staff="1"), now=dark, session=typed)
    past = at("time", staff="1", notice="it is proven to be later than that; read the time again")
    stage.add("time_declined", past, now=dark, session=typed)


def _adopting(stage: Stage) -> None:
    """A new record does not know what lies in locker 14; a moment later two people have looked."""
    line = Item(f"frozen:{OWN}", "frozen", AT - HOUR, 12, "14", OWN,
                "a new epoch began; what lies here is not known")  # fmt: skip
    by: dict[str, Any] = {"staff": "1", "item": line.key}
    for name, seen in (("look", False), ("adopt", True)):
        state = with_queue(base_state(stage.site), line)
        state.handovers[OWN] = handover(OWN, "frozen", 12, unit="14", depositor="2")
        since = Stamp(BOOT, UP - 30_000) if seen else None
        look = 1_960 if seen else -1
        state.unknown["14"] = Unknown(12, look, since, "1" if seen else "", seen)
        notice = orders.LOOK if seen else ""
        stage.add(f"orders_{name}", at("orders", notice=notice, **by), state)
    stage.add("queue_adopted", at("queue", staff="1", notice=orders.ADOPTED))
