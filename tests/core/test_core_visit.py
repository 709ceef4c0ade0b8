"""The kiosk: every step with every act, no dead end, no scan swallowed, no code left standing."""

from __future__ import annotations

import random

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, OTHER, TECHNICIAN, Cabinet
from forged_fact import announced
from forged_seal import sealing_site
from visitreach import (
    ANSWER,
    CARDS,
    FORM,
    NEW_PIN,
    OLD_PIN,
    REACH,
    at_home,
    cards,
    check,
    checking,
    deposit_confirm,
    deposit_minting,
    deposit_open,
    deposit_opening,
    founder,
    guarded,
    menu,
    not_opened,
    opened,
    opening,
    pressed,
    queue_item,
    receipt,
    scan,
    staff_pin,
    wait,
)

from lockerd.core import effects as ef
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import visit
from lockerd.core.setup import WHATS
from lockerd.core.site import Timing
from lockerd.core.visit import ACTIONS, BUSY, RECIPIENT, STEPS

EVERY_STEP = pytest.mark.parametrize("step", STEPS)


def test_every_step_is_reached() -> None:
    assert set(REACH) == set(STEPS)
    for step, reach in REACH.items():
        assert reach().visit.step == step


ARGS = ("", "forced:A3", f"{1:016x}", "b" * 16, "noted", "removed", "passport", "x")


@EVERY_STEP
@pytest.mark.parametrize("action", [*ACTIONS, "no-such-action"])
def test_every_button_on_every_step(step: str, action: str) -> None:
    base = REACH[step]()
    for arg in ARGS:
        c = kit.copy(base)
        size = len(c.log)
        c.press(action, arg)
        check(c)
        for line in c.log[size:]:
            assert line.event.TYPE != "release.authorised", "no button releases anything"
            assert not isinstance(line.event, ev.StaffEnrolled | ev.StaffPinChanged)


INTENTS: tuple[msg.Intent, ...] = (
    msg.Scanned("LK1SOMETHING"),
    msg.Scanned("LKBSOMEBODY"),
    msg.Scanned("\x7fnoise"),
    msg.Scanned(""),
    msg.Scanned(ANSWER),
    msg.Scanned(CARDS[0]),
    msg.Scanned(CARDS[1]),
    msg.CodeTyped("123456789"),
    msg.CodeTyped(NEW_PIN),
    msg.CodeTyped(""),
    msg.FormSent({}, ("c" * 16, "r", "i")),
    msg.FormSent({"reason": "looked", **FORM}, ("c" * 16, "r", "i")),
    msg.FormSent({"number": "8", "name": "N", "note": "all well"}, ("c" * 16, "r", "i")),
    msg.Activity(),
)


@EVERY_STEP
def test_everything_else_a_person_can_do_on_every_step(step: str) -> None:
    base = REACH[step]()
    for intent in INTENTS:
        c = kit.copy(base)
        c.act(intent)
        check(c)


@EVERY_STEP
def test_every_answer_on_every_step(step: str) -> None:
    """Answers that come late, twice or for somebody who has left do no harm."""
    base = REACH[step]()
    approvals = [
        msg.ApprovalChecked(f"badge-{who}", proven, f"{kind}:{1:016x}", "", "passport")
        for who in "12"
        for proven in (True, False)
        for kind in ("release", "identity")
    ]
    answers: tuple[msg.Message, ...] = (
        msg.CodeChecked("pin", None, False),
        msg.CodeChecked("qr", f"c-{1:016x}", False),
        msg.BadgeChecked(None),
        msg.BadgeChecked("badge-2"),
        msg.StaffPinChecked("badge-2", False),
        msg.StaffPinChecked("badge-2", True),
        kit.minted("b" * 16, "c-b"),
        kit.minted("e" * 16, "c-e"),
        msg.CodeDelivered(ev.DEVICE, "b" * 16, "c-b", "phone"),
        msg.ItemsFound(()),
        msg.ItemsFound((f"{1:016x}",)),
        msg.ItemsFound(("b" * 16, f"{1:016x}")),
        *approvals,
        msg.PinMade("badge-2", True, ()),
        msg.PinMade("badge-2", False, ()),
        msg.OverrideRefused("1"),
        msg.ClaimChecked(True),
        msg.ClaimChecked(False),
        msg.PairChecked(True),
        msg.PairChecked(False),
        founder(),
        founder("cards-1"),
        msg.SignOut("2", "asked"),
        msg.RetireCabinet(OPERATOR, "smoke"),
        msg.Tick(),
    )
    for answer in answers:
        c = kit.copy(base)
        c.act(answer)
        check(c)


