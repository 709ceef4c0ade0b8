"""What a code is answered: counted, locked, paused, refused without a hint, or told the truth."""

from __future__ import annotations

import corekit as kit
import pytest
from corekit import Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.credential import pause_ms_after
from lockerd.core.draft import Declined
from lockerd.core.state import HOUR_MS, PIN_FAILURES_FREE, WRONG_PINS_MAX


def wrong(c: Cabinet, ho: str | None = None, kind: str = "pin") -> list[ev.Event]:
    """An unproven code; `ho` when its selector was that handover's."""
    return c.send(msg.CodeChecked(kind, None if ho is None else f"c-{ho}", False))


def rest(c: Cabinet) -> None:
    """Wait out a pause of the keypad."""
    c.wait(c.state.paused_ms(c.now))


def why(events: list[ev.Event]) -> str:
    (only,) = events
    assert isinstance(only, ev.CodeTurnedAway)
    return only.why


# -- five wrong PINs ------------------------------------------------------------------------------


def test_five_wrong_pins_kill_the_pin_and_not_the_qr_code() -> None:
    c = Cabinet()
    ho = c.collectable()
    for count in range(1, 5):
        assert ev.names(wrong(c, ho)) == ["code.refused"]
        assert (c.of(ho).wrong_pins, c.of(ho).pin_dead) == (count, False)
    assert ev.names(wrong(c, ho)) == ["code.refused", "credential.locked"]
    assert c.of(ho).pin_dead
    assert ev.names(c.offer(ho, "pin")) == ["code.refused"], "a dead PIN is like any wrong one"
    assert c.phase(ho) == "collectable"
    assert ev.names(c.offer(ho, "qr")) == ["release.authorised", "pulse.ordered"]


def test_four_wrong_pins_do_not() -> None:
    c = Cabinet()
    ho = c.collectable()
    for _ in range(4):
        wrong(c, ho)
    assert ev.names(c.offer(ho, "pin")) == ["release.authorised", "pulse.ordered"]


def test_the_lock_is_for_life_of_the_handover() -> None:
    """Neither a restart, nor days, nor a right PIN in between gives tries back."""
    c = Cabinet()
    ho = c.collectable(opens_h=100)
    for _ in range(3):
        wrong(c, ho)
    c.wait(20 * HOUR_MS)
    assert why(c.offer(ho, "pin")) == "early"
    c.cut()
    wrong(c, ho)
    assert not c.of(ho).pin_dead
    assert ev.names(wrong(c, ho)) == ["code.refused", "credential.locked"]


def test_a_lock_is_written_once_however_often_it_is_tried() -> None:
    c = Cabinet()
    ho = c.collectable()
    for _ in range(9):
        wrong(c, ho)
        rest(c)
    assert [one.event.TYPE for one in c.log].count("credential.locked") == 1


def test_wrong_pins_of_one_handover_leave_another_alone() -> None:
    c = Cabinet()
    one, two = c.collectable(), c.collectable(size="M")
    for _ in range(5):
        wrong(c, one)
    assert (c.of(one).pin_dead, c.of(two).pin_dead, c.of(two).wrong_pins) == (True, False, 0)


def test_an_unproven_qr_code_costs_no_try() -> None:
    c = Cabinet()
    ho = c.collectable()
    for _ in range(20):
        assert ev.names(wrong(c, ho, "qr")) == ["code.refused"]
    assert c.of(ho).wrong_pins == 0
    assert c.state.throttle.failures == 0


# -- the device's throttle ------------------------------------------------------------------------


def test_the_tenth_failure_pauses_and_each_next_one_doubles_up_to_five_minutes() -> None:
    c = Cabinet()
    for _ in range(PIN_FAILURES_FREE - 1):
        assert ev.names(wrong(c)) == ["code.refused"]
    pauses = []
    for _ in range(9):
        events = wrong(c)
        assert ev.names(events) == ["code.refused", "keypad.paused"]
        assert isinstance(events[1], ev.KeypadPaused)
        pauses.append(events[1].pause_ms)
        rest(c)
    assert pauses == [5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]


