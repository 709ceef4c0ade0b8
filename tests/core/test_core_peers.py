"""What breaks comparable lockers, one by one, each with the twin that shows the test can fail.

A code is burnt by the attempt; a failed pulse burns it; a power cut in mid-pulse burns it and
leaves no trace; a jam counts as a success; a used code opens again once the clock has fallen back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import corekit as kit
import pytest
from corekit import Cabinet

from lockerd.core import events as ev
from lockerd.core import fold as fold_room
from lockerd.core import messages as msg
from lockerd.core.messages import Level
from lockerd.core.state import HOUR_MS, State

GONE_H = 25


def burn_on(kind: type[ev.Event], patch: pytest.MonkeyPatch) -> None:
    """The peers' bug: the code dies with this event."""
    honest = fold_room._handover

    def burning(state: State, ho: str, event: ev.Event, idx: int, now: Any) -> None:
        honest(state, ho, event, idx, now)
        if isinstance(event, kind):
            state.handovers[ho].cred = None

    patch.setattr(fold_room, "_handover", burning)


def opens(c: Cabinet, ho: str) -> bool:
    """Whether the code still opens its door, to the end."""
    c.wait(kit.REST_MS)
    events = c.offer(ho)
    if ev.names(events) != ["release.authorised", "pulse.ordered"]:
        return False
    c.door("A1", "open")
    c.door("A1", "closed")
    return c.phase(ho) == "gone"


# -- 1 --------------------------------------------------------------------------------------------


def turned_away_early(c: Cabinet) -> str:
    ho = c.collectable(opens_h=1)
    for _ in range(20):
        assert ev.names(c.offer(ho)) == ["code.turned_away"]
        assert ev.names(c.offer(ho, "pin")) == ["code.turned_away"]
    c.wait(2 * HOUR_MS)
    return ho


def turned_away_by_the_clock(c: Cabinet) -> str:
    ho = c.collectable()
    c.width_ms = None
    assert ev.names(c.offer(ho)) == ["code.turned_away"]
    c.width_ms = 0
    return ho


def turned_away_out_of_service(c: Cabinet) -> str:
    ho = c.collectable()
    c.send(msg.RetireCabinet(kit.OPERATOR, "smoke"))
    assert ev.names(c.offer(ho)) == ["code.turned_away"]
    c.send(msg.RestoreCabinet(kit.OPERATOR))
    return ho


@pytest.mark.parametrize(
    "refused", [turned_away_early, turned_away_by_the_clock, turned_away_out_of_service]
)
def test_a_refusal_does_not_burn_a_code(refused: Callable[[Cabinet], str]) -> None:
    c = Cabinet()
    ho = refused(c)
    assert (c.of(ho).wrong_pins, c.state.throttle.failures) == (0, 0)
    assert opens(c, ho)


# -- 2 --------------------------------------------------------------------------------------------


def failed_pulse(c: Cabinet) -> str:
    ho = c.collectable()
    c.offer(ho)
    c.send(msg.PulseEnded("A1", "no current"))
    c.run(60_000)
    assert [one.event.TYPE for one in c.log].count("strike.fault") == 1
    return ho


def test_a_failed_pulse_does_not_burn_a_code() -> None:
    c = Cabinet()
    assert opens(c, failed_pulse(c))


def test_its_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    burn_on(ev.ReleaseAuthorised, monkeypatch)
    c = Cabinet()
    assert not opens(c, failed_pulse(c))


# -- 3 --------------------------------------------------------------------------------------------


def cut_in_mid_pulse(c: Cabinet) -> str:
    ho = c.collectable()
    c.offer(ho)
    c.wait(200)
    c.cut({"A1": Level.CLOSED})
    return ho


def test_a_cut_in_mid_pulse_does_not_burn_a_code_and_leaves_a_trace() -> None:
    c = Cabinet()
    ho = cut_in_mid_pulse(c)
    assert [one.event.TYPE for one in c.log[-4:]] == [
        "release.authorised", "pulse.ordered", "log.boot", "release.interrupted",
    ]  # fmt: skip
    assert f"interrupted:{ho}" in c.state.queue
    assert opens(c, ho)


def test_a_cut_in_mid_pulse_whose_door_stands_open_is_a_late_opening() -> None:
    c = Cabinet()
    ho = c.collectable()
    c.offer(ho)
    (_, opened) = c.cut({"A1": Level.OPEN})
    assert isinstance(opened, ev.ReleaseOpened)
    assert opened.late
    assert not opens(c, ho)


def test_the_cut_s_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    burn_on(ev.ReleaseInterrupted, monkeypatch)
    c = Cabinet()
    assert not opens(c, cut_in_mid_pulse(c))


# -- 4 --------------------------------------------------------------------------------------------


def test_a_jam_is_not_a_success() -> None:
    c = Cabinet()
    c.sign_in(kit.DEPOSITOR)
    c.press("sign-out")
    ho = c.collectable()
    c.act(msg.Scanned("LK1X"))
    c.act(msg.CodeChecked("qr", f"c-{ho}", True))
    size = len(c.log)
    for _ in range(10):
        c.wait(kit.REST_MS)
        c.act(msg.Tick())
    names = ev.names([one.event for one in c.log[size:]])
    assert names.count("release.not_opened") == 3
    assert names[-1] == "release.failed"
    assert not {"release.opened", "handover.collected"} & set(names)
    assert c.visit.step == "not_opened"
    assert c.visit.receipt is None
    assert c.state.queue["not_opened:A1"].ho == ho
    assert opens(c, ho)


def test_a_door_merely_opened_is_not_collected_either() -> None:
    c = Cabinet()
    ho = c.collectable()
    c.offer(ho)
    c.door("A1", "open")
    c.run(10 * HOUR_MS)
    assert c.phase(ho) == "open"
    assert c.state.tombs == {}


# -- 5 --------------------------------------------------------------------------------------------


def later_and_back(c: Cabinet) -> None:
    """A day passes; then the wall clock falls back by more than all of it."""
    c.run(GONE_H * HOUR_MS)
    c.send(msg.ClockJumped(-2 * GONE_H * HOUR_MS, "floor"))
    c.width_ms = None


def test_a_used_code_does_not_open_again_after_the_clock_fell_back() -> None:
    c = Cabinet()
    ho, _ = c.collected(profile="flag", hours=100)
    pulses = len(c.pulses)
    later_and_back(c)
    for kind in ("qr", "pin"):
        (told,) = c.offer(ho, kind)
        assert isinstance(told, ev.CodeTurnedAway)
        assert told.why == "collected"
    c.cut(off_ms=0)
    assert ev.names(c.offer(ho)) == ["code.turned_away"]
    assert len(c.pulses) == pulses


def test_nor_does_an_expired_one() -> None:
    """What was proven about the time stays proven: `lo` does not go back."""
    c = Cabinet()
    ho = c.collectable(profile="flag", hours=24)
    later_and_back(c)
    assert c.phase(ho) == "expired"
    assert ev.names(c.offer(ho)) == ["code.turned_away"]


def test_an_unused_one_still_does() -> None:
    """The twin: it is the use that ended the other code, not the day or the clock."""
    c = Cabinet()
    ho = c.collectable(profile="flag", hours=100)
    later_and_back(c)
    (authorised, _) = c.offer(ho)
    assert isinstance(authorised, ev.ReleaseAuthorised)
    assert authorised.flag == "clock"
