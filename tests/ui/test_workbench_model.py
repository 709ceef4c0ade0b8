"""What the workbench reads: the telephone's messages, doors as they stand, the newest lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from lockerd.core.events import HandoverCollected, LogStopped
from lockerd.core.state import Handover, State
from lockerd.core.visit import Visit
from support.cabinets import a_site
from ui.workbench.model import TAPE_MAX, Line, Status, Tape, grouped, look

NOW = 1_795_423_260_000  # 2026-11-23 08:41 UTC, a Monday
HOUR = 3_600_000


@dataclass(frozen=True)
class Message:
    ho: str = "aa"
    recipient: str = "You"
    opens: int = NOW - HOUR
    closes: int = NOW + HOUR
    reference: str = "T1-0000"
    item: str = "Keys"
    unit: str = "01"
    sent: int = NOW
    pin: str = "482913064"
    qr: str = "LK1SECRET"
    before: bool = False


@dataclass(frozen=True)
class Stands:
    latched: bool = True
    angle_deg: int = 0
    jammed: bool = False
    strike_cable: bool = True
    contact_cable: bool = True
    energised: bool = False


@dataclass(frozen=True)
class Carries:
    staff: str = "2"
    name: str = "Jonas Lindqvist"
    role: str = "depositor"
    pin: str = "222222"


@dataclass
class Source:
    messages: Sequence[Message] = (Message(),)
    doors: Mapping[str, Stands] = field(
        default_factory=lambda: {unit: Stands() for unit in ("01", "02", "03")}
    )
    badges: Mapping[str, Carries] = field(default_factory=lambda: {"2": Carries()})
    powered: bool = True
    visit: Visit | None = field(default_factory=Visit)
    state: State | None = None
    lines: Sequence[Line] = ()
    wall_ms: int = NOW


def state(phase: str = "collectable", ho: str = "aa") -> State:
    handover = Handover(ho, phase, "documents", "S", 0, 0, "r", "i", 0, "1", "01")
    return State(handovers={ho: handover})


@pytest.mark.parametrize(
    ("message", "phase", "status"),
    [
        (Message(), "collectable", "ready"),
        (Message(), "releasing", "ready"),
        (Message(opens=NOW + 1), "collectable", "early"),
        (Message(closes=NOW), "collectable", "ended"),
        (Message(), "expired", "ended"),
        (Message(), "frozen", "held"),
        (Message(), "open", "open"),
    ],
)
def test_a_message_knows_whether_it_can_be_used(
    message: Message, phase: str, status: Status
) -> None:
    bench = look(a_site(), Source(messages=[message], state=state(phase)))
    assert bench.messages[0].status == status


def test_an_end_is_told_only_if_the_journal_told_it() -> None:
    source = Source(state=State())
    assert look(a_site(), source).messages[0].status == "done"
    source.lines = [Line(NOW, HandoverCollected.TYPE, "01", "aa")]
    assert look(a_site(), source).messages[0].status == "collected"
    source.lines = [Line(NOW, "handover.withdrawn", "01", "aa")]
    assert look(a_site(), source).messages[0].status == "done"


def test_a_window_is_said_in_words_of_the_place() -> None:
    def said(opens: int, closes: int) -> str:
        message = Message(opens=NOW + opens * HOUR, closes=NOW + closes * HOUR)
        return look(a_site(), Source(messages=[message], state=state())).messages[0].window

    assert said(-1, 2) == "Collect until today, 10:41."
    assert said(-30, -24) == "Collect until yesterday, 08:41."
    assert said(20, 72) == "Collect from tomorrow, 04:41 until Thu 26 Nov, 08:41."


def test_a_message_of_today_has_its_hour_and_an_older_one_its_day() -> None:
    def sent(at_ms: int) -> str:
        source = Source(messages=[Message(sent=at_ms)], state=state())
        return look(a_site(), source).messages[0].sent

    assert sent(NOW - HOUR) == "07:41"
    assert sent(NOW - 24 * HOUR) == "Yesterday"
    assert sent(NOW - 48 * HOUR) == "Sat 21 Nov"


def test_the_place_has_its_own_time() -> None:
    site = a_site().but(time_zone="America/New_York")
    bench = look(site, Source(state=state()))
    assert bench.clock == "03:41" and bench.messages[0].sent == "03:41"


def test_the_telephone_shows_yours_and_what_came_since() -> None:
    mine, hers = Message("aa", before=True), Message("bb", "Marta", before=True)
    bench = look(a_site(), Source(messages=[mine, hers, Message("cc", "Noor")]))
    assert [one.ho for one in bench.messages] == ["cc", "aa"]


def test_what_was_known_stands_in_the_dark() -> None:
    lit = look(a_site(), Source(state=state()))
    dark = Source(state=None, visit=None, powered=False)
    assert look(a_site(), dark, lit).messages[0].status == "ready"
    assert look(a_site(), dark, lit).kiosk.step == ""
    assert look(a_site(), dark).messages[0].status == "done"  # the twin: nothing was known


def test_a_door_stands_as_the_hall_has_it() -> None:
    source = Source(state=state())
    source.doors = {
        "01": Stands(),
        "02": Stands(angle_deg=12, latched=False, jammed=True),
        "03": Stands(strike_cable=False, contact_cable=False, energised=True),
    }
    doors = look(a_site(), source).doors
    assert not doors["01"].is_open and not doors["01"].broken
    assert doors["02"].is_open and doors["02"].locked_up
    assert doors["03"].locked_up and doors["03"].contact_cut and doors["03"].energised


def test_equal_sites_make_equal_benches() -> None:
    source = Source(state=state())
    assert look(a_site(), source) == look(a_site(), source)
    other = Source(state=state(), wall_ms=NOW + 60_000)
    assert look(a_site(), source) != look(a_site(), other)


def test_the_tape_keeps_the_newest_lines() -> None:
    tape = Tape()
    for at in range(TAPE_MAX + 5):
        tape.hear([LogStopped(reason="asked")], at)
    assert len(tape.lines) == TAPE_MAX and tape.lines[-1].at_ms == TAPE_MAX + 4
    assert tape.lines[-1].type == "log.stopped"


def test_digits_come_in_threes_and_stay_out_of_reprs() -> None:
    assert grouped("482913064") == "482 913 064"
    assert grouped("12") == "12"
    shown = repr(look(a_site(), Source(state=state())))
    assert "482 913" not in shown and "SECRET" not in shown