# -- the way home ---------------------------------------------------------------------------------


@EVERY_STEP
def test_home_by_time_from_every_step(step: str) -> None:
    """Nobody does anything more, the vault never answers, the door stays as it is."""
    c = REACH[step]()
    wait(c, 60 * 60_000, until="home")
    assert c.visit.step == "home"
    assert c.visit.staff is None
    assert c.state.signed_in is None
    assert c.visit.pin == c.visit.qr == ""


def stand(c: Cabinet) -> tuple[str, int]:
    """Where somebody stands: the step, and how many cards are still to be shown on it."""
    return c.visit.step, len(c.visit.secrets)


@EVERY_STEP
def test_home_by_presses_from_every_step_that_waits_for_a_person(step: str) -> None:
    """The shortest way home by buttons alone."""
    needs_door = {"deposit_opening", "deposit_open", "deposit_confirm", "queue_reason"}
    needs_door |= {"fetch_opening", "fetch_open", "again_open"}
    if step in BUSY | needs_door - {"queue_reason", "deposit_confirm"}:
        return
    frontier = [REACH[step]()]
    seen = {stand(one) for one in frontier}
    for _ in range(6):
        if any(one.visit.step == "home" for one in frontier):
            return
        reached = []
        for one in frontier:
            for action in ("home", "back", "sign-out", "nothing", "next"):
                c = kit.copy(one)
                c.press(action)
                if stand(c) not in seen or c.visit.step == "home":
                    seen.add(stand(c))
                    reached.append(c)
        frontier = reached
    raise AssertionError(f"no way home from {step}; reached {sorted(seen)}")


def test_leaving_a_deposit_by_time_says_so_in_the_journal() -> None:
    for reach in (deposit_opening, deposit_open, deposit_confirm, deposit_minting):
        c = reach()
        wait(c, 60 * 60_000, until="home")
        assert c.phase("b" * 16) in ("unconfirmed", "ordered")
        assert ev.StaffSignedOut(actor=DEPOSITOR, staff="2", reason="idle") in [
            one.event for one in c.log
        ]


def test_a_warning_comes_first_and_more_time_is_granted() -> None:
    c = pressed("enter-code")()
    timing = c.site.timing
    for _ in range(15):
        wait(c, timing.idle_s * 1000 + 1)
        assert (c.visit.warned, c.visit.step) == (True, "code")
        c.press("more-time")
        assert (c.visit.warned, c.visit.step) == (False, "code")
    wait(c, (timing.idle_s + timing.more_time_s) * 1000 + 1)
    assert c.visit.step == "home"


def test_somebody_who_is_guided_is_waited_for_longer_and_the_next_person_is_not() -> None:
    c = pressed("enter-code")()
    idle_ms = c.site.timing.idle_s * 1000
    c.act(msg.Activity(3))
    assert visit.next_due(c.site, c.visit) == c.up_ms + 3 * idle_ms
    c.act(msg.Activity())
    assert visit.next_due(c.site, c.visit) == c.up_ms + 3 * idle_ms, "other activity leaves it"
    c.press("home")
    c.press("help")
    assert c.visit.patience == 3, "from step to step"
    c.act(msg.Activity(1))
    assert visit.next_due(c.site, c.visit) == c.up_ms + idle_ms
    c.act(msg.Activity(1_000_000))
    assert c.visit.patience == visit.PATIENCE_MAX


def test_any_touch_is_activity() -> None:
    c = pressed("enter-code")()
    c.wait(44_000)
    c.act(msg.Activity())
    assert visit.next_due(c.site, c.visit) == c.up_ms + c.site.timing.idle_s * 1000


def test_a_door_left_open_gives_the_screen_back_after_the_alarm() -> None:
    c = opened()
    wait(c, 179_000)
    assert c.visit.step == "open"
    assert c.visit.reminded == 1
    wait(c, 2_000)
    assert c.visit.step == "home"
    tones = [one.tone for one in c.effects if isinstance(one, ef.Sound)]
    assert tones[-2:] == ["remind", "alarm"]


def test_the_operator_ending_an_open_handover_ends_its_screen() -> None:
    c = opened()
    ho = f"{1:016x}"
    c.wait(180_000)
    c.send(msg.Tick())
    c.act(msg.Resolve(OPERATOR, f"left_open:{ho}", "gone", "missing"))
    assert c.visit.step == "home"


