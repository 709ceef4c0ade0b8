"""The screens on which somebody becomes an operator, changes a PIN, hands over, or approves.

Theory of operation.  `support.scenes` calls `people` and `approvals` with its stage.

Rules.  What a person typed and what is shown once are made up and recognisable, so that a test can
look for them where they must not be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lockerd.core.people import weak_pin
from lockerd.core.site import Site
from lockerd.core.state import Approval, Emergency, Lease, Maintenance, Stamp, State
from lockerd.core.visit import founding
from lockerd.core.visit import maintenance as visits
from lockerd.core.visit import people as pins
from lockerd.core.visit.approve import UNPROVEN
from support.facts import BOOT, OWN, UP, at, base_state, handover, matters, now_at, with_queue
from ui.session import Session

if TYPE_CHECKING:
    from support.scenes import Stage

NUMBER = "5518"
NAME = "Ingrid Solberg"
BADGE = "LKB17QK2M9X4T0C5W8RZ6H3N5B1JDFGY"
CARDS = tuple(f"LKR{one}7QK2M9X4T0C5W8RZ6H3N5B1JDF" for one in (1, 2, 3))
WEAK = "123456"


def _unclaimed(site: Site) -> State:
    """A cabinet in which nobody can sign in yet."""
    state = base_state(site)
    state.staff, state.mode, state.boots = {}, "device", 1
    return state


def _lost_scanner(state: State) -> State:
    return with_queue(state, *(one for one in matters() if one.rule == "part"))


def people(stage: Stage) -> None:
    """Claim, cards, the first operator, a PIN of one's own, the hand-over of a shift."""
    owned = stage.site.but(owner_key="0" * 64)
    new = _unclaimed(owned)
    stage.add("claim", at("claim"), new, site=owned)
    told = at("claim", notice=founding.UNPROVEN)
    stage.add("claim_again", told, new, site=owned)
    stage.add("claim_no_scanner", at("claim"), _lost_scanner(_unclaimed(owned)), site=owned)
    carded = _unclaimed(owned)
    carded.cards = "cards1"
    stage.add("claim_with_cards", at("claim"), carded, site=owned)
    stage.add("claim_checking", at("claim_checking", 100, back="claim"), new, site=owned)
    _recovery(stage, owned, carded)
    _founder(stage, owned, new)
    _pin(stage)
    by = at("shift_note", staff="1")
    stage.add("shift_note", by)
    typed = Session(texts={"note": "door 12 waits for its lock"}, question="note", shift=False)
    stage.add("shift_note_typed", by, session=typed)
    _typed_badge(stage)
    _emergency(stage)
    _maintenance(stage)


def _maintenance(stage: Stage) -> None:
    by: dict[str, Any] = {"staff": "3"}
    stage.add("maint_ticket", at("maint_ticket", **by))
    typed = Session(texts={"ticket": "T-4471"}, question="ticket", shift=False)
    stage.add("maint_ticket_typed", at("maint_ticket", **by), session=typed)
    state = base_state(stage.site)
    state.staff["3"].role = "technician"
    state.maintenance = Maintenance("3", 1_980, Stamp(BOOT, UP - 300_000), "T-4471")
    state.doors["9"].retired = "its spring is broken"
    state.doors["12"].level, state.doors["12"].phase = "open", "open"
    state.doors["21"].level, state.doors["21"].phase = "unknown", "unknown"
    state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", cred="c1")
    stage.add("maint_map", at("maint_map", **by), state)
    stage.add("maint_map_no_clock", at("maint_map", **by), state, now=now_at(known=False))
    told = visits.DONE
    stage.add("maint_door_free", at("maint_door", unit="8", notice=told, **by), state)
    for name, unit in (("out", "9"), ("open", "12"), ("unknown", "21"), ("occupied", "14")):
        stage.add(f"maint_door_{name}", at("maint_door", unit=unit, **by), state)
    why: dict[str, Any] = {**by, "unit": "8", "finding": "retire"}
    stage.add("maint_reason", at("maint_reason", **why), state)
    stage.add(
        "maint_reason_missing", at("maint_reason", **why), state, Session(error="form.why.missing")
    )
    inspect: dict[str, Any] = {
        "staff": "3",
        "subject": "inspect:14",
        "under": at("maint_door", unit="14"),
    }
    stage.add("approve_inspect", at("approve_badge", **inspect), state)


