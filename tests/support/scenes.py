"""Every screen of the kiosk as facts: a state, a visit, what was typed, and the time.

Theory of operation.  A scene holds what `view_of` takes.  `scenes()` makes one for each screen and
each of its variants; tests walk them all, and the gallery paints them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lockerd.core.messages import Level
from lockerd.core.now import Now
from lockerd.core.site import Site
from lockerd.core.state import Door, Stamp, State, Throttle, Tomb
from lockerd.core.visit import Visit
from lockerd.core.visit.batch import NOBODY
from support.demo_site import demo_site
from support.facts import (
    AT,
    BOOT,
    CODE,
    DAY,
    HOUR,
    MINUTE,
    OWN,
    PIN,
    UP,
    FakeLook,
    at,
    base_state,
    handover,
    matters,
    names,
    now_at,
    opened,
    past,
    waiting,
    with_queue,
)
from support.scenes_count import counting
from support.scenes_lost import lost
from support.scenes_orders import after, fetching, ordering
from support.scenes_parts import parts_lost
from support.scenes_people import approvals, people
from support.scenes_seal import exchanging, sealing
from support.scenes_setup import setting_up
from support.scenes_signature import facts, signing
from support.scenes_stick import resting, spelling, sticking
from ui.model import View
from ui.session import Session
from ui.view import view_of
from ui.view.staff import ROWS


@dataclass(frozen=True)
class Scene:
    """The arguments of `view_of`."""

    site: Site
    state: State
    visit: Visit
    session: Session
    look: FakeLook
    now: Now

    def view(self) -> View:
        return view_of(self.site, self.state, self.visit, self.session, self.look, self.now)


class Stage:
    """Makes scenes on one site, and lets each change what it needs."""

    def __init__(self, site: Site, named: dict[int, dict[str, str]] | None = None) -> None:
        self.site = site
        self.named = names() if named is None else named
        self.made: dict[str, Scene] = {}

    def add(
        self,
        name: str,
        visit: Visit,
        state: State | None = None,
        session: Session | None = None,
        look: FakeLook | None = None,
        now: Now | None = None,
        site: Site | None = None,
    ) -> None:
        assert name not in self.made, name
        here = site or self.site
        typed = session or Session()
        typed = replace(typed, step=visit.step, since=visit.since)
        self.made[name] = Scene(
            here,
            state or base_state(here),
            visit,
            typed,
            look or FakeLook(dict(self.named)),
            now or now_at(),
        )


def scenes(
    site: Site | None = None, named: dict[int, dict[str, str]] | None = None
) -> dict[str, Scene]:
    """Every screen and variant, by name."""
    stage = Stage(site or demo_site(), named)
    _idle(stage)
    _codes(stage)
    _refusals(stage)
    _doors(stage)
    _staff(stage)
    _deposits(stage)
    _queue(stage)
    people(stage)
    lost(stage)
    approvals(stage)
    after(stage)
    signing(stage)
    facts(stage)
    parts_lost(stage)
    setting_up(stage)
    fetching(stage)
    ordering(stage)
    sealing(stage)
    counting(stage)
    exchanging(stage)
    sticking(stage)
    spelling(stage)
    resting(stage)
    return stage.made


def _idle(stage: Stage) -> None:
    site = stage.site
    stage.add("starting", at("home"), State())
    stage.add("home", at("home"))
    stage.add("home_attention", at("home"), with_queue(base_state(site), *matters()[6:9]))
    ajar = with_queue(base_state(site), *matters()[2:4])
    ajar.doors["3"] = Door("3", "open", Level.OPEN.value)
    stage.add("home_ajar", at("home"), ajar)
    two = base_state(site)
    for unit in ("3", "17"):
        two.doors[unit] = Door(unit, "forced", Level.OPEN.value)
    stage.add("home_ajar_two", at("home"), two)
    keys_only = site.but(driver="gpio")
    stage.add("home_keypad_only", at("home"), site=keys_only)
    stage.add("home_clock_unknown", at("home"), now=now_at(known=False))
    stage.add("home_display", at("home"), session=Session(display=True))
    large = Session(display=True, text_size="large", theme="high-contrast")
    stage.add("home_display_large", at("home"), session=large)
    retired = with_queue(base_state(site), matters()[0])
    retired.duty, retired.retired_for = "retired", "the disk is full; free some space on it"
    stage.add("out_of_service", at("home"), retired)
    broken = FakeLook(fault="the journal cannot be written (EIO); check the disk, then restart")
    stage.add("journal_broken", at("home"), look=broken)
    lines = [
        "/etc/lockerd/site.toml:45: [site] owner_key: is missing; write the key (E-CFG-060)",
        "/etc/lockerd/site.toml:71: [compartment] pin: GPIO4 is used twice; use a free one",
        "/etc/lockerd/site.toml:72: [compartment] pulse_ms: is 9000; write 50 to 2000 (E-CFG-030)",
        "/etc/lockerd/site.toml:90: [clock] baterry: is not known; write battery_backed",
    ]
    wrong = FakeLook(fault="\n".join(lines))
    stage.add("cannot_start", at("home"), State(), look=wrong, site=site.but(help_phone=""))
    one = FakeLook(fault="lgpio is not installed; install lockerd[device], or python3-lgpio")
    stage.add("cannot_start_called", at("home"), State(), look=one)
    stage.add("help", at("help"))
    stage.add("help_keypad_only", at("help"), site=keys_only)


def _codes(stage: Stage) -> None:
    site = stage.site
    stage.add("scan", at("scan"))
    lost = with_queue(base_state(site), matters()[12])
    stage.add("scan_broken", at("scan"), lost)
    stage.add("code_empty", at("code", 0))
    stage.add("code", at("code"), session=Session(digits="4179"))
    stage.add("code_shown", at("code"), session=Session(digits="4179", shown_ms=UP))
    stage.add("code_full", at("code", 21_000), session=Session(digits=PIN))
    warned = at("code", 49_000, warned=True)
    stage.add("more_time", warned, session=Session(digits="4179"))
    paused = base_state(site)
    paused.throttle = Throttle(12, AT, 80_000, Stamp(BOOT, UP - 9_000))
    stage.add("code_paused", at("code"), paused)
    stage.add("code_paused_clock_unknown", at("code"), paused, now=now_at(known=False))
    stage.add("checking", at("checking"))


def _refusals(stage: Stage) -> None:
    site = stage.site

    def refused(name: str, why: str, state: State, now: Now | None = None, **own: Any) -> None:
        stage.add(name, at("refused", why=why, **own), state, now=now)

    refused("refused_unproven", "unproven", base_state(site))
    mine: dict[str, Any] = {"ho": OWN, "unit": "14"}
    for name, opens in (("early", AT + 5 * HOUR), ("early_day", AT + 2 * DAY)):
        state = base_state(site)
        state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", opens=opens)
        refused(f"refused_{name}", "early", state, **mine)
    state = base_state(site)
    ended = handover(OWN, "expired", 100, unit="14", closes=AT - 20 * HOUR)
    state.handovers[OWN] = ended
    refused("refused_expired", "expired", state, **mine)
    state = base_state(site)
    state.tombs["14"] = Tomb(OWN, "cred", AT - 90 * MINUTE, 1_800)
    refused("refused_collected", "collected", state, ho=OWN)
    state = base_state(site)
    state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14")
    refused("refused_clock", "clock", state, now_at(known=False), **mine)
    refused("refused_held", "held", state, **mine)
    refused("refused_open", "open", state, **mine)
    refused("refused_service", "service", state, **mine)
    paused = base_state(site)
    paused.throttle = Throttle(12, AT, 80_000, Stamp(BOOT, UP - 9_000))
    refused("refused_paused", "paused", paused)


def _doors(stage: Stage) -> None:
    site = stage.site
    mine: dict[str, Any] = {"ho": OWN, "unit": "14"}
    stage.add("opening", at("opening", 300, **mine))
    stage.add("opening_retry", at("opening", 6_000, attempt=2, **mine))
    stage.add("open", at("open", 2_000, **mine), opened(site, "release", "14", 2_000))
    edge: dict[str, Any] = {"ho": OWN, "unit": "23"}
    stage.add("open_last_column", at("open", 2_000, **edge), opened(site, "release", "23", 2_000))
    overdue = opened(site, "release", "14", 60_000)
    stage.add("open_overdue", at("open", 60_000, reminded=1, **mine), overdue)
    helping = Session(helping=True)
    stage.add("open_help", at("open", 2_000, **mine), opened(site, "release", "14", 2_000), helping)
    state = base_state(site)
    state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14")
    stage.add("not_opened", at("not_opened", **mine), state)
    stage.add("receipt", at("receipt", receipt=1_950, **mine))
    stage.add("receipt_no_qr", at("receipt", receipt=1_950, **mine), look=FakeLook(receipt=""))


def _staff(stage: Stage) -> None:
    site = stage.site
    stage.add("staff_badge", at("staff_badge"))
    lost = with_queue(base_state(site), matters()[12])
    stage.add("staff_badge_broken", at("staff_badge"), lost)
    stage.add("staff_pin", at("staff_pin", badge="cred1"), session=Session(digits="11"))
    busy = waiting(site)
    stage.add("staff_menu_operator", at("staff_menu", staff="1"), with_queue(busy, *matters()[2:8]))
    stage.add("staff_menu_depositor", at("staff_menu", staff="2"))
    stage.add("staff_menu_technician", at("staff_menu", staff="3"))
    stage.add("staff_menu_warned", at("staff_menu", 50_000, staff="1", warned=True))


def _deposits(stage: Stage) -> None:
    site = stage.site
    busy = waiting(site)
    stage.add("deposit_pick", at("deposit_pick", staff="2"), busy)
    stage.add("deposit_pick_page", at("deposit_pick", staff="2"), busy, Session(page=1))
    stage.add("deposit_pick_empty", at("deposit_pick", staff="2"))
    told = at("deposit_pick", staff="2", notice="Nothing was deposited.")
    stage.add("deposit_pick_notice", told, busy)
    _forms(stage)
    mine: dict[str, Any] = {"ho": OWN, "unit": "14", "staff": "2"}
    state = base_state(site)
    state.handovers[OWN] = handover(OWN, "placed", 100, unit="14", depositor="2")
    stage.add("deposit_opening", at("deposit_opening", 300, **mine), state)
    stage.add("deposit_open", at("deposit_open", 3_000, **mine), opened(site, "deposit", "14", 900))
    warned = at("deposit_open", 190_000, warned=True, **mine)
    stage.add("deposit_open_warned", warned, opened(site, "deposit", "14", 190_000))
    stage.add("deposit_confirm", at("deposit_confirm", **mine), state)
    told = at("deposit_confirm", notice="The disk is almost full; free some space.", **mine)
    stage.add("deposit_confirm_notice", told, state)
    _batch(stage)
    stage.add("deposit_minting", at("deposit_minting", 100, **mine), state)
    kept = base_state(site)
    kept.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", depositor="2")
    stage.add("deposit_done_shown", at("deposit_done", pin=PIN, qr=CODE, **mine), kept)
    stage.add("deposit_done_waiting", at("deposit_done", **mine), kept)
    sent = base_state(site)
    sent.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", delivered=True)
    stage.add("deposit_done_sent", at("deposit_done", **mine), sent)


def _batch(stage: Stage) -> None:
    site = stage.site
    busy = waiting(site)
    stage.add("batch_first", at("batch", staff="2", batch=()), busy)
    for place, (ho, ordered, unit) in enumerate(((OWN, 100, "14"), ("b1" * 8, 101, "7"))):
        sent = place == 1
        busy.handovers[ho] = handover(ho, "collectable", ordered, unit=unit, delivered=sent)
    done = ("b1" * 8, OWN)
    stage.add("batch_next", at("batch", staff="2", batch=done), busy)
    told = at("batch", staff="2", batch=done, notice=NOBODY)
    stage.add("batch_nobody", told, busy)
    lost = with_queue(waiting(site), matters()[12])
    stage.add("batch_broken", at("batch", staff="2", batch=()), lost)
    stage.add("batch_finding", at("batch_finding", 100, staff="2", batch=done), busy)
    stage.add("batch_done", at("batch_done", staff="2", batch=(*done, "c1" * 8)), busy)


def _forms(stage: Stage) -> None:
    visit = at("deposit_new", staff="2")
    named = stage.named.get(100, {})
    texts = {"recipient": named.get("recipient", ""), "item": named.get("item", "")}
    stage.add("form_recipient", visit)
    typed = Session(texts={"recipient": "Helena Ma"}, shift=False)
    stage.add("form_recipient_typed", visit, session=typed)
    missing = Session(error="form.recipient.missing")
    stage.add("form_recipient_missing", visit, session=missing)
    stage.add("form_item", visit, session=Session(texts=texts, question="item", shift=False))
    symbols = Session(texts={**texts, "reference": "C-22"}, question="reference", symbols=True)
    stage.add("form_reference", visit, session=symbols)
    stage.add("form_profile", visit, session=Session(texts=texts, question="profile"))
    sizes = Session(texts=texts, question="size")
    stage.add("form_size", visit, session=sizes)
    chosen = replace(sizes, texts={**texts, "size": "M"})
    stage.add("form_size_chosen", visit, session=chosen)
    told = replace(visit, notice="No free compartment fits size M; ask an operator")
    stage.add("form_size_declined", told, session=chosen)


def _queue(stage: Stage) -> None:
    site = stage.site

    def full() -> State:
        state = with_queue(base_state(site), *matters())
        state.handovers[OWN] = handover(OWN, "frozen", 100, unit="14", cred="c1")
        live = (
            ("b1", "unconfirmed", "7"), ("b2", "open", "3"), ("b4", "expired", "22"),
            ("b7", "frozen", "19"), ("b9", "awaiting_return", "21"),
        )  # fmt: skip
        for ho, phase, unit in live:
            state.handovers[ho * 8] = handover(ho * 8, phase, 101, unit=unit, cred="c2")
        return state

    for page in range(-(-len(matters()) // ROWS)):
        typed = Session(page=page)
        stage.add(f"queue_{page + 1}", at("queue", staff="1"), full(), typed)
    stage.add("queue_empty", at("queue", staff="1"))
    for one in matters():
        visit = at("queue_item", staff="1", item=one.key)
        stage.add(f"queue_item_{one.rule}", visit, full())
    state = full()
    state.handovers[OWN].to = "15"
    stage.add("queue_item_moved", at("queue_item", staff="1", item=f"frozen:{OWN}"), state)
    stage.add("queue_item_technician", at("queue_item", staff="3", item="forced:9"), full())
    taken = at("queue_item", staff="1", item="strike:12", notice="You have taken this on.")
    stage.add("queue_item_taken", taken, full())
    stage.add("queue_item_gone", at("queue_item", staff="1", item="forced:1"), full())
    look = FakeLook(names(), past=past())
    visit = at("queue_lines", staff="1", item=f"frozen:{OWN}")
    stage.add("queue_lines", visit, full(), look=look)
    stage.add("queue_lines_none", visit, full())
    visit = at("queue_reason", staff="1", item=f"frozen:{OWN}", finding="present")
    stage.add("queue_reason", visit, full())
    typed = Session(texts={"reason": "looked inside, seal"}, shift=False)
    stage.add("queue_reason_typed", visit, full(), typed)
    stage.add("queue_reason_missing", visit, full(), Session(error="form.reason.missing"))