# -- scans ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", sorted(RECIPIENT))
def test_a_scan_is_taken_up_on_every_step_of_a_recipient(step: str) -> None:
    for text, effect in (("LK1X", ef.CheckCode("qr", "LK1X")), ("LKBX", ef.CheckBadge("LKBX"))):
        c = REACH[step]()
        scan(c, text)
        assert c.visit.step == "checking"
        assert c.effects[-1] == effect


def test_a_scan_while_another_code_is_checked_is_taken_up_after_it() -> None:
    c = checking()
    scan(c, "LK1SECOND")
    assert c.visit.step == "checking"
    c.act(msg.CodeChecked("qr", None, False))
    assert c.visit.step == "checking"
    assert c.effects[-1] == ef.CheckCode("qr", "LK1SECOND")
    assert c.visit.waiting is None


def test_and_after_the_release_that_the_first_one_began() -> None:
    """Checking and opening are two waits: the scan outlives both."""
    c = checking()
    scan(c, "LK1SECOND")
    c.act(msg.CodeChecked("qr", f"c-{1:016x}", True))
    assert c.visit.step == "opening"
    c.act(msg.DoorMoved("A1", msg.Level.OPEN, c.up_ms, c.up_ms))
    assert c.visit.step == "checking"
    assert c.effects[-1] == ef.CheckCode("qr", "LK1SECOND")


def test_scanning_the_same_code_again_leads_back_to_the_release() -> None:
    c = opening()
    scan(c, "LK1AGAIN")
    c.act(msg.DoorMoved("A1", msg.Level.OPEN, c.up_ms, c.up_ms))
    c.act(msg.CodeChecked("qr", f"c-{1:016x}", True))
    assert (c.visit.step, c.visit.unit, c.visit.ho) == ("open", "A1", f"{1:016x}")
    c.act(msg.DoorMoved("A1", msg.Level.CLOSED, c.up_ms, c.up_ms))
    assert c.visit.step == "receipt"


def test_and_from_home_while_the_door_is_opening() -> None:
    c = opening()
    c.visit = visit.Visit()
    scan(c, "LK1AGAIN")
    c.act(msg.CodeChecked("qr", f"c-{1:016x}", True))
    assert (c.visit.step, c.visit.unit) == ("opening", "A1")
    wait(c, 60_000, until="not_opened")
    assert c.visit.step == "not_opened"


def test_but_not_after_the_alarm() -> None:
    c = opened()
    wait(c, 181_000)
    scan(c, "LK1AGAIN")
    c.act(msg.CodeChecked("qr", f"c-{1:016x}", True))
    assert (c.visit.step, c.visit.why) == ("refused", "open")


def test_a_scan_where_it_means_nothing_is_refused_aloud() -> None:
    for step in set(STEPS) - RECIPIENT - BUSY:
        c = REACH[step]()
        scan(c)
        assert c.visit.step == step
        assert c.effects[-1] == ef.Sound("refuse")


def test_a_scan_during_a_sign_in_is_refused_aloud_after_it() -> None:
    c = staff_pin()
    c.act(msg.CodeTyped("123456"))
    scan(c)
    c.act(msg.StaffPinChecked("badge-2", True))
    assert (c.visit.step, c.visit.waiting) == ("staff_menu", None)
    assert c.effects[-1] == ef.Sound("refuse")


def test_a_badge_shown_during_minting_waits_too() -> None:
    c = deposit_minting()
    scan(c)
    c.act(kit.minted("b" * 16, "c-b"))
    assert (c.visit.step, c.visit.waiting) == ("deposit_done", None)


@pytest.mark.parametrize("step", sorted(BUSY))
def test_presses_do_not_leave_a_step_that_ends_by_an_answer(step: str) -> None:
    """Else a door would open under another screen."""
    for action in ACTIONS:
        c = REACH[step]()
        c.press(action)
        assert c.visit.step == step


# -- the usual ways -------------------------------------------------------------------------------


def test_a_recipient_by_scan() -> None:
    c = receipt()
    assert c.visit.receipt == len(c.log) - 1
    assert c.log[c.visit.receipt].event.TYPE == "handover.collected"
    wait(c, 60 * 60_000, until="home")
    assert c.visit.receipt is None