def test_typing_is_paused_and_scanning_is_not() -> None:
    c = Cabinet()
    ho = c.collectable()
    for _ in range(PIN_FAILURES_FREE):
        wrong(c)
    for proven in (True, False):
        with pytest.raises(Declined, match="scan the QR code") as paused:
            c.offer(ho, "pin", proven)
        assert paused.value.why == "paused"
    with pytest.raises(Declined, match="paused"):
        c.send(msg.StaffPinChecked("badge-1", True))
    assert c.state.throttle.failures == PIN_FAILURES_FREE, "what is not compared is not counted"
    assert ev.names(c.offer(ho, "qr")) == ["release.authorised", "pulse.ordered"]


def test_the_pause_ends_to_the_millisecond() -> None:
    c = Cabinet()
    ho = c.collectable()
    for _ in range(PIN_FAILURES_FREE):
        wrong(c)
    c.wait(4_999)
    with pytest.raises(Declined):
        c.offer(ho, "pin")
    c.wait(1)
    assert ev.names(c.offer(ho, "pin")) == ["release.authorised", "pulse.ordered"]


def test_success_does_not_reset_the_count() -> None:
    c = Cabinet()
    ho = c.collectable()
    for _ in range(PIN_FAILURES_FREE - 1):
        wrong(c)
    c.offer(ho, "pin")
    c.send(msg.StaffPinChecked("badge-1", True))
    assert c.state.throttle.failures == PIN_FAILURES_FREE - 1
    assert ev.names(wrong(c)) == ["code.refused", "keypad.paused"]


@pytest.mark.parametrize(
    ("hours", "left"), [(0.999, 12), (1, 6), (2, 3), (3, 1), (4, 0), (1_000, 0)]
)
def test_every_quiet_hour_halves_the_count(hours: float, left: int) -> None:
    c = Cabinet()
    for _ in range(12):
        wrong(c)
        rest(c)
    c.wait(round(hours * HOUR_MS) - (c.lo - c.state.throttle.last))
    wrong(c)
    assert c.state.throttle.failures == left + 1


def test_an_hour_with_one_failure_in_it_was_not_quiet() -> None:
    c = Cabinet()
    for _ in range(8):
        wrong(c)
    for _ in range(2):
        c.wait(HOUR_MS - 1)
        wrong(c)
    assert c.state.throttle.failures == 10


