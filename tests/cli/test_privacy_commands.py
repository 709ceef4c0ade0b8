"""Erasing, holding and looking names up from the command line; case files to hand out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.control.client import Absent, Refused
from lockerd.core.events import Actor
from lockerd.journal import erase
from lockerd.journal.reader import Reader
from support.desk_room import ROOT, DeskRoom, Ran, demo

BASIS = ("--basis", "GDPR Article 17")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    made = DeskRoom(tmp_path / "state")
    yield made
    made.close()


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def failed(ran: Ran, code: int, words: str) -> None:
    assert (ran.code, ran.out) == (code, ""), ran
    line = ran.err.splitlines()[-1]
    assert line.startswith("lockerctl: ") and words in line, ran


def every_byte(room: DeskRoom) -> bytes:
    files = (one for one in room.state_dir.rglob("*") if one.is_file())
    return b"".join(one.read_bytes() for one in files)


# -- erasing --------------------------------------------------------------------------------------


def test_a_handover_is_erased_from_every_byte(room: DeskRoom) -> None:
    ho, other = room.collected("Ada Lovelace"), room.collected("Grace Hopper")
    receipt = room.state_dir.parent / "ada.tlog-proof"
    fine(room.ctl("receipt", "show", ho, "--out", str(receipt)))
    assert b"Ada Lovelace" in every_byte(room)  # on the telephone
    texts = [one.text.encode() for one in erase.find(room.state_dir, f"ho:{ho}")]
    assert texts and all(one in every_byte(room) for one in texts)

    done = fine(room.ctl("journal", "erase", "--handover", ho, *BASIS))
    assert done.out.startswith("erased: 2 values of 1 subjects\nsearched: ")
    assert done.out.endswith("nothing of it is left\n")
    left = every_byte(room)
    assert b"Ada Lovelace" not in left and not [one for one in texts if one in left]
    assert [one["recipient"] for one in room.ctl("sim", "phone", "--json").rows] == ["Grace Hopper"]

    shown = fine(room.ctl("handover", "show", ho, "--json")).one
    assert (shown["recipient"], shown["item"], shown["phase"]) == (None, None, "collected")
    assert fine(room.ctl("handover", "show", other, "--json")).one["recipient"] == "Grace Hopper"
    verdict = fine(room.ctl("journal", "verify", "--json")).one
    assert (verdict["verdict"], verdict["erased"]) == ("VERIFIED_UNWITNESSED", 2)
    assert "erased lawfully  2" in fine(room.ctl("journal", "verify")).out
    key = str(room.state_dir / "vkey")
    fine(room.ctl("receipt", "verify", str(receipt), "--vkey", key))
    (told,) = fine(room.ctl("journal", "search", "--type", "privacy.erased", "--json")).rows
    assert (told["actor"], told["fields"]["subject"]) == ("1", f"ho:{ho}")
    size = room.stage.house.journal.size
    again = fine(room.ctl("journal", "erase", "--handover", ho, *BASIS))
    assert again.out.startswith("erased: 0 values") and "nothing of it is left" in again.out
    assert "searched for once more" in again.err and room.stage.house.journal.size == size
    by_name = room.ctl("journal", "erase", "--person", "Ada Lovelace", *BASIS)
    failed(by_name, 1, "nothing of this subject is kept")


def test_whoever_an_item_was_reassigned_to_is_erased_too(room: DeskRoom) -> None:
    room.deposit(ho := room.order("Ada Lovelace"))
    fine(room.ctl("handover", "reassign", ho, "--to", "Joan Clarke", "--reason", "on leave"))
    sent = room.stage.world.phone.of(ho)
    assert sent is not None
    room.hands.collect(sent.pin)
    room.stage.run_for(90_000)
    done = fine(room.ctl("journal", "erase", "--handover", ho, *BASIS))
    assert done.out.startswith("erased: 3 values of 1 subjects")
    left = every_byte(room)
    assert b"Joan Clarke" not in left and b"Ada Lovelace" not in left
    assert fine(room.ctl("journal", "verify", "--json")).one["erased"] == 3


def test_a_suppressed_disclosure_is_no_erasure(room: DeskRoom) -> None:
    ho = room.collected("Ada Lovelace")
    (piece, *_) = erase.find(room.state_dir, f"ho:{ho}")
    journal = room.stage.house.journal
    journal.connection.execute("DELETE FROM disclosure WHERE idx=?", (piece.entry,))
    ran = room.ctl("journal", "verify", "--json")
    assert ran.code == 1 and ran.one["verdict"] == "INCOMPLETE"
    assert (ran.one["first_bad"], ran.one["erased"]) == (piece.entry, 0)


def test_a_person_is_erased_from_every_finished_handover(room: DeskRoom) -> None:
    first, second = room.collected("Ada Lovelace"), room.collected("ADA lovelace")
    room.collected("Ada Lovelace-King")
    live = room.order("Ada Lovelace")
    ran = room.ctl("journal", "erase", "--person", "ada lovelace", *BASIS, "--json")
    assert ran.code == 1  # one handover is live and keeps its names
    found = ran.one
    assert found["subjects"] == sorted([f"ho:{first}", f"ho:{second}"]) and found["left"] == []
    (kept,) = found["refused"]
    assert kept["subject"] == f"ho:{live}" and "finish or withdraw it first" in kept["why"]
    fine(room.ctl("handover", "cancel", live, "--reason", "not needed"))
    assert fine(room.ctl("journal", "erase", "--person", "ADA LOVELACE", *BASIS, "--json")).one[
        "subjects"
    ] == [f"ho:{live}"]
    assert b"Ada Lovelace-King" in every_byte(room)
    assert fine(room.ctl("journal", "search", "--word", "lovelace-k")).out


def test_a_legal_hold_keeps_names_until_it_is_lifted(room: DeskRoom) -> None:
    ho = room.collected("Ada Lovelace")
    short = room.ctl("handover", "show", ho, "--json").one["handover"]
    assert fine(room.ctl("journal", "holds")).out == "nothing is held\n"
    held = fine(room.ctl("journal", "hold", "--handover", short, "--reason", "claim 12"))
    assert held.out == f"ho:{ho} is held: nothing of it can be erased\n"
    assert fine(room.ctl("journal", "holds", "--json")).one == {
        "subject": f"ho:{ho}",
        "reason": "claim 12",
    }
    failed(room.ctl("journal", "hold", "--handover", ho, "--reason", "x"), 1, "is held already")
    failed(room.ctl("journal", "erase", "--handover", ho, *BASIS), 1, "lift the hold first")
    ran = room.ctl("journal", "erase", "--person", "Ada Lovelace", *BASIS)
    assert ran.code == 1 and f"kept:   ho:{ho}" in ran.out
    lifted = fine(room.ctl("journal", "unhold", "--handover", ho, "--reason", "x", "--json")).one
    assert lifted["events"] == ["privacy.unheld"]
    fine(room.ctl("journal", "erase", "--handover", ho, *BASIS))


DAY_MS = 86_400_000


def test_names_are_kept_as_long_as_their_profile_says(tmp_path: Path) -> None:
    keeps, for_ever = demo().profiles[0].but(retention_days=2), demo().profiles[1]
    room = DeskRoom(tmp_path / "state", site=demo().but(profiles=(keeps, for_ever)))
    try:
        due = ("journal", "erase", "--due", "--basis", "retention period over")
        old, held = room.collected("Ada Lovelace"), room.collected("Cy Held")
        other = ("--recipient", "Eve Other", "--profile", for_ever.name, "--item", "x" * 9)
        fine(room.ctl("handover", "create", *other, "--json"))
        kept = room.ctl("handover", "list", "--json").one["ho"]
        fine(room.ctl("handover", "cancel", kept, "--reason", "not needed"))
        fine(room.ctl("journal", "hold", "--handover", held, "--reason", "claim 12"))
        room.stage.run_for(DAY_MS)
        young, live = room.collected("Bo Young"), room.order("Di Live")
        nothing = fine(room.ctl(*due))
        assert nothing.out == "erased: 0 values of 0 subjects\n", "a day is not two"
        room.stage.run_for(DAY_MS - 60_000)
        ran = room.ctl(*due, "--json")
        assert ran.code == 1 and ran.one["subjects"] == [f"ho:{old}"] and ran.one["left"] == []
        assert [one["subject"] for one in ran.one["refused"]] == [f"ho:{held}"]
        left = every_byte(room)
        assert b"Ada Lovelace" not in left
        assert {one.subject for one in erase.find(room.state_dir)} >= {
            f"ho:{one}" for one in (held, kept, young, live)
        }
        fine(room.ctl("journal", "unhold", "--handover", held, "--reason", "settled"))
        fine(room.ctl(*due))
        assert fine(room.ctl("journal", "verify", "--json")).one["erased"] == 4
    finally:
        room.close()


def test_without_a_period_nothing_is_due(room: DeskRoom) -> None:
    failed(room.ctl("journal", "erase", "--due", *BASIS), 1, "no profile has retention_days")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--staff", "1"), 1, "retire them first"),
        (("--staff", "99"), 1, "nothing of this subject is kept"),
        (("--person", "Nobody"), 1, "nothing of this subject is kept"),
        (("--handover", "0123456789abcdef"), 1, "nothing of this subject is kept"),
        (("--handover", "ffff"), 1, "no handover has this reference"),
        (("--handover", "?"), 2, "names no handover"),
    ],
)
def test_what_cannot_be_erased(
    room: DeskRoom, words: tuple[str, ...], code: int, said: str
) -> None:
    failed(room.ctl("journal", "erase", *words, *BASIS), code, said)


def test_a_live_handover_keeps_its_names(room: DeskRoom) -> None:
    ho = room.order("Ada Lovelace")
    failed(room.ctl("journal", "erase", "--handover", ho, *BASIS), 1, "finish or withdraw it")
    fine(room.ctl("handover", "cancel", ho, "--reason", "not needed"))
    fine(room.ctl("journal", "erase", "--handover", ho, *BASIS))


def test_a_basis_may_not_repeat_the_name(room: DeskRoom) -> None:
    ho = room.collected("Ada Lovelace")
    size = room.stage.house.journal.size
    ran = room.ctl("journal", "erase", "--handover", ho, "--basis", "asked by ADA LOVELACE herself")
    failed(ran, 1, "the basis repeats the recipient")
    assert room.stage.house.journal.size == size


def test_who_may_erase(room: DeskRoom) -> None:
    ho = room.collected("Ada Lovelace")
    room.actor = Actor("depositor", "2")
    failed(room.ctl("journal", "erase", "--handover", ho, *BASIS), 1, "may not")
    failed(room.ctl("journal", "hold", "--handover", ho, "--reason", "x"), 1, "may not")


def test_without_a_daemon_nothing_is_erased(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    ho = room.collected("Ada Lovelace")

    def nobody(state: str) -> None:
        raise Absent("no daemon runs there; start it")

    monkeypatch.setattr(room, "dial", nobody)
    failed(room.ctl("journal", "erase", "--handover", ho, *BASIS), 3, "start it")
    assert erase.find(room.state_dir, f"ho:{ho}")


# -- what is left ---------------------------------------------------------------------------------


def test_what_is_left_is_named_with_its_file(room: DeskRoom) -> None:
    ho = room.collected("Ada Lovelace")
    (piece, *_) = erase.find(room.state_dir, f"ho:{ho}")
    (room.state_dir / "journal.bak").write_text(f"{piece.text} Ada Lovelace")
    fine(room.ctl("cabinet", "out-of-service", "--reason", "waiting for Ada Lovelace"))
    ran = room.ctl("journal", "erase", "--handover", ho, *BASIS)
    assert ran.code == 1 and "searched: " in ran.out and "see above" in ran.out
    left = [line for line in ran.out.splitlines() if line.startswith("left: ")]
    assert len(left) == 3 and left[0].startswith("left:   journal.bak; ")
    assert "delete" in left[0] and "delete the file" in left[1]
    assert left[2].startswith("left:   journal.db entry ") and "cannot be changed" in left[2]
    assert f"of:     ho:{ho}" in ran.out


def test_what_was_left_is_searched_for_until_it_is_gone(room: DeskRoom) -> None:
    """The values are gone by then: what was erased is known by its digests alone."""
    ho = room.collected("Ada Lovelace")
    (*_, piece) = erase.find(room.state_dir, f"ho:{ho}")
    copy = room.state_dir / "journal.bak"
    copy.write_text("x" * ((1 << 22) - 30) + piece.text + "-and-more")  # over a chunk's end
    for _ in range(2):
        ran = room.ctl("journal", "erase", "--handover", ho, *BASIS)
        assert ran.code == 1 and "left:   journal.bak; " in ran.out, ran
    other = room.collected("Grace Hopper")
    (*_, kept) = erase.find(room.state_dir, f"ho:{other}")
    copy.write_text(kept.text)
    assert fine(room.ctl("journal", "erase", "--handover", ho, *BASIS)).out
    copy.unlink()
    fine(room.ctl("journal", "erase", "--handover", ho, *BASIS))


def test_a_reader_that_keeps_the_log_from_being_folded_is_waited_for(room: DeskRoom) -> None:
    ho = room.collected("Ada Lovelace")
    with Reader.read(room.state_dir) as reader:
        reader.connection.execute("BEGIN")
        reader.connection.execute("SELECT * FROM disclosure").fetchone()
        ran = room.ctl("journal", "erase", "--handover", ho, *BASIS)
        assert ran.code == 1 and "another program reads the journal" in ran.err
        assert "left:   journal.db" in ran.out
    fine(room.ctl("journal", "tail"))
    again = fine(room.ctl("journal", "erase", "--handover", ho, *BASIS))
    assert "nothing of it is left" in again.out, "as the remedy says"


def test_a_table_is_not_written_again_while_a_door_is_given(room: DeskRoom) -> None:
    ho = room.order()
    sent = room.deposit(ho)
    room.hands.type_code(sent.pin)
    room.ask("privacy.clean", rewrite=False)
    with pytest.raises(Refused, match="when it is closed"):
        room.ask("privacy.clean", rewrite=True)
    assert room.ask("privacy.clean")["folded"]


# -- looking up -----------------------------------------------------------------------------------


def test_a_word_is_found_in_names_that_were_not_erased(room: DeskRoom) -> None:
    ho = room.collected("Ada Lovelace")
    room.collected("Grace Hopper")
    rows = fine(room.ctl("journal", "search", "--word", "LOVEL", "--json")).rows
    assert [(one["type"], one["ho"]) for one in rows] == [("handover.ordered", ho)]
    assert "Lovelace" not in json.dumps(rows)
    assert len(fine(room.ctl("journal", "search", "--word", "a letter", "--json")).rows) == 2
    for more in (("--type", "staff."), ("--until", "2020-01-01"), ("--staff", "2")):
        assert room.ctl("journal", "search", "--word", "lovel", *more).code == 1
    assert fine(room.ctl("journal", "search", "--word", "lovel", "--from=-1h", "--staff", "1")).out
    assert room.ctl("journal", "search", "--word", "nobody").code == 1
    failed(room.ctl("journal", "search", "--word", ""), 2, "at least one letter")


# -- case files -----------------------------------------------------------------------------------


def test_a_case_file_verifies_without_the_cabinet(room: DeskRoom, tmp_path: Path) -> None:
    words = ("--recipient", "Ada Lovelace", "--item", "Envelope", "--reference", "2 BvR 1/26")
    ho = fine(room.ctl("handover", "create", *words, "--json")).one["ho"]
    room.deposit(ho)
    out, other = tmp_path / "case", tmp_path / "again"
    done = fine(room.ctl("case", "export", ho, "--out", str(out), "--time-zone", "Europe/Berlin"))
    assert done.out.endswith("read report.html there\n") and "vkey" in done.err
    page = (out / "report.html").read_text()
    assert "Ada Lovelace" in page and " CET" in page and "Envelope" in page
    vkey, receipts = str(out / "vkey"), sorted((out / "events").iterdir())
    for one in receipts:
        assert "VERIFIED" in fine(room.ctl("receipt", "verify", str(one), "--vkey", vkey)).out
    whole = fine(room.ctl("receipt", "verify", str(out), "--vkey", vkey, "--json")).one
    assert (whole["verdict"], whole["unproven"]) == ("VERIFIED_UNWITNESSED", [])
    assert whole["parts"][0]["receipts"] == len(receipts)
    said = fine(room.ctl("receipt", "verify", str(out), "--vkey", vkey))
    assert f"{len(receipts)} receipts and " in said.out and "report.html is not judged" in said.err
    script = str(ROOT / "scripts" / "verify-receipt.sh")
    for one in receipts[-2:]:
        assert subprocess.run([script, vkey, str(one)], check=False).returncode == 0

    said = ("case", "export", "--reference", "2 bvr 1/26", "--without-names", "--json")
    found = fine(room.ctl(*said, "--out", str(other))).one
    assert found == {"directory": str(other), "handovers": [ho], "receipts": len(receipts)}
    assert "Ada" not in (other / "report.html").read_text()
    failed(room.ctl("case", "export", ho, "--out", str(out)), 1, "not empty")
    failed(room.ctl("case", "export", "--reference", "no", "--out", "x"), 1, "no such handover")
    failed(room.ctl("case", "export", "--item-no", "no", "--out", "x"), 1, "no such handover")
    bad = room.ctl("case", "export", ho, "--out", "x", "--time-zone", "Mars/Olympus")
    failed(bad, 2, "install tzdata")