def test_the_receipt_when_the_door_closed_before_anybody_looked() -> None:
    c = opening()
    c.act(msg.DoorMoved("A1", msg.Level.CLOSED, c.up_ms, c.up_ms, 2))
    assert (c.visit.step, c.visit.receipt) == ("receipt", len(c.log) - 1)


def test_the_attempt_is_counted_on_the_screen() -> None:
    c = opening()
    wait(c, kit.WINDOW_MS + 1)
    assert (c.visit.step, c.visit.attempt) == ("opening", 2)


def test_a_late_opening_is_shown_even_after_giving_up() -> None:
    c = not_opened()
    c.act(msg.DoorMoved("A1", msg.Level.OPEN, c.up_ms, c.up_ms))
    assert c.visit.step == "open"


def test_what_the_screen_says_when_the_cabinet_cannot_say() -> None:
    c = opening()
    c.act(msg.DoorMoved("A1", msg.Level.UNKNOWN, c.up_ms, c.up_ms))
    wait(c, 60_000, until="refused")
    assert (c.visit.step, c.visit.why, c.visit.unit) == ("refused", "held", "A1")


def test_typing_while_paused_is_told_at_once() -> None:
    c = at_home()
    for _ in range(10):
        c.send(msg.CodeChecked("pin", None, False))
    c.press("enter-code")
    c.act(msg.CodeTyped("123456789"))
    assert (c.visit.step, c.visit.why) == ("refused", "paused")
    assert not [one for one in c.effects if isinstance(one, ef.CheckCode)]


def test_an_answer_that_falls_into_a_pause() -> None:
    c = pressed("enter-code")()
    c.act(msg.CodeTyped("123456789"))
    for _ in range(10):
        c.send(msg.CodeChecked("pin", None, False))
    c.act(msg.CodeChecked("pin", f"c-{1:016x}", True))
    assert (c.visit.step, c.visit.why) == ("refused", "paused")


def test_an_unproven_badge_and_an_unproven_pin() -> None:
    c = at_home()
    scan(c, "LKBX")
    c.act(msg.BadgeChecked(None))
    assert (c.visit.step, c.visit.why) == ("refused", "unproven")
    c = staff_pin()
    c.act(msg.CodeTyped("000000"))
    c.act(msg.StaffPinChecked("badge-2", False))
    assert (c.visit.step, c.visit.why, c.visit.staff) == ("refused", "unproven", None)


def test_thirty_deposits_in_one_session() -> None:
    c = Cabinet(kit.site(30))
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    for number in range(10):
        ho = f"{number + 100:016x}"
        c.press("new")
        c.act(msg.FormSent(FORM, (ho, f"r{number}", f"i{number}")))
        assert c.visit.step == "deposit_opening"
        unit = c.visit.unit
        assert unit is not None
        for level in (msg.Level.OPEN, msg.Level.CLOSED):
            c.wait(2_000)
            c.act(msg.DoorMoved(unit, level, c.up_ms, c.up_ms))
        c.press("confirm")
        assert c.effects[-1] == ef.Mint(ho)
        c.act(kit.minted(ho, f"c-{ho}"))
        assert (c.visit.step, c.visit.pin, c.visit.qr) == ("deposit_done", "123456789", "LK1SECRET")
        c.press("next")
        check(c)
    assert len(c.state.handovers) == 10
    c.press("sign-out")
    assert (c.visit.step, c.visit.staff, c.state.signed_in) == ("home", None, None)


def test_codes_are_shown_only_where_the_profile_allows() -> None:
    for profile, shown in (("documents", True), ("flag", False)):
        c = menu(DEPOSITOR, "deposit", "new")
        c.act(msg.FormSent({**FORM, "profile": profile}, ("b" * 16, "r", "i")))
        c.act(msg.DoorMoved("A2", msg.Level.CLOSED, c.up_ms, c.up_ms, 2))
        c.press("confirm")
        c.act(kit.minted("b" * 16, "c-b"))
        assert bool(c.visit.pin) is bool(c.visit.qr) is shown
        assert c.of("b" * 16).delivered is shown
        (deliver,) = [one for one in c.effects if isinstance(one, ef.Deliver)]
        assert (deliver.pin, deliver.cred) == ("123456789", "c-b")
        assert "123456789" not in repr(deliver)


def test_a_confirmation_that_is_declined_shows_why_and_no_code() -> None:
    c = deposit_minting()
    c.door("A2", "open")
    c.act(kit.minted("b" * 16, "c-b"))
    assert c.visit.step == "deposit_confirm"
    assert "close it first" in c.visit.notice
    assert not [one for one in c.effects if isinstance(one, ef.Deliver)]
    check(c)


