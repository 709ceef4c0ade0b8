"""The screens on which a recipient signs, or is asked for what both know.

Theory of operation.  `support.scenes` calls `signing` and `facts` with its stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lockerd.core import events as ev
from lockerd.core.messages import OrderHandover
from lockerd.core.state import Signing, Stamp, State, Throttle
from lockerd.core.strokes import Strokes
from support.facts import AT, BOOT, OWN, UP, at, base_state, handover
from support.scenes_orders import MINE, collected
from ui.session import Session

if TYPE_CHECKING:
    from support.scenes import Stage

SIGNED: Strokes = (
    ((120, 230), (150, 150), (180, 90), (196, 84), (186, 130), (160, 190), (170, 205), (210, 180)),
    (
        (214, 176),
        (236, 150),
        (250, 160),
        (240, 190),
        (262, 196),
        (300, 150),
        (312, 168),
        (330, 200),
    ),
    (
        (338, 196),
        (380, 120),
        (400, 110),
        (392, 160),
        (410, 200),
        (470, 160),
        (560, 150),
        (660, 120),
    ),
    ((420, 92),),
)


def asked(stage: Stage, ago_ms: int = 8_000) -> State:
    """The door of locker 14 closed a moment ago, and its recipient is asked to sign."""
    state = collected(stage, ago_ms)
    since = Stamp(BOOT, UP - ago_ms)
    state.signing[OWN] = Signing(OWN, "14", 1_950, 100, "f" * 16, since)
    return state


def facts(stage: Stage) -> None:
    """What both know, and who helps."""
    mine: dict[str, Any] = {"ho": OWN, "unit": "14"}
    for name, kind in (("fact", "birth-date"), ("fact_document", "document-number")):
        state = base_state(stage.site)
        state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", cred="c1", fact=kind)
        stage.add(name, at("fact", **mine), state, Session(digits="241"))
        stage.add(f"{name}_shown", at("fact", **mine), state, Session(digits="241", shown_ms=UP))
    known = stage.site.profiles[0].but(name="known", second_factor="fact")
    asking = stage.site.but(profiles=(*stage.site.profiles, known))
    order = OrderHandover(ev.DEVICE, OWN, "r", "i", "known", "S", None, None, "", "")
    said: dict[str, Any] = {"ho": OWN, "staff": "2", "order": order}
    stage.add("deposit_fact", at("deposit_fact", **said), site=asking)
    stage.add("deposit_knowing", at("deposit_knowing", 100, **said), site=asking)
    stage.add("fact_help", at("fact_help", **mine), state)
    stage.add("fact_checking", at("fact_checking", 100, **mine), state)
    paused = base_state(stage.site)
    paused.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", fact="birth-date")
    paused.throttle = Throttle(12, AT, 80_000, Stamp(BOOT, UP - 9_000))
    stage.add("fact_paused", at("fact", **mine), paused)


def signing(stage: Stage) -> None:
    """To sign, or not."""
    kept: dict[str, Any] = {**MINE, "receipt": 1_950}
    stage.add("sign", at("sign", **kept), asked(stage))
    drawn = Session(strokes=SIGNED)
    stage.add("sign_drawn", at("sign", **kept), asked(stage), drawn)
    hardly = Session(strokes=((SIGNED[3][0],),))
    stage.add("sign_again", at("sign", why="strokes", **kept), asked(stage), hardly)
    stage.add("sign_other", at("sign", **kept), asked(stage), Session(helping=True))
    stage.add("sign_late", at("sign", **kept), asked(stage, 61_000), drawn)
    nobody = asked(stage)
    nobody.signing[OWN].named = 1
    stage.add("sign_no_name", at("sign", **kept), nobody)
    warned = at("sign", 49_000, warned=True, **kept)
    stage.add("sign_warned", warned, asked(stage, 49_000))
    stage.add("receipt_signed", at("receipt", signed="drawn", **kept), collected(stage))
    stage.add("receipt_confirmed", at("receipt", signed="key", **kept), collected(stage))
