"""The real program, a real window, a real serial line: one handover from deposit to receipt.

Nothing is put in place of anything: clicks and keys come through the X server, codes through the
scanner's driver, doors through the line driver over the simulated board, and what is on disk at the
end is verified by the tool that an auditor would use.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.glass import Missing, program, until
from support.hall import Hall

STAFF, STAFF_PIN = "2", "222222"
RECIPIENT = "Marta Silva"


def types_of(hall: Hall, ho: str) -> list[str]:
    """The types of the journal's entries about a handover, read with nobody holding it."""
    rows = hall.lockerctl("journal", "search", "--handover", ho)
    return [row["type"] for row in rows]


def sign_in(hall: Hall) -> None:
    """From home to the menu of a depositor: badge, then PIN, all by touch."""
    hall.comes("home")
    hall.tap("staff")
    hall.comes("staff_badge")
    hall.show(hall.ask("staff.badge", staff=STAFF)["badge"])
    hall.comes("code")
    hall.tap(*(f"digit:{one}" for one in STAFF_PIN))
    hall.tap("ok")
    hall.comes("staff_menu")


def deposit(hall: Hall) -> str:
    """Put in what was announced for RECIPIENT; its id."""
    hall.tap("deposit")
    hall.comes("deposit_pick")
    waiting = hall.lockerctl("handover", "list")
    ho = str(next(row["ho"] for row in waiting if row["recipient"] == RECIPIENT))
    hall.tap(f"pick:{ho}")
    hall.comes("open")
    hall.close_door(hall.open_door())
    hall.comes("deposit_confirm")
    hall.tap("confirm")
    hall.comes("deposit_done")
    hall.tap("back")
    hall.comes("staff_menu")
    hall.tap("sign-out")
    hall.comes("home")
    return ho


def end_and_verify(hall: Hall, ho: str) -> None:
    """Stop the program, then look at what it left: the whole story, in order, and it verifies."""
    assert hall.leave() == 0
    verdict = hall.lockerctl("journal", "verify")[-1]
    assert verdict["verdict"] in ("VERIFIED", "VERIFIED_UNWITNESSED"), verdict
    told = types_of(hall, ho)
    assert told.count("handover.collected") == 1, told
    assert told.index("release.authorised") < told.index("handover.collected"), told


@pytest.mark.slow
@pytest.mark.parametrize("kiosk_only", [True, False], ids=["kiosk", "workbench"])
def test_deposit_by_touch_and_collection_by_scan(tmp_path: Path, kiosk_only: bool) -> None:
    name = "touch-and-scan" if kiosk_only else "workbench"
    with Hall(name, tmp_path, kiosk_only=kiosk_only) as hall:
        sign_in(hall)
        ho = deposit(hall)
        sent = hall.message(RECIPIENT)
        hall.show(sent["qr"])
        hall.comes("open")
        assert "collected" not in hall.words().lower(), "a door that is open proves no collection"
        assert hall.open_door() == sent["unit"]
        hall.close_door(sent["unit"])
        hall.comes("receipt")
        assert sent["handover"] in hall.words()
        end_and_verify(hall, ho)


@pytest.mark.slow
def test_collection_with_the_keyboard_as_keypad(tmp_path: Path) -> None:
    with Hall("keyboard", tmp_path, kiosk_only=True) as hall:
        hall.comes("home")
        sent = hall.message("You", "keys")
        hall.press(*sent["pin"])
        hall.comes("code")
        hall.press("Return")
        hall.comes("open")
        hall.close_door(sent["unit"])
        hall.comes("receipt")
        end_and_verify(hall, sent["ho"])


def test_a_code_that_nobody_was_given_opens_nothing(tmp_path: Path) -> None:
    """The twin: the same keys with another code, and no door moves."""
    with Hall("refused", tmp_path, kiosk_only=True) as hall:
        hall.comes("home")
        given = {row["pin"] for row in hall.lockerctl("sim", "phone")}
        other = next(f"{n:09d}" for n in range(100) if f"{n:09d}" not in given)
        hall.press(*other, "Return")
        hall.comes("refused")
        assert not [row for row in hall.lockerctl("sim", "state") if row["open"]]
        hall.press("Escape")
        hall.comes("home")


def test_what_is_missing_on_this_machine_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing, match="apt-get install xvfb xdotool"):
        program("Xvfb")


def test_what_does_not_happen_fails() -> None:
    """The twin of every wait: one that is never answered ends in a failure."""
    with pytest.raises(AssertionError, match="it snows"):
        until("it snows", lambda: False, within_s=0)