def test_a_compartment_that_does_not_open_is_replaced_twice() -> None:
    c = Cabinet(kit.site(12))
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    c.press("new")
    c.act(msg.FormSent(FORM, ("b" * 16, "r", "i")))
    wait(c, 5 * 60_000, until="deposit_pick")
    assert c.visit.step == "deposit_pick"
    assert "Call for help" in c.visit.notice
    retired = [one.unit for one in c.state.doors.values() if one.retired]
    assert retired == ["A1", "A4", "A7"]
    assert c.phase("b" * 16) == "ordered"


def test_out_of_service_during_a_deposit_leads_back() -> None:
    c = deposit_opening()
    c.send(msg.RetireCabinet(OPERATOR, "smoke"))
    wait(c, 60_000, until="deposit_pick")
    assert c.visit.step == "deposit_pick"
    assert c.visit.notice


def test_picking_another_s_unconfirmed_deposit_is_declined_with_the_reason() -> None:
    c = at_home()
    ho = c.placed(size="M", actor=OTHER)
    c.send(msg.LeaveDeposit(OTHER, ho))
    c.sign_in(DEPOSITOR)
    c.press("deposit")
    c.press("pick", ho)
    assert c.visit.step == "deposit_pick"
    assert "only the depositor" in c.visit.notice
    c.press("pick", "0" * 16)
    assert "no longer waiting" in c.visit.notice


def test_resolving_an_item_at_the_kiosk() -> None:
    c = queue_item()
    c.press("acknowledge")
    assert c.state.queue["forced:A3"].owner == OPERATOR.id
    c.press("resolve", "noted")
    c.act(msg.FormSent({"reason": " "}, ("1", "2", "3")))
    assert (c.visit.step, "reason" in c.visit.notice) == ("queue_reason", True)
    c.act(msg.FormSent({"reason": "a gust of wind"}, ("1", "2", "3")))
    assert (c.visit.step, c.state.queue) == ("queue", {})


# -- at random ------------------------------------------------------------------------------------


SECOND = ev.Actor("operator", "6")


