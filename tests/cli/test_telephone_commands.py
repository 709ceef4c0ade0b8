"""`lockerctl telephone`: the key, the answer, and the kiosk that takes it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.core import messages as msg
from lockerd.core.events import Actor
from support.desk_room import DeskRoom, Ran


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def challenge(room: DeskRoom) -> str:
    """Somebody at the kiosk lost their code and calls; what they read out."""
    for action in ("help", "lost", "telephone"):
        room.hands.press(action)
    room.stage.run_for(1_000)
    state = room.stage.house.engine.state
    return state.tickets[room.stage.house.engine.visit.item or ""].challenge


def test_a_call_from_the_kiosk(room: DeskRoom, tmp_path: Path) -> None:
    ho = room.order()
    old = room.deposit(ho)
    key = tmp_path / "key"
    told = fine(room.ctl("telephone", "key", "--out", str(key)))
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text().strip() not in told.out + told.err

    asked = challenge(room)
    spoken = f"{asked[:4].lower()} {asked[4:]}"
    short = room.ctl_short(ho)
    words = ("telephone", "answer", spoken, short.lower(), "--key", str(key))
    digits = fine(room.ctl(*words)).out.replace(" ", "").strip()
    assert fine(room.ctl(*words, "--json")).one == {"answer": digits}
    room.stage.do(msg.CodeTyped(digits), 2_000)
    assert room.hands.step == "lost_done"
    visit = room.stage.house.engine.visit
    assert visit.qr and visit.qr != old.qr

    room.hands.press("home")
    room.hands.collect(visit.pin)
    told = fine(room.ctl("timeline", ho))
    assert "an operator vouched by telephone" in told.out and "collected" in told.out
    assert digits not in told.out and visit.pin not in told.out


def test_who_may_have_a_key(room: DeskRoom, tmp_path: Path) -> None:
    room.actor = Actor("depositor", "2")
    ran = room.ctl("telephone", "key", "--out", str(tmp_path / "key"))
    assert ran.code == 1 and not (tmp_path / "key").exists()


@pytest.mark.parametrize("asked", ["7QK2", "7QK2M9XU", "un sound", "7QK2M9X4TT"])
def test_a_challenge_that_was_misheard(room: DeskRoom, tmp_path: Path, asked: str) -> None:
    key = tmp_path / "key"
    fine(room.ctl("telephone", "key", "--out", str(key)))
    ran = room.ctl("telephone", "answer", asked, "RL07-4K2M", "--key", str(key))
    assert ran.code == 1 and "read it again" in ran.err and ran.out == ""


def test_a_file_that_is_no_key(room: DeskRoom, tmp_path: Path) -> None:
    wrong = tmp_path / "key"
    wrong.write_text("LKB1SOMETHING\n")
    ran = room.ctl("telephone", "answer", "7QK2M9X4", "RL07-4K2M", "--key", str(wrong))
    assert ran.code == 1 and ran.out == ""
