"""`lockerctl` for people and for what an operator does with a handover: words, files, codes."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd import config
from lockerd.core import messages as msg
from lockerd.core.claim import answer_of, parse_challenge
from lockerd.core.events import Actor
from lockerd.journal.note import SigningKey
from support.desk_room import ROOT, DeskRoom, Ran
from ui import qr

PIN = "846201"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[DeskRoom]:
    """A cabinet that waits for its owner."""
    site = config.read(ROOT / "tests" / "stories" / "sites" / "owned.toml")
    made = DeskRoom(tmp_path / "state", actor=None, site=site)
    yield made
    made.close()


@pytest.fixture
def pictured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of every QR code that is drawn."""
    texts: list[str] = []
    real = qr.png
    monkeypatch.setattr(qr, "png", lambda text: (texts.append(text), real(text))[1])
    return texts


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def failed(ran: Ran, code: int, words: str) -> None:
    assert (ran.code, ran.out) == (code, ""), ran
    line = ran.err.splitlines()[-1]
    assert line.startswith("lockerctl: ") and words in line, ran


def pin_file(tmp_path: Path, pin: str = PIN) -> str:
    file = tmp_path / f"pin-{pin}"
    file.write_text(f"{pin}\n")
    return str(file)


# -- founding -------------------------------------------------------------------------------------


def person(tmp_path: Path, number: str, pin: str = PIN) -> tuple[str, ...]:
    cards = tmp_path / f"cards-{number}"
    cards.mkdir()
    badge = tmp_path / f"badge-{number}.png"
    return (
        *("--number", number, "--name", "Ines Duarte", "--badge", str(badge)),
        *("--cards", str(cards), "--pin-file", pin_file(tmp_path, pin)),
    )


def test_from_the_owners_key_to_the_first_operator_and_back_with_cards(
    owned: DeskRoom, tmp_path: Path, pictured: list[str]
) -> None:
    key = tmp_path / "owner.key"
    key.write_text(SigningKey("owner.lockerd.example", bytes([1]) * 32).secret_text + "\n")
    key.chmod(0o600)
    claim = fine(owned.ctl("claim", "show")).out.strip()
    assert claim.startswith("LKC1:")
    answer = tmp_path / "answer"
    told = fine(owned.ctl("claim", "sign", claim, "--key", str(key), "--out", str(answer)))
    assert told.out.strip() == answer.read_text().strip() and "hc-02" in told.err

    words = person(tmp_path, "7")
    failed(owned.ctl("claim", "answer", "LKA1" + "0" * 103, *words), 1, "not the owner's answer")
    assert list((tmp_path / "cards-7").iterdir()) == [], "what failed leaves no file"
    done = fine(owned.ctl("claim", "answer", str(answer), *words))
    assert "staff 7 is an operator" in done.out and "in three places" in done.out
    files = sorted((tmp_path / "cards-7").iterdir())
    assert [one.name for one in files] == [
        f"card-{n}.{kind}" for n in (1, 2, 3) for kind in ("png", "txt")
    ]
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    badge = next(one for one in pictured if one.startswith("LKB"))
    owned.hands.scan(badge)
    owned.stage.do(msg.CodeTyped(PIN), 400)
    owned.hands.expect("staff_menu")
    assert owned.ctl("claim", "show").code == 1

    two = tmp_path / "two"
    two.write_text("".join((tmp_path / "cards-7" / f"card-{n}.txt").read_text() for n in (1, 3)))
    words = person(tmp_path, "8", "274951")
    failed(owned.ctl("recovery", "use", "--from", str(two), *words), 2, "a line each")
    lines = [one for one in two.read_text().splitlines() if one.startswith("LKR")]
    two.write_text("\n".join(lines))
    fine(owned.ctl("recovery", "use", "--from", str(two), *words))
    failed(
        owned.ctl("recovery", "use", "--from", str(two), *person(tmp_path, "9", "385162")),
        1,
        "not two of the three",
    )
    everything = told.err + done.out + done.err
    assert PIN not in everything and badge not in everything


def test_cards_are_issued_once(room: DeskRoom, tmp_path: Path, pictured: list[str]) -> None:
    cards = tmp_path / "cards"
    failed(room.ctl("recovery", "issue", "--cards", str(cards)), 1, "make it first")
    cards.mkdir()
    assert "keep them apart" in fine(room.ctl("recovery", "issue", "--cards", str(cards))).out
    assert len(list(cards.iterdir())) == 6 and len(pictured) == 3
    failed(room.ctl("recovery", "issue", "--cards", str(cards)), 1, "is there already")


# -- staff ----------------------------------------------------------------------------------------