def test_count_and_pause_survive_a_restart() -> None:
    """Power off and on gives neither tries nor time."""
    c = Cabinet()
    ho = c.collectable()
    for _ in range(14):
        wrong(c)
        rest(c)
    wrong(c)
    pause = c.state.throttle.pause_ms
    c.wait(pause // 2)
    c.cut(off_ms=HOUR_MS // 2)
    assert c.state.throttle.failures == 15
    assert c.state.paused_ms(c.now) == pause, "nobody can prove how long it was off"
    with pytest.raises(Declined):
        c.offer(ho, "pin")
    c.wait(pause)
    assert c.state.paused_ms(c.now) == 0
    assert ev.names(wrong(c)) == ["code.refused", "keypad.paused"]
    assert c.state.throttle.pause_ms == min(2 * pause, 300_000)


def test_a_wrong_staff_pin_counts_and_a_wrong_badge_does_not() -> None:
    c = Cabinet()
    for _ in range(WRONG_PINS_MAX - 1):
        assert ev.names(c.send(msg.StaffPinChecked("badge-1", False))) == ["staff.refused"]
    fifth = c.send(msg.StaffPinChecked("badge-1", False))
    assert ev.names(fifth) == ["staff.refused", "staff.locked"]
    for _ in range(PIN_FAILURES_FREE - 1 - WRONG_PINS_MAX):
        assert ev.names(c.send(msg.StaffPinChecked("badge-1", True))) == ["staff.refused"]
    for _ in range(20):
        assert ev.names(c.send(msg.BadgeChecked(None))) == ["staff.refused"]
    paused = c.send(msg.StaffPinChecked("badge-1", False))
    assert ev.names(paused) == ["staff.refused", "keypad.paused"]


@pytest.mark.parametrize("failures", [0, 9])
def test_no_pause_before_the_tenth(failures: int) -> None:
    assert pause_ms_after(failures) == 0


def test_the_guesses_of_a_day() -> None:
    """Somebody who types all day long gets twelve tries an hour in the end."""
    c, tries, began = Cabinet(), 0, 0
    began = c.lo
    while c.lo - began < 24 * HOUR_MS:
        wrong(c)
        tries += 1
        c.wait(max(1_000, c.state.paused_ms(c.now)))
    assert 280 <= tries <= 310


# -- one neutral refusal --------------------------------------------------------------------------


def test_an_unproven_code_gets_the_same_answer_whoever_it_belongs_to() -> None:
    """Live, locked, early, expired, frozen, spent or nobody's: nothing tells them apart."""
    c = Cabinet(kit.site(9))
    ready, early = c.collectable(), c.collectable(opens_h=5)
    gone, _ = c.collected()
    answers: list[tuple[str, list[str | None]]] = []
    for cred in (f"c-{ready}", f"c-{early}", f"c-{gone}", "c-nobody", None):
        for kind in ("qr", "pin"):
            twin = kit.copy(c)
            events = twin.send(msg.CodeChecked(kind, cred, False))
            answers.append((kind, [one.TYPE for one in events]))
            twin = kit.copy(c)
            twin.act(msg.Scanned("LK1X") if kind == "qr" else msg.Pressed("enter-code"))
            if kind == "pin":
                twin.act(msg.CodeTyped("000000000"))
            twin.act(msg.CodeChecked(kind, cred, False))
            seen = twin.visit
            answers.append((kind, [seen.step, seen.why, seen.ho, seen.unit]))
    assert {kind: [a for k, a in answers if k == kind] for kind in ("qr", "pin")} == {
        kind: [["code.refused"], ["refused", "unproven", None, None]] * 5 for kind in ("qr", "pin")
    }


def test_a_refusal_in_the_journal_says_whose_selector_it_was_and_no_more() -> None:
    c = Cabinet()
    ho = c.collectable()
    gone, _ = c.collected(size="M")
    (hit,), (spent,), (miss,) = wrong(c, ho), wrong(c, gone), wrong(c)
    assert (hit.ho, spent.ho, miss.ho) == (ho, None, None)
    assert hit.unit is spent.unit is miss.unit is None


# -- the truth for a proven code ------------------------------------------------------------------


def test_told_early_and_expired_at_the_edges() -> None:
    c = Cabinet()
    ho = c.collectable(opens_h=1, hours=1)
    c.wait(c.of(ho).opens - c.lo - 1)
    assert why(c.offer(ho)) == "early"
    twin = kit.copy(c)
    twin.wait(1)
    assert ev.names(twin.offer(ho)) == ["release.authorised", "pulse.ordered"]
    c.wait(HOUR_MS)
    assert ev.names(kit.copy(c).offer(ho)) == ["release.authorised", "pulse.ordered"]
    c.wait(1)
    assert why(c.offer(ho)) == "expired", "before the tick has written it"
    c.run(0)
    assert c.phase(ho) == "expired"
    assert why(c.offer(ho)) == "expired"


def test_told_collected_with_the_reference() -> None:
    c = Cabinet()
    ho, _ = c.collected()
    events = c.offer(ho)
    assert why(events) == "collected"
    assert events[0].ho == ho


def test_told_that_it_is_being_used_right_now() -> None:
    c = Cabinet()
    ho = c.collectable()
    c.offer(ho)
    assert why(c.offer(ho)) == "open"
    c.door(c.unit(ho), "open")
    assert why(c.offer(ho)) == "open"


def test_told_held_when_frozen() -> None:
    c = Cabinet()
    ho = c.collectable(profile="ask")
    c.offer(ho)
    c.cut()
    assert c.phase(ho) == "frozen"
    assert why(c.offer(ho)) == "held"


def test_told_out_of_service() -> None:
    c = Cabinet()
    ho = c.collectable()
    c.send(msg.RetireCabinet(kit.OPERATOR, "smoke"))
    assert why(c.offer(ho)) == "service"
    c.send(msg.RestoreCabinet(kit.OPERATOR))
    assert ev.names(c.offer(ho)) == ["release.authorised", "pulse.ordered"]


def test_told_out_of_service_when_the_config_lost_the_compartment() -> None:
    c = Cabinet()
    ho = c.collectable(size="L")
    c.site = kit.site(2)
    del c.levels["A3"]
    assert [(one.TYPE, one.unit) for one in c.cut()[1:]] == [("door.uncertain", "A3")]
    assert why(c.offer(ho)) == "service"
    assert c.state.queue["sensor:A3"].detail == "not in the configuration"
    assert c.cut()[1:] == [], "it is said once"


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        ("documents", ["code.turned_away"]),
        ("ask", ["code.turned_away", "window.doubted"]),
        ("flag", ["release.authorised", "pulse.ordered"]),
    ],
)
def test_a_clock_that_cannot_tell(profile: str, names: list[str]) -> None:
    c = Cabinet()
    ho = c.collectable(profile=profile, opens_h=1)
    c.width_ms = 2 * HOUR_MS
    events = c.offer(ho)
    assert ev.names(events) == names
    if profile == "flag":
        assert isinstance(events[0], ev.ReleaseAuthorised)
        assert events[0].flag == "clock"
    else:
        assert why(events[:1]) == "clock"