def _emergency(stage: Stage) -> None:
    stage.add("emergency_reason", at("emergency_reason", staff="1"))
    typed = Session(texts={"emergency": "smoke in the lobby"}, question="emergency", shift=False)
    stage.add("emergency_reason_typed", at("emergency_reason", staff="1"), session=typed)
    empty = Session(error="form.emergency.missing")
    stage.add("emergency_reason_missing", at("emergency_reason", staff="1"), session=empty)
    act: dict[str, Any] = {"staff": "1", "subject": "emergency", "under": at("staff_menu")}
    stage.add("approve_emergency", at("approve_badge", **act))
    units = [one.unit for one in stage.site.compartments]
    by = at("emergency_run", staff="1")
    stage.add("emergency_none", by)
    going = base_state(stage.site)
    last = Stamp(BOOT, UP)
    going.emergency = Emergency(1_990, "1", units[7:], units[:7], units[:5], last=last)
    going.doors[units[6]].lease = Lease("emergency", None, 1_995, 1, Stamp(BOOT, UP))
    stage.add("emergency_run", by, going)
    over = base_state(stage.site)
    gone = [one for one in units if one not in units[3:5]]
    over.emergency = Emergency(1_990, "1", [], gone, gone[2:], units[3:5], ended=True)
    stage.add("emergency_over", by, over)
    short = base_state(stage.site)
    short.emergency = Emergency(1_990, "1", [], units[:3], units[:2], left=units[3:], ended=True)
    stage.add("emergency_stopped", by, short)


def _recovery(stage: Stage, owned: Site, carded: State) -> None:
    stage.add("recovery", at("recovery"), carded, site=owned)
    told = at("recovery", notice=founding.UNPROVEN)
    stage.add("recovery_again", told, carded, site=owned)
    second = at("recovery_second", secrets=(CARDS[0],))
    stage.add("recovery_second", second, carded, site=owned)
    checking = at("recovery_checking", 100, back="recovery")
    stage.add("recovery_checking", checking, carded, site=owned)
    held = base_state(owned)
    held.cards = "cards1"
    stage.add("staff_badge_recover", at("staff_badge"), held, site=owned)


def _typed_badge(stage: Stage) -> None:
    """No scanner: what the badge says is typed, by whoever signs in and by a second person."""
    lost = _lost_scanner(base_state(stage.site))
    stage.add("staff_code", at("staff_code"), lost, Session(other=True))
    typed = Session(texts={"badge": "7QK2 M9X4"}, question="badge", shift=False, other=True)
    stage.add("staff_code_typed", at("staff_code"), lost, typed)
    missing = Session(question="badge", error="form.badge.missing", other=True)
    stage.add("staff_code_missing", at("staff_code"), lost, missing)
    stage.add("approve_code", at("approve_code", subject="time"), lost, Session(other=True))


def _founder(stage: Stage, owned: Site, new: State) -> None:
    def step(name: str, visit_step: str, ago_ms: int = 8_000, **changes: Any) -> None:
        session = changes.pop("session", None)
        stage.add(name, at(visit_step, ago_ms, **changes), new, session, site=owned)

    step("founder_number", "founder_number", session=Session(symbols=True))
    typed = Session(texts={"number": NUMBER}, question="number", symbols=True)
    step("founder_number_typed", "founder_number", session=typed)
    wrong = "a staff number has 1 to 6 digits; choose one"
    step("founder_number_declined", "founder_number", session=typed, notice=wrong)
    step("founder_name", "founder_name", words=(NUMBER,))
    named = Session(texts={"name": NAME}, question="name", shift=False)
    step("founder_name_typed", "founder_name", words=(NUMBER,), session=named)
    missing = Session(question="name", error="form.name.missing")
    step("founder_name_missing", "founder_name", words=(NUMBER,), session=missing)
    words = (NUMBER, NAME)
    step("founder_pin", "founder_pin", words=words)
    step("founder_pin_weak", "founder_pin", words=words, notice=weak_pin(WEAK))
    step("founder_pin_differ", "founder_pin", words=words, notice=founding.DIFFER)
    half = Session(digits="417")
    step("founder_again", "founder_again", words=words, secrets=("417902",), session=half)
    step("founder_making", "founder_making", 100, words=words)
    step("founder_badge", "founder_badge", words=(NUMBER,), secrets=(BADGE, *CARDS))
    for left in (3, 2, 1):
        card = f"founder_card_{4 - left}"
        step(card, "founder_card", words=(NUMBER,), secrets=CARDS[3 - left :])


