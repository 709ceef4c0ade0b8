"""Facts to make scenes of: a cabinet, people, handovers, matters, and a time.

Rules.  States are built by hand: they need not have a journal, only to be such as a journal could
give.  Everything is at the same moment, in the same boot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lockerd.core.attention import Item
from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import Door, Handover, Lease, Staff, Stamp, State
from lockerd.core.visit import Visit
from ui import qr
from ui.model import Matrix
from ui.view.sight import PastLine

BOOT = "0badcafe"
AT = 1_795_254_100_000  # 2026-11-21, a Saturday, 09:41:40 in London
UP = 7_200_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
OWN = "4f2a9c0d11223344"
PIN = "417902385"
OPENED = "the contact says open; no opening was seen"
CODE = "LK17K2MX0QZ3W8N5B4H6T9RCDEFG1J"


@dataclass
class FakeLook:
    """A journal's names and receipts, from dictionaries."""

    names: dict[int, dict[str, str]] = field(default_factory=dict)
    fault: str | None = None
    receipt: str = (
        "Riverside Legal released locker 14 on 21 Nov 2026. "
        "https://lockerd.example/r#RL07-4K2M." + "k3Jd9aQx" * 60
    )
    asked: list[int] = field(default_factory=list)
    past: tuple[PastLine, ...] = ()

    def disclosed(self, idx: int) -> Mapping[str, str]:
        self.asked.append(idx)
        return self.names.get(idx, {})

    def receipt_text(self, idx: int) -> str:
        return self.receipt

    def collected_at(self, idx: int) -> int:
        return AT - 4_000

    def lines(self, ho: str, most: int) -> tuple[PastLine, ...]:
        return tuple(self.past[:most]) if ho == OWN else ()

    def challenge(self) -> str:
        return "LKC1:lockerd.example/rl-07/1:1a2b3c4d:7QK2M9X4T0C5W8RZ"

    def qr_matrix(self, text: str) -> Matrix:
        return qr.matrix(text)


def now_at(by_ms: int = 0, known: bool = True) -> Now:
    """The scenes' present, moved by `by_ms`; with `known` False nothing bounds it from above."""
    lo = AT + by_ms
    return Now(BOOT, UP + by_ms, lo, lo + 4_000 if known else None, "battery" if known else "floor")


def base_state(site: Site) -> State:
    """A serving cabinet with every door closed, three members of staff and nothing in it."""
    state = State(size=2_000, duty="serving", mode="simulation", boot=BOOT, booted_up_ms=1_000)
    state.lo, state.stopped = AT, False
    state.doors = {
        one.unit: Door(one.unit, "closed", Level.CLOSED.value) for one in site.compartments
    }
    for place, role in enumerate(("operator", "depositor", "technician"), 1):
        state.staff[str(place)] = Staff(str(place), role, f"cred{place}", True, place)
    return state


def names() -> dict[int, dict[str, str]]:
    """The disclosures of the scenes' entries."""
    return {
        1: {"name": "Amara Osei"},
        2: {"name": "Jonas Lindqvist"},
        3: {"name": "Priya Nair"},
        100: {"recipient": "Helena Marsh", "item": "Completion bundle", "reference": "C-2291"},
        101: {"recipient": "Tomasz Wieczorek", "item": "Passport, sealed"},
        102: {"recipient": "Grace Adeyemi", "item": "Signed lease, two copies"},
        103: {"recipient": "Daniel Ruiz", "item": "Office keys"},
        104: {"recipient": "Mei Tan", "item": "Exhibit 12"},
    }