def test_release_and_flag_does_not_stretch_a_window_that_is_surely_over() -> None:
    c = Cabinet()
    ho = c.collectable(profile="flag", hours=1)
    c.width_ms = None
    c.wait(HOUR_MS)
    assert why(c.offer(ho)) == "expired"


def test_a_release_is_authorised_with_everything_an_auditor_asks() -> None:
    c = Cabinet()
    ho = c.collectable()
    deposited = c.of(ho).deposited
    authorised, pulse = c.offer(ho, "pin")
    assert isinstance(authorised, ev.ReleaseAuthorised)
    assert isinstance(pulse, ev.PulseOrdered)
    assert authorised.actor == ev.Actor("recipient", f"r{ho}")
    assert authorised.cause == ev.Cause(1, deposited or -1)
    assert (authorised.kind, authorised.flag, authorised.cred) == ("pin", None, f"c-{ho}")
    assert pulse.cause == ev.Cause(1, len(c.log) - 2)
    assert (pulse.purpose, pulse.attempt, pulse.pulse_ms) == ("release", 1, 500)


def test_a_door_that_stands_open_or_unread_is_honoured_and_flagged() -> None:
    for level in ("open", "unknown"):
        c = Cabinet()
        ho = c.collectable()
        c.door(c.unit(ho), level)
        authorised, pulse = c.offer(ho)
        assert isinstance(authorised, ev.ReleaseAuthorised)
        assert authorised.flag == f"door-{level}"
        assert isinstance(pulse, ev.PulseOrdered)


def test_a_strike_that_must_rest_gets_its_pulse_when_it_has() -> None:
    c = Cabinet()
    ho = c.placed()
    c.send(msg.ConfirmDeposit(kit.DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    assert ev.names(c.offer(ho)) == ["release.authorised"]
    assert ev.names(c.run(1_400)) == ["pulse.ordered"]


def test_unknown_staff_credential_is_refused() -> None:
    c = Cabinet()
    (refused,) = c.send(msg.StaffPinChecked("nobody", True))
    assert isinstance(refused, ev.StaffRefused)
    assert refused.staff is None