def _pin(stage: Stage) -> None:
    own: dict[str, Any] = {"staff": "2"}
    stage.add("pin_old", at("pin_old", **own))
    stage.add("pin_old_wrong", at("pin_old", notice=pins.WRONG, **own))
    stage.add("pin_new", at("pin_new", secrets=("417902",), **own))
    stage.add("pin_new_same", at("pin_new", secrets=("417902",), notice=pins.SAME, **own))
    must = base_state(stage.site)
    must.staff["2"].must_change = True
    stage.add("pin_new_must", at("pin_new", notice=pins.MUST, **own), must)
    half = Session(digits="41")
    stage.add("pin_again", at("pin_again", secrets=("417902", "902417"), **own), session=half)
    stage.add("pin_again_warned", at("pin_again", 50_000, warned=True, **own), session=half)
    stage.add("pin_making", at("pin_making", 100, **own))
    stage.add("pin_changed", at("staff_menu", notice=pins.CHANGED, **own))


def approvals(stage: Stage) -> None:
    """A recipient's document, an authoriser, and a second person for an act of staff."""
    site, named = stage.site, {"ho": OWN, "unit": "14"}
    checked = site.but(
        profiles=tuple(one.but(second_factor="witnessed", authorisers=2) for one in site.profiles)
    )
    state = base_state(checked)
    state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", cred="c1")
    identity: dict[str, Any] = {**named, "subject": f"identity:{OWN}"}
    stage.add("approve_document", at("approve_document", **identity), state, site=checked)
    stage.add(
        "approve_identity",
        at("approve_badge", document="passport", **identity),
        state,
        site=checked,
    )
    release: dict[str, Any] = {**named, "subject": f"release:{OWN}"}
    stage.add("approve_release_two", at("approve_badge", **release), state, site=checked)
    half = _half_approved(checked, "1")
    one_left = at("approve_badge", approver="1", **release)
    stage.add("approve_release_glass", one_left, half, site=checked)
    stage.add("approve_pin", at("approve_pin", badge="cred1", **release), state, site=checked)
    checking = at("approve_checking", 100, **release)
    stage.add("approve_checking", checking, state, site=checked)
    _acts(stage)


def _half_approved(site: Site, staff: str) -> State:
    """The same collection, approved by one of two."""
    state = base_state(site)
    state.handovers[OWN] = handover(OWN, "collectable", 100, unit="14", cred="c1")
    state.approvals[f"release:{OWN}"] = Approval(
        f"release:{OWN}", Stamp(BOOT, UP - 4_000), 1_990, [staff]
    )
    return state


def _acts(stage: Stage) -> None:
    site, held = stage.site, base_state(stage.site)
    held.handovers[OWN] = handover(OWN, "expired", 100, unit="14", depositor="2", cred="c1")
    under = at("staff_menu", staff="1")
    act: dict[str, Any] = {"staff": "1", "subject": f"key:{OWN}", "under": under}
    stage.add("approve_key", at("approve_badge", **act), held)
    clock = {**act, "subject": "time"}
    stage.add("approve_time", at("approve_badge", **clock), now=now_at(known=False))
    stage.add("approve_unproven", at("approve_badge", notice=UNPROVEN, **act), held)
    own = "nobody approves their own act or deposit; ask another person"
    stage.add("approve_self", at("approve_badge", notice=own, **act), held)
    note = at("shift_note", staff="1")
    stage.add("approve_shift", at("approve_badge", staff="1", subject="shift", under=note))
    stage.add("approve_no_scanner", at("approve_badge", **clock), _lost_scanner(base_state(site)))
    stage.add("approve_warned", at("approve_badge", 50_000, warned=True, **act), held)
    alone = at("approve_glass", **act)
    stage.add("approve_glass", alone, held)
    typed = Session(texts={"reason": "nobody else on the night shift"}, shift=False)
    stage.add("approve_glass_typed", alone, held, typed)
    stage.add("approve_glass_missing", alone, held, Session(error="form.reason.missing"))