def handover(ho: str, phase: str, ordered: int, **changes: object) -> Handover:
    """A live handover; its window began an hour ago and lasts three days."""
    made = Handover(
        ho=ho,
        phase=phase,
        profile="documents",
        size="S",
        opens=AT - HOUR,
        closes=AT + 3 * DAY,
        recipient_no="r1",
        item_no="i1",
        ordered=ordered,
        orderer="1",
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def with_queue(state: State, *items: Item) -> State:
    state.queue = {one.key: one for one in items}
    state.lost = {one.key.partition(":")[2]: "gone" for one in items if one.rule == "part"}
    return state


def matters() -> tuple[Item, ...]:
    """One line of every rule."""
    return (
        Item("cabinet:cabinet", "cabinet", AT - 3 * MINUTE, 1_842, None, None, "disk full"),
        Item("epoch:cabinet", "epoch", AT - DAY, 1_400, None, None, "salvaged"),
        Item("forced:9", "forced", AT - 12 * MINUTE, 1_830, "9", None, "unpowered"),
        Item(f"frozen:{OWN}", "frozen", AT - 3 * HOUR, 1_702, "14", OWN, OPENED),
        Item("unconfirmed:b1", "unconfirmed", AT - 2 * HOUR, 1_733, "7", "b1" * 8, "left"),
        Item("left_open:b2", "left_open", AT - 5 * MINUTE, 1_840, "3", "b2" * 8),
        Item("not_opened:11", "not_opened", AT - 26 * HOUR, 1_201, "11", None, "not opened", 3),
        Item("strike:12", "strike", AT - HOUR, 1_780, "12", None, "no current was drawn", 2, "1"),
        Item("sensor:5", "sensor", AT - 9 * HOUR, 1_650, "5", None, "unstable"),
        Item("guessing:b3", "guessing", AT - 30 * MINUTE, 1_801, "8", "b3" * 8, "wrong", 4),
        Item("expired:b4", "expired", AT - 4 * DAY, 903, "22", "b4" * 8),
        Item("interrupted:b5", "interrupted", AT - DAY, 1_500, "16", "b5" * 8),
        Item("part:scanner", "part", AT - 2 * MINUTE, 1_845, None, None, "gone"),
        Item("count:17", "count", AT - 40 * MINUTE, 1_800, "17"),
        Item("lost:41872", "lost", AT - 2 * MINUTE, 41_872),
        Item("clock:cabinet", "clock", AT - 6 * DAY, 640, None, None, "battery"),
        Item("undelivered:b6", "undelivered", AT - HOUR, 1_790, "9", "b6" * 8, "power"),
        Item("glass:cabinet", "glass", AT - 7 * HOUR, 1_690, None, None, "staff 2: night shift"),
        Item("recovery:cabinet", "recovery", AT - 2 * DAY, 1_300, None, None),
        Item(f"disputed:{'b7' * 8}", "disputed", AT - HOUR, 1_795, "19", "b7" * 8, "wrong"),
        Item("doubt:b8", "doubt", AT - 4 * HOUR, 1_698, "20", "b8" * 8),
        Item("return:b9", "return", AT - 8 * HOUR, 1_660, "21", "b9" * 8),
        Item("locked:2", "locked", AT - 6 * HOUR, 1_695),
        Item("refused:ba", "refused", AT - 5 * HOUR, 1_696, "22", "ba" * 8, "seal broken"),
        Item("copy:cabinet", "copy", AT - 2 * HOUR, 1_735, detail="its card is full; replace it"),
    )


def waiting(site: Site) -> State:
    """Five handovers that wait for their items; one deposit was never confirmed."""
    state = base_state(site)
    for place, ordered in enumerate((100, 101, 102, 103, 104)):
        ho = f"{ordered:016x}"
        state.handovers[ho] = handover(ho, "ordered", ordered, opens=AT - HOUR + place)
    late = state.handovers[f"{104:016x}"]
    late.phase, late.unit, late.size = "unconfirmed", "7", "M"
    state.handovers[f"{103:016x}"].opens = AT + 26 * HOUR
    return state


def opened(site: Site, purpose: str, unit: str, since_ms: int) -> State:
    state = base_state(site)
    state.handovers[OWN] = handover(OWN, "open", 100, unit=unit)
    lease = Lease(purpose, OWN, 1_900, 1, Stamp(BOOT, UP - since_ms), Stamp(BOOT, UP - since_ms))
    state.doors[unit] = Door(unit, "open", Level.OPEN.value, lease)
    return state


def at(step: str, ago_ms: int = 8_000, **changes: object) -> Visit:
    """A visit that entered its step a while ago."""
    made = Visit(step=step, since=UP - ago_ms, active=UP - ago_ms)
    return replace(made, **changes)  # type: ignore[arg-type]  # replace() is untyped by keyword


def past() -> tuple[PastLine, ...]:
    """What happened to a handover, the newest first: more than a screen shows."""
    told = (
        ("handover.frozen", "device", ""), ("release.opened", "recipient", "r1"),
        ("pulse.ordered", "recipient", "r1"), ("release.authorised", "recipient", "r1"),
        ("code.refused", "device", ""), ("credential.reissued", "operator", "1"),
        ("credential.delivered", "device", ""), ("deposit.confirmed", "depositor", "2"),
        ("deposit.closed", "depositor", "2"), ("handover.ordered", "depositor", "2"),
    )  # fmt: skip
    return tuple(
        PastLine(AT - place * 17 * MINUTE, kind, role, number, 1_990 - place)
        for place, (kind, role, number) in enumerate(told)
    )