def test_staff_come_change_and_go(room: DeskRoom, tmp_path: Path, pictured: list[str]) -> None:
    words = ("8", "--role", "operator", "--name", "Jo Marsh", "--badge", str(tmp_path / "b.png"))
    fine(room.ctl("staff", "enrol", *words, "--pin-file", pin_file(tmp_path)))
    fine(room.ctl("staff", "reset-pin", "8", "--pin-file", pin_file(tmp_path, "274951")))
    fine(room.ctl("staff", "badge", "8", "--png", str(tmp_path / "new.png")))
    old, new = pictured
    room.hands.scan(old)
    room.hands.expect("refused")
    room.hands.home()
    room.hands.scan(new)
    room.hands.expect("staff_pin")
    room.stage.do(msg.CodeTyped("274951"), 400)
    room.hands.expect("pin_new")  # a PIN that an operator set opens nothing else
    room.hands.home()
    fine(room.ctl("staff", "link", "8", "--uid", "1234"))
    fine(room.ctl("staff", "role", "8", "auditor", "--reason", "another office"))
    (row,) = (one for one in room.ctl("staff", "list", "--json").rows if one["staff"] == "8")
    assert (row["role"], row["uid"]) == ("auditor", 1234)
    fine(room.ctl("staff", "link", "8", "--off"))
    fine(room.ctl("staff", "retire", "8", "--reason", "left"))
    failed(room.ctl("staff", "retire", "8", "--reason", "left"), 1, "")
    room.hands.home()
    room.hands.scan(new)
    room.hands.expect("refused")


def test_an_override_asks_for_the_pin_of_whoever_sits_there(
    owned: DeskRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = owned.ask("claim.show")["claim"]
    signed = SigningKey("owner", bytes([1]) * 32).sign(parse_challenge(claim).message)
    who = {"staff": "7", "name": "Ines Duarte", "pin": PIN}
    owned.ask("claim.answer", answer=answer_of(signed), **who)
    owned.actor = Actor("operator", "7")
    retire = ("cabinet", "out-of-service", "--reason", "paint")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    failed(owned.ctl(*retire), 1, "LOCKERCTL_OWN_PIN_FILE=FILE")
    monkeypatch.setenv("LOCKERCTL_OWN_PIN_FILE", pin_file(tmp_path, "274951"))
    failed(owned.ctl(*retire), 1, "not your PIN")
    monkeypatch.setenv("LOCKERCTL_OWN_PIN_FILE", pin_file(tmp_path))
    fine(owned.ctl(*retire))


def test_a_shift_is_handed_over(room: DeskRoom) -> None:
    assert fine(room.ctl("shift", "list")).out == "no shift was handed over\n"
    room.hands.sign_in("1")
    failed(room.ctl("shift", "hand-over", "--note", "ask at noon"), 1, "it asks for them")
    badge = room.stage.world.badges["4"]
    room.hands.scan(badge.text)
    room.stage.do(msg.CodeTyped(badge.pin), 400)
    (row,) = fine(room.ctl("shift", "list", "--json")).rows
    assert (row["from"], row["to"]) == ("1", "4")


# -- a handover's life ----------------------------------------------------------------------------


def test_a_handover_is_extended_reissued_reassigned_and_sent_back(room: DeskRoom) -> None:
    sent = room.deposit(ho := room.order("Ada"))
    why = ("--reason", "asked")
    out = fine(room.ctl("handover", "extend", ho, "--until", "+6d", *why)).out
    assert "can be collected until" in out
    failed(room.ctl("handover", "extend", ho, "--until", "+1h", *why), 1, "later")
    out = fine(room.ctl("handover", "reissue", ho, *why)).out
    again = room.stage.world.phone.of(ho)
    assert again is not None and again.qr != sent.qr and again.pin not in out
    assert "another recipient" in fine(room.ctl("handover", "reassign", ho, "--to", "Bo", *why)).out
    assert fine(room.ctl("handover", "show", ho, "--json")).one["recipient"] == "Bo"
    assert "goes back" in fine(room.ctl("handover", "return", ho, *why)).out
    told = fine(room.ctl("timeline", ho)).out
    for said in ("the window ends later", "another person collects", "it goes back to its"):
        assert said in told
    assert "Bo" not in told and "Ada" not in told


def test_an_item_is_moved_from_door_to_door(room: DeskRoom) -> None:
    room.deposit(ho := room.order("Ada"))
    old = fine(room.ctl("handover", "show", ho, "--json")).one["unit"]
    move = fine(room.ctl("handover", "move", ho, "--to", "9", "--reason", "water"))
    assert f"door {old} opens" in move.out and "lockerctl handover place" in move.out
    room.stage.run_for(1_000)
    fine(room.ctl("sim", "push", old))
    room.stage.run_for(10_000)
    assert "door 9 opens" in fine(room.ctl("handover", "place", ho)).out
    room.stage.run_for(1_000)
    failed(room.ctl("handover", "moved", ho), 1, "not possible now")
    fine(room.ctl("sim", "push", "9"))
    room.stage.run_for(10_000)
    assert "lies behind door 9" in fine(room.ctl("handover", "moved", ho)).out