class Answers:
    """A vault that answers when it likes: `LK1<ho>` is that handover's code."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.done = 0

    def pending(self, c: Cabinet) -> list[msg.Message]:
        fresh, self.done = c.effects[self.done :], len(c.effects)
        return [found for one in fresh if (found := self.answer(c, one)) is not None]

    def answer(self, c: Cabinet, effect: ef.Effect) -> msg.Message | None:
        proven = self.chance.random() < 0.8
        match effect:
            case ef.CheckCode():
                creds = [one.cred for one in c.state.handovers.values() if one.cred]
                cred = self.chance.choice([*creds, *creds, None])
                return msg.CodeChecked(effect.kind, cred, proven and cred is not None)
            case ef.CheckBadge():
                return msg.BadgeChecked(
                    self.chance.choice(["badge-1", "badge-2", "badge-6", "badge-3", None])
                )
            case ef.MakeFact():
                return msg.FactMade(effect.ho, ())
            case ef.CheckFact():
                return msg.FactChecked(effect.ho, self.chance.random() < 0.5)
            case ef.CheckStaffPin():
                return msg.StaffPinChecked(effect.cred, proven)
            case ef.Mint():
                known = c.state.handovers.get(effect.ho)
                again = "" if known is None or known.cred is None else f"-{len(c.log)}"
                return kit.minted(effect.ho, f"c-{effect.ho}{again}")
            case ef.MakeChallenge():
                return msg.AskByTelephone(effect.ticket, f"{len(c.log):08d}")
            case ef.CheckTelephone(ticket=ticket, challenge=challenge, meant=meant):
                ho = meant[0][0] if meant and proven else None
                return msg.TelephoneChecked(ticket, challenge, ho, ho and OPERATOR.id)
            case ef.FindItem():
                ready = [one.ho for one in c.state.handovers.values() if one.phase == "ordered"]
                return msg.ItemsFound(tuple(ready[: self.chance.choice([0, 1, 1, 1, 2])]))
            case ef.ReadSeal():
                beside = self.chance.choice(["none", "same", "other"])
                return msg.SealRead(effect.ho, beside, effect.seal)
            case ef.NumberItem(ho=ho, given_for=given):
                found = self.chance.choice([0, 1, 1, 2])
                other = "e" * 16 if found == 1 else ""
                return msg.ItemNumbered(ho, "7" * 16, other, found, bool(given))
            case ef.CheckApproval(cred=cred, subject=subject, asker=asker, document=document):
                return msg.ApprovalChecked(cred, proven, subject, asker, document)
            case ef.ChangePin():
                return msg.PinMade(effect.cred, proven, ())
            case ef.CheckAnswer():
                return msg.ClaimChecked(proven)
            case ef.CheckPair():
                return msg.PairChecked(proven)
            case ef.Carry():
                if proven:
                    return msg.PapersWritten(effect.entry, "rl-07-week-9", 3, 9, "ab" * 32)
                return msg.PapersFailed(effect.entry, "full")
            case ef.MakeFounder():
                return self.founder(c, effect.staff)
            case _:
                return None

    def founder(self, c: Cabinet, staff: str) -> msg.Message:
        """What goes with a person; after cards where some are out."""
        name = f"set-{len(c.log)}"
        spent = c.state.cards or None
        challenge = None if spent else "0" * 64
        made = msg.CardsMade(name, (), CARDS)
        return msg.FounderMade(staff, f"badge-{staff}", (), made, challenge, spent, "LKB-NEW")


def move_door(c: Cabinet, unit: str) -> None:
    here = c.state.doors[unit].level
    level = msg.Level.CLOSED if here == "open" else msg.Level.OPEN
    c.act(msg.DoorMoved(unit, level, c.up_ms, c.up_ms))


def form(chance: random.Random, number: int) -> msg.FormSent:
    """Whatever a form of any step asks for."""
    fields = {
        **FORM,
        "profile": chance.choice(
            ["documents", "documents", "witnessed", "dual", "signed", "known", *SEALED]
        ),
        "seal": "S-4711",
        "strokes": chance.choice(["M1 1l200 5", "M1 1l2 2"]),
        "asset": "INV-1",
        "given": chance.choice(["", "INV-2"]),
        "reason": "seen",
        "note": "nothing special",
        "emergency": "smoke",
        "case": "0" * 16,
        "ticket": "T-1",
        "why": "it rattles",
        **dict.fromkeys(("permit", "key", "bykey"), "the lock is dead"),
        "at": str(kit.NOON + 3_600_000),
        "number": str(1_000 + number),
        "name": "N. Ew",
    }
    recipient = chance.choice(["r", f"r{number}", f"r{number}"])
    return msg.FormSent(fields, (f"{number:016x}", recipient, "i"))


SEALED = ("sealed", "swap")
"""Profiles of `sealing_site`."""


def beyond(c: Cabinet, chance: random.Random, number: int) -> bool:
    """The same where something is wrong, goes back or is ordered; False where it is none of it."""
    match c.visit.step:
        case "staff_menu" if chance.random() < 0.12:
            if held := [one.ho for one in c.state.handovers.values() if one.phase == "collectable"]:
                c.send(msg.ReturnHandover(OPERATOR, held[0], "not needed"))
            c.press(chance.choice(["fetch", "fetch", "time"]))
        case "staff_menu" if c.visit.staff == OPERATOR.id and chance.random() < 0.06:
            c.press("export")
        case "stick":
            c.press("write", chance.choice(["week", "case"]))
        case "stick_case":
            c.act(form(chance, number))
        case "fetch_pick" if c.state.handovers:
            c.press("fetch", chance.choice(list(c.state.handovers)))
        case "open" if chance.random() < 0.05:
            wait(c, 100_000)
        case "open" | "receipt" if chance.random() < (0.15 if c.visit.step == "open" else 0.5):
            wait(c, 3_000)
            c.press("amiss")
        case "amiss":
            c.press(chance.choice(["again", "leave", "claim"]), "wrong")
        case "queue_item" if chance.random() < 0.3:
            c.press("orders")
        case "orders":
            c.press("order", chance.choice(["permit", "key", "bykey", "fetch"]))
        case "sign" if chance.random() < 0.5:
            c.press(chance.choice(["sign-by-key", "unsigned", "amiss"]))
        case "sign":
            c.act(form(chance, number))
        case "fact" if chance.random() < 0.5:
            c.press("forgotten")
        case "fact":
            c.act(msg.CodeTyped("24121979"))
        case "deposit_fact":
            c.act(msg.CodeTyped("24121979"))
        case "fact_help":
            c.press("identity")
        case "deposit_seal" | "deposit_asset" | "deposit_given":
            c.act(form(chance, number))
        case "count" if chance.random() < 0.7:
            c.press(chance.choice(["begin", "begin", "end"]))
        case "count_door" if c.visit.unit and chance.random() < 0.5:
            move_door(c, c.visit.unit)
        case "count_door":
            c.press("seen", chance.choice(["item", "empty"]))
        case "seal_check" if chance.random() < 0.5:
            scan(c, "S-4711")
        case "seal_check":
            c.press(chance.choice(["whole", "claim"]), "seal-broken")
        case "order_permit" | "order_key" | "order_bykey" | "time":
            c.act(form(chance, number))
        case "again_opening" if chance.random() < 0.4:
            wait(c, 10_000, until="again_failed")
        case "again_opening" | "again_open" | "fetch_opening" | "fetch_open" if c.visit.unit:
            move_door(c, c.visit.unit)
        case _:
            return False
    return True


def proves(c: Cabinet, chance: random.Random) -> bool:
    """The same where somebody proves who they are; False where nobody is asked."""
    match c.visit.step:
        case "pin_old" | "pin_new" | "pin_again" | "founder_pin" | "founder_again":
            c.act(msg.CodeTyped(OLD_PIN if c.visit.step == "pin_old" else NEW_PIN))
        case "approve_pin":
            c.act(msg.CodeTyped(OLD_PIN))
        case "approve_document":
            c.press("document", "passport")
        case "approve_badge" if c.visit.approver and chance.random() < 0.5:
            c.press("glass")
        case "approve_badge":
            scan(c, "LKBX")
        case "claim":
            scan(c, ANSWER)
        case "recovery" | "recovery_second":
            scan(c, chance.choice(CARDS))
        case "founder_badge" | "founder_card":
            c.press("next")
        case _:
            return False
    return True


def installs(c: Cabinet, chance: random.Random) -> bool:
    """The same where parts are compared with the world; False where none are."""
    match c.visit.step:
        case "staff_menu" if c.visit.staff == OPERATOR.id and chance.random() < 0.09:
            c.press("setup")
        case "setup" if chance.random() < 0.8:
            c.press("check", chance.choice(WHATS))
        case "setup":
            c.press(chance.choice(["selftest", "back"]))
        case "setup_ruler":
            c.act(msg.FormSent({"width": "1541"}, ("x", "y", "z")))
        case "setup_corners":
            c.press("corner", str(len(c.visit.tried)))
        case "setup_door":
            c.press(chance.choice(["open", "pick", "skip", "back"]), chance.choice(["A1", "A2"]))
        case "setup_clock" | "setup_key":
            c.press(chance.choice(["right", "wrong"]))
        case _:
            return False
    return True


def sensibly(c: Cabinet, chance: random.Random, number: int) -> None:
    """What somebody who knows the way would do on this step."""
    if beyond(c, chance, number) or installs(c, chance) or proves(c, chance):
        return
    match c.visit.step:
        case "home" if chance.random() < 0.15:
            c.press("staff")
        case "home" if chance.random() < 0.1:
            c.press("help")
        case "help" if chance.random() < 0.7:
            c.press("lost")
        case "home":
            scan(c, chance.choice(["LK1X", "LKBX"]))
        case "staff_pin" | "code":
            c.act(msg.CodeTyped("123456"))
        case "staff_menu" if c.visit.staff == TECHNICIAN.id:
            c.press("maintenance")
        case "staff_menu" if chance.random() < 0.05:
            c.press("emergency")
        case "staff_menu":
            c.press(
                chance.choice(["deposit"] * 4 + ["queue"] * 3 + ["batch", "pin", "shift", "count"])
            )
        case "deposit_pick":
            c.press("new")
        case "deposit_new" | "queue_reason" | "approve_glass" | "shift_note" | "emergency_reason":
            c.act(form(chance, number))
        case "founder_number" | "founder_name" | "maint_ticket" | "maint_reason":
            c.act(form(chance, number))
        case "maint_map":
            c.press("pick", chance.choice(["A1", "A2", "A3"]))
        case "maint_door":
            c.press(chance.choice(["test", "inspect", "retire", "restore"]))
        case "deposit_opening" | "deposit_open" | "opening" | "open" if c.visit.unit:
            if c.visit.step == "opening" and chance.random() < 0.2:
                wait(c, 60_000, until="not_opened")
            elif c.visit.step == "open" and chance.random() < 0.15:
                wait(c, 100_000)
            else:
                move_door(c, c.visit.unit)
        case "deposit_confirm":
            c.press("confirm")
        case "deposit_done":
            c.press(chance.choice(["next", "sign-out"]))
        case "queue" if c.state.queue:
            c.press("item", chance.choice(list(c.state.queue)))
        case "queue_item" if chance.random() < 0.1:
            c.press("history")
        case "queue_item":
            c.press("resolve", "removed")
        case "staff_badge":
            c.press("recover")
        case "lost" if chance.random() < 0.7:
            c.press("telephone")
        case "lost_answer":
            c.act(msg.CodeTyped("123456789"))
        case "batch":
            scan(c, chance.choice(["C-100", "C-200"])) if chance.random() < 0.7 else c.press("end")
        case _:
            c.press("home")


def sealed_inside(c: Cabinet) -> None:
    """An item whose seal was read waits for its recipient."""
    ho = c.order(profile="sealed")
    c.send(msg.StartDeposit(DEPOSITOR, ho, seal="S-4711"))
    for level in ("open", "closed"):
        c.wait(300)
        c.door(c.unit(ho), level)
    c.confirmed(ho)
    c.wait(kit.REST_MS)


def a_walk(seed: int, steps: int, seen: set[str] | None = None) -> Cabinet:
    """A random afternoon at the kiosk.  `seen` takes the steps that it came to."""
    chance = random.Random(seed)
    timing = Timing(left_open_alarm_s=90, receipt_s=60)
    sealing = [one for one in sealing_site().profiles if one.name in SEALED]
    profiles = (*guarded().profiles, *sealing)
    where = kit.site(5, timing=timing).but(owner_key="key", profiles=profiles)
    c, vault = Cabinet(where), Answers(chance)
    c.enrol(SECOND)
    for profile in ("dual", "witnessed"):
        c.order(profile)
    if seed % 4 == 0:
        announced(c, c.new_id())
    if not seed % 3:
        sealed_inside(c)
    if seed % 3:
        c.collectable(profile="ask")
        c.collectable()
        c.width_ms = None if seed % 5 == 0 else c.width_ms
    if seed % 2:
        c.send(msg.IssueCards(OPERATOR, cards()))
    queue: list[msg.Message] = []
    for number in range(steps):
        queue += vault.pending(c)
        match chance.randrange(18):
            case 0:
                scan(c, chance.choice(["LK1X", "LK1Y", "LKBX"]))
            case 1:
                c.act(msg.CodeTyped(chance.choice(["123456789", "1"])))
            case 2:
                c.act(form(chance, number))
            case 3 | 4 | 5:
                targets: list[str] = [
                    "A1",
                    *c.state.handovers,
                    *c.state.queue,
                    "removed",
                    "noted",
                    "",
                ]
                c.press(chance.choice(ACTIONS), chance.choice(targets))
            case 6:
                wait(c, chance.choice([500, 1_600, 6_000, 30_000, 100_000]))
            case 7:
                move_door(c, chance.choice([c.visit.unit or "A1", "A1", "A2", "A3"]))
            case 8 | 9 | 10 | 11:
                if queue:
                    c.act(queue.pop(0))
            case _ if c.visit.step in BUSY and queue:
                c.act(queue.pop(0))
            case _:
                sensibly(c, chance, number)
        check(c)
        if seen is not None:
            seen.add(c.visit.step)
    return c


@pytest.mark.parametrize("seed", range(100))
def test_a_random_afternoon(seed: int) -> None:
    """Nothing raises, and when everybody has left the kiosk is at home."""
    print(f"seed {seed}")
    c = a_walk(seed, 150)
    wait(c, 2 * 60 * 60_000, until="home")
    assert (c.visit.step, c.visit.staff) == ("home", None)


def test_the_afternoons_go_everywhere() -> None:
    """The twin: the walks reach the steps that they are to prove something about."""
    seen: set[str] = set()
    types: set[str] = set()
    for seed in range(120):
        c = a_walk(seed, 250, seen)
        types |= {one.event.TYPE for one in c.log}
    assert {
        "credential.minted", "handover.collected", "release.failed", "staff.signed_out",
        "deposit.unconfirmed", "handover.withdrawn", "release.left_open", "credential.joined",
        "release.requested", "approval.given", "glass.broken", "staff.pin_changed",
        "shift.handed_over", "claim.accepted", "recovery.accepted", "claim.refused",
        "recovery.refused", "recovery.issued",
    } <= types  # fmt: skip
    assert set(STEPS) - seen == set()
