"""Every command of `lockerctl` against a running cabinet: words, objects and exit codes."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.core.events import Actor
from support.desk_room import ROOT, DeskRoom, Ran, Tty
from ui import qr


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
    assert not ran.err.startswith("Traceback")


# -- status ---------------------------------------------------------------------------------------


def test_status_says_how_it_stands(room: DeskRoom) -> None:
    ho = room.order()
    room.deposit(ho)
    out = fine(room.ctl("status")).out
    assert out.startswith("Riverside Legal\nservice")
    for words in ("in service", "simulation", "1 collectable", "staff 1 (operator, a demo"):
        assert words in out
    door = next(line for line in out.splitlines() if line.startswith("1 "))
    assert door.split() == ["1", "S", "closed", room.ctl_short(ho), "collectable"]
    assert "Ada" not in out


def test_status_as_json(room: DeskRoom) -> None:
    found = fine(room.ctl("status", "--json")).one
    assert found["duty"] == "serving" and len(found["doors"]) == 23
    assert fine(room.ctl("--json", "status")).one["entries"] == found["entries"]


def test_status_fails_when_the_cabinet_does_not_serve(room: DeskRoom) -> None:
    fine(room.ctl("cabinet", "out-of-service", "--reason", "painting"))
    ran = room.ctl("status")
    assert ran.code == 1 and "out of service: painting" in ran.out
    assert "1 item, first cabinet:cabinet" in ran.out


def test_status_calls_nothing_in_service_that_cannot_write(room: DeskRoom) -> None:
    room.stage.house._set_fault("the disk is full; free space on it")
    ran = room.ctl("status")
    assert ran.code == 1 and "in service" not in ran.out
    assert "out of service until the fault" in ran.out and "free space" in ran.out


def test_status_says_who_may_only_read(room: DeskRoom) -> None:
    room.actor = None
    assert "this user may read only" in fine(room.ctl("status")).out


# -- handovers ------------------------------------------------------------------------------------


def test_a_handover_from_announcement_to_receipt(room: DeskRoom, tmp_path: Path) -> None:
    words = ("--recipient", "Ada Lovelace", "--item", "Blue folder", "--reference", "C-77")
    made = fine(room.ctl("handover", "create", *words, "--until", "+26h"))
    short = made.out.split()[0]
    assert (
        f"{short} is announced (documents, size S), from 2026-11-23 08:00 to 2026-11-24 10:00"
        in (made.out)
    )
    (listed,) = fine(room.ctl("handover", "list", "--json")).rows
    assert (listed["handover"], listed["recipient"]) == (short, "Ada Lovelace")
    assert "C-77" in fine(room.ctl("handover", "list", "--phase", "ordered")).out
    assert fine(room.ctl("handover", "list", "--phase", "open")).out == "no handover is waiting\n"

    sent = room.deposit(listed["ho"])
    shown = fine(room.ctl("handover", "show", short)).out
    assert "collectable" in shown and "Blue folder" in shown and sent.pin not in shown
    room.hands.collect(sent.pin)
    room.stage.run_for(90_000)

    shown = fine(room.ctl("handover", "show", short)).out
    assert "collected" in shown and "Ada Lovelace" in shown
    assert fine(room.ctl("handover", "show", short, "--json")).one["phase"] == "collected"
    failed(room.ctl("handover", "cancel", short, "--reason", "x"), 1, "no unfinished handover")

    told = fine(room.ctl("timeline", short))
    assert "the door was seen to open; the code is spent" in told.out
    assert told.out.splitlines()[-1].endswith("collected: the door was seen to open and to close")
    assert sent.pin not in told.out and sent.qr not in told.out
    lines = fine(room.ctl("timeline", short, "--json")).rows
    assert (
        lines[-1]["says"].startswith("collected") and len(lines) == len(told.out.splitlines()) - 1
    )

    proof, key = tmp_path / "ada.tlog-proof", room.state_dir / "vkey"
    fine(room.ctl("receipt", "show", short, "--out", str(proof)))
    assert stat.S_IMODE(proof.stat().st_mode) == 0o600
    assert fine(room.ctl("receipt", "show", short)).out == proof.read_text()
    proven = fine(room.ctl("receipt", "verify", str(proof), "--vkey", str(key))).out
    assert proven.startswith("VERIFIED_UNWITNESSED\n") and "handover.collected" in proven
    deposit = fine(room.ctl("receipt", "show", short, "--deposit", "--json")).one
    assert deposit["type"] == "deposit.confirmed"


def test_a_handover_that_is_not_wanted(room: DeskRoom) -> None:
    ho = room.order()
    failed(room.ctl("receipt", "show", ho), 1, "has no handover.collected yet")
    assert "is cancelled" in fine(room.ctl("handover", "cancel", ho, "--reason", "not needed")).out
    shown = fine(room.ctl("handover", "show", ho, "--json")).one
    assert (shown["phase"], shown["unit"]) == ("cancelled", None)
    assert "cancelled: not needed" in fine(room.ctl("timeline", ho)).out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "RL07-ZZZZ"), 1, "lockerctl handover list"),
        (("show", "nonsense"), 2, "RL07-4K2M"),
        (("cancel", "abcd", "--reason", "x"), 1, "no unfinished handover"),
        (("create", "--recipient", "A", "--item", "B", "--until", "soon"), 2, "+2h"),
        (("create", "--recipient", "A", "--item", "B", "--profile", "nope"), 1, "documents"),
        (("create", "--recipient", "A", "--item", "B" * 121), 2, "shorten"),
        (("list", "--phase", "nope"), 2, "ordered"),
    ],
)
def test_handover_commands_that_fail(
    room: DeskRoom, words: tuple[str, ...], code: int, said: str
) -> None:
    failed(room.ctl("handover", *words), code, said)


def test_a_role_that_may_not(room: DeskRoom) -> None:
    room.actor = Actor("technician", "3")
    failed(room.ctl("handover", "create", "--recipient", "A", "--item", "B"), 1, "may not")
    room.actor = None
    failed(room.ctl("cabinet", "back"), 1, "sign in at the kiosk")


# -- queue ----------------------------------------------------------------------------------------


def test_the_queue_is_worked_off(room: DeskRoom) -> None:
    assert fine(room.ctl("queue", "list")).out == "nothing needs a person\n"
    fine(room.ctl("sim", "force", "5"))
    room.stage.run_for(2_000)
    assert fine(room.ctl("queue", "list")).out.splitlines()[1].split()[:3] == ["1", "forced:5", "5"]
    assert "taken forced:5 on" in fine(room.ctl("queue", "ack", "forced:5")).out
    assert fine(room.ctl("queue", "list", "--json")).one["owner"] == "1"
    assert "closed" in fine(room.ctl("queue", "resolve", "forced:5", "--reason", "wind")).out
    assert fine(room.ctl("queue", "list", "--json")).rows == []
    failed(room.ctl("queue", "ack", "forced:5"), 1, "queue list")


def test_an_expired_item_needs_a_finding(room: DeskRoom) -> None:
    ho = room.order()
    room.deposit(ho)
    fine(room.ctl("sim", "clock", "+4d"))
    room.stage.run_for(1_000)
    waiting = {one["rule"]: one["key"] for one in fine(room.ctl("queue", "list", "--json")).rows}
    assert sorted(waiting) == ["clock", "expired"]
    key = waiting["expired"]
    failed(
        room.ctl("queue", "resolve", key, "--reason", "looked"), 1, "present, removed or missing"
    )
    fine(
        room.ctl("queue", "resolve", key, "--reason", "returned", "--finding", "removed", "--json")
    )
    assert fine(room.ctl("handover", "show", ho, "--json")).one["phase"] == "withdrawn"


# -- staff ----------------------------------------------------------------------------------------


ENROL = ("staff", "enrol", "9", "--role", "auditor", "--name", "Zoë Q")


def test_staff_are_listed(room: DeskRoom) -> None:
    lines = fine(room.ctl("staff", "list")).out.splitlines()
    assert len(lines) == 5 and "Amara Osei" in lines[1] and lines[1].endswith("yes")
    assert [one["staff"] for one in fine(room.ctl("staff", "list", "--json")).rows] == list("1234")


def test_enrolment_writes_the_badge_once(
    room: DeskRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictured: list[str] = []
    real = qr.png
    monkeypatch.setattr(qr, "png", lambda text: (pictured.append(text), real(text))[1])
    pin, badge = tmp_path / "pin", tmp_path / "badge.png"
    pin.write_text("274951\n")
    ran = fine(room.ctl(*ENROL, "--badge", str(badge), "--pin-file", str(pin)))
    assert badge.read_bytes().startswith(b"\x89PNG") and stat.S_IMODE(badge.stat().st_mode) == 0o600
    assert pictured[0].startswith("LKB") and pictured[0] not in ran.out + ran.err
    assert "274951" not in ran.out + ran.err
    room.hands.home()
    room.hands.scan(pictured[0])
    room.hands.expect("staff_pin")
    assert "Zoë Q" in fine(room.ctl("staff", "list")).out


def test_enrolment_that_fails_leaves_no_file(room: DeskRoom, tmp_path: Path) -> None:
    pin, badge = tmp_path / "pin", tmp_path / "badge.png"
    pin.write_text("111111")
    failed(room.ctl(*ENROL, "--badge", str(badge), "--pin-file", str(pin)), 2, "guessed first")
    assert not badge.exists()
    pin.write_text("274951")
    again = ("staff", "enrol", "1", "--role", "auditor", "--name", "X")
    failed(room.ctl(*again, "--badge", str(badge), "--pin-file", str(pin)), 1, "another number")
    assert not badge.exists()


def test_a_badge_does_not_overwrite(room: DeskRoom, tmp_path: Path) -> None:
    pin, badge = tmp_path / "pin", tmp_path / "badge.png"
    pin.write_text("274951")
    badge.write_text("precious")
    failed(room.ctl(*ENROL, "--badge", str(badge), "--pin-file", str(pin)), 1, "another name")
    assert badge.read_text() == "precious"
    assert len(fine(room.ctl("staff", "list", "--json")).rows) == 4
    nowhere = tmp_path / "nowhere" / "badge.png"
    failed(room.ctl(*ENROL, "--badge", str(nowhere), "--pin-file", str(pin)), 1, "another place")
    failed(room.ctl(*ENROL, "--badge", str(nowhere), "--pin-file", "/nope"), 1, "cannot be read")


def test_a_pin_from_stdin(room: DeskRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("274951\n"))
    out = tmp_path / "b.png"
    done = fine(room.ctl(*ENROL, "--badge", str(out), "--pin-file", "-", "--json")).one
    assert done == {
        "entry": done["entry"],
        "events": ["staff.enrolled"],
        "staff": "9",
        "badge_file": str(out),
    }


def test_a_pin_from_a_person(
    room: DeskRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (*ENROL, "--badge", str(tmp_path / "b.png"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    failed(room.ctl(*words), 2, "--pin-file")
    typed = iter(["274951", "274952", "274951", "274951"])
    monkeypatch.setattr("sys.stdin", Tty())
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    failed(room.ctl(*words), 2, "differ")
    fine(room.ctl(*words))


def test_a_demonstration_badge_is_written_again(room: DeskRoom, tmp_path: Path) -> None:
    out = tmp_path / "b.png"
    assert str(out) in fine(room.ctl("staff", "badge", "2", "--out", str(out))).out
    assert out.read_bytes().startswith(b"\x89PNG")
    failed(room.ctl("staff", "badge", "9", "--out", str(out)), 1, "enrolled")


# -- doors ----------------------------------------------------------------------------------------


def test_a_door_test_says_what_the_door_did(room: DeskRoom) -> None:
    assert fine(room.ctl("door", "test", "12")).out == "door 12 was seen to open; push it shut\n"
    failed(room.ctl("door", "test", "12"), 1, "close it first")
    fine(room.ctl("sim", "jam", "13"))
    ran = room.ctl("door", "test", "13")  # it waits for the coil of door 12
    assert (ran.code, ran.out) == (1, "door 13 did not open; look at its latch and its cables\n")
    fine(room.ctl("sim", "cut", "14", "strike"))
    found = room.ctl("door", "test", "14", "--json")
    assert found.code == 1 and found.one["outcome"] == "door.not_opened"
    failed(room.ctl("door", "test", "99"), 1, "no compartment")


def test_a_door_that_says_nothing(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lockerd.cli.door_commands.WAIT_S", 0.1)
    monkeypatch.setattr("lockerd.cli.door_commands.LOOK_EVERY_S", 0.01)
    ran = room.ctl("door", "test", "12")
    assert ran.code == 1 and "nothing was seen" in ran.err


def test_an_occupied_door_is_not_tested(room: DeskRoom) -> None:
    room.deposit(room.order())
    failed(room.ctl("door", "test", "1"), 1, "may be inside")


def test_a_door_goes_out_of_service_and_back(room: DeskRoom) -> None:
    fine(room.ctl("door", "out-of-service", "7", "--reason", "hinge"))
    assert "out of service: hinge" in room.ctl("status").out
    fine(room.ctl("door", "back", "7"))
    assert "hinge" not in room.ctl("status").out
    assert room.ctl("cabinet", "out-of-service", "--reason", "x", "--json").one["events"]
    assert room.ctl("cabinet", "out-of-service", "--reason", "x").out == "it was so already\n"
    assert fine(room.ctl("cabinet", "back")).out == "the cabinet is in service\n"
    failed(room.ctl("cabinet", "back"), 1, "in service")


# -- journal --------------------------------------------------------------------------------------


def test_the_journal_is_read(room: DeskRoom) -> None:
    room.collected()
    lines = fine(room.ctl("journal", "tail", "-n", "3")).out.splitlines()
    assert len(lines) == 3 and "handover.collected" in lines[-1]
    assert len(fine(room.ctl("journal", "tail", "--json")).rows) > 10
    found = fine(room.ctl("journal", "search", "--type", "release.", "--door", "1", "--json"))
    assert [one["type"] for one in found.rows] == ["release.authorised", "release.opened"]
    ran = room.ctl("journal", "search", "--staff", "3")
    assert (ran.code, ran.out, ran.err) == (1, "", "no entry fits\n")
    failed(room.ctl("journal", "tail", "-n", "0"), 2, "1 to 10000")
    failed(room.ctl("journal", "search", "--from", "x"), 2, "not a time")


def test_the_journal_verifies_beside_the_daemon(room: DeskRoom, tmp_path: Path) -> None:
    ho = room.collected()
    key = str(room.state_dir / "vkey")
    ran = fine(room.ctl("journal", "verify", "--every-seal"))
    assert ran.out.startswith("VERIFIED_UNWITNESSED\n") and "one that you trust" in ran.err
    found = fine(room.ctl("journal", "verify", "--vkey", key, "--json")).one
    assert found["verdict"] == "VERIFIED_UNWITNESSED"
    assert found["entries"] == room.stage.house.journal.size

    proof = tmp_path / "r.tlog-proof"
    fine(room.ctl("receipt", "show", ho, "--out", str(proof)))
    fine(room.ctl("journal", "verify", "--known", str(proof)))
    head = tmp_path / "head"
    head.write_text(room.ask("journal.head")["checkpoint"])
    fine(room.ctl("journal", "verify", "--known", str(head), "--vkey", key))

    export = tmp_path / "export"
    assert "entries are in" in fine(room.ctl("journal", "export", str(export))).out
    fine(room.ctl("journal", "verify", str(export), "--vkey", key))
    failed(room.ctl("journal", "export", str(export)), 1, "not empty")
    bare = tmp_path / "bare"
    fine(room.ctl("journal", "export", str(bare), "--without-names", "--json"))
    assert (export / "disclosures.jsonl").exists() and not (bare / "disclosures.jsonl").exists()


def test_a_journal_that_was_changed_does_not_verify(room: DeskRoom, tmp_path: Path) -> None:
    room.collected()
    export = tmp_path / "export"
    fine(room.ctl("journal", "export", str(export)))
    file = export / "entries.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:3], lines[4], lines[3], *lines[5:]]))
    ran = room.ctl("journal", "verify", str(export), "--json")
    assert ran.code == 1 and ran.one["verdict"] == "INVALID" and ran.one["first_bad"] is not None
    assert room.ctl("journal", "verify", str(export)).out.startswith("INVALID\n")


def test_a_journal_that_lost_its_end_is_found_out_by_a_receipt(
    room: DeskRoom, tmp_path: Path
) -> None:
    export, proof = tmp_path / "export", tmp_path / "late.tlog-proof"
    key = str(room.state_dir / "vkey")
    room.order()
    fine(room.ctl("journal", "export", str(export)))
    ho = room.collected()
    fine(room.ctl("receipt", "show", ho, "--out", str(proof)))
    fine(room.ctl("journal", "verify", str(export), "--vkey", key))
    ran = room.ctl("journal", "verify", str(export), "--vkey", key, "--known", str(proof), "--json")
    assert (ran.code, ran.one["verdict"]) == (1, "TRUNCATED")


def test_verify_with_the_wrong_things(room: DeskRoom, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("not a key\n")
    failed(room.ctl("journal", "verify", "--vkey", str(other)), 1, "verifier key")
    failed(room.ctl("journal", "verify", "--vkey", str(tmp_path / "no")), 1, "cannot be read")
    failed(room.ctl("journal", "verify", str(tmp_path / "no")), 1, "not there")
    failed(room.ctl("journal", "verify", "--known", str(other)), 1, "signature")
    failed(room.ctl("journal", "verify", "--witness", str(other)), 1, "verifier key")
    (tmp_path / "alone").mkdir()
    words = ("journal", "verify", str(tmp_path / "alone"), "--known", str(other))
    failed(room.ctl(*words), 2, "--vkey")


def test_a_receipt_that_proves_nothing(room: DeskRoom, tmp_path: Path) -> None:
    ho = room.collected()
    proof = tmp_path / "r.tlog-proof"
    fine(room.ctl("receipt", "show", ho, "--out", str(proof)))
    assert "VERIFIED" in fine(room.ctl("receipt", "verify", str(proof))).out
    index = fine(room.ctl("receipt", "verify", str(proof), "--json")).one["index"]
    forged = proof.read_text().replace(f"index {index}\n", f"index {index + 1}\n", 1)
    assert forged != proof.read_text()
    proof.write_text(forged)
    failed(room.ctl("receipt", "verify", str(proof)), 1, "")
    ran = room.ctl("receipt", "verify", str(proof), "--json")
    assert (ran.code, ran.one["verdict"]) == (1, "INVALID")
    proof.write_bytes(b"\xff\xff")
    failed(room.ctl("receipt", "verify", str(proof)), 1, "not text")


def test_a_receipt_is_verified_by_the_name_of_its_handover(room: DeskRoom, tmp_path: Path) -> None:
    failed(room.ctl("receipt", "verify"), 1, "nothing was collected")
    ho, other = room.order("Ada"), room.collected()
    newest = fine(room.ctl("receipt", "verify"))
    assert "VERIFIED" in newest.out and other in newest.out
    name = newest.err.split(" is made from")[0].removeprefix("the receipt of ")
    assert name.startswith("RL07-")
    assert fine(room.ctl("receipt", "verify", name)).out == newest.out
    assert fine(room.ctl("receipt", "verify", other, "--json")).one["ho"] == other
    failed(room.ctl("receipt", "verify", ho), 1, "has no handover.collected yet")
    failed(room.ctl("receipt", "verify", "ZZ99-ZZZZ"), 1, "no handover has this reference")
    failed(room.ctl("receipt", "verify", str(tmp_path / "none")), 1, "cannot be read")
    strange = tmp_path / "vkey"
    strange.write_text("example.org+c3272146+AWFjO27SHDDYsybPRuVpvVNeDfDjB9i+k/tVuaLKyTgU")
    failed(room.ctl("receipt", "verify", other, "--vkey", str(strange)), 1, "")


def test_a_file_comes_before_a_handover_of_the_same_name(
    room: DeskRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ho = room.collected()
    monkeypatch.chdir(tmp_path)
    (tmp_path / ho).write_text("no receipt")
    failed(room.ctl("receipt", "verify", ho), 1, "")


def test_the_text_of_a_receipts_qr_code_verifies(room: DeskRoom, tmp_path: Path) -> None:
    from lockerd.journal.proof import short

    room.collected()
    journal = room.stage.house.journal
    code = tmp_path / "code.txt"
    code.write_text(short(journal, journal.size - 1, "Collected.") + "\n")
    out = fine(room.ctl("receipt", "verify", str(code))).out
    assert "VERIFIED_UNWITNESSED" in out and "not proven" in out
    assert fine(room.ctl("receipt", "verify", str(code), "--json")).one["index"] == journal.size - 1


# -- check-config, screenshot ---------------------------------------------------------------------


def test_config_files_are_checked_without_a_daemon(room: DeskRoom, tmp_path: Path) -> None:
    demo, bad = str(ROOT / "config" / "demo.toml"), tmp_path / "bad.toml"
    assert "fine" in fine(room.ctl("check-config", demo)).out
    bad.write_text("[site]\n")
    ran = room.ctl("check-config", demo, str(bad))
    assert ran.code == 1 and "E-CFG-" in ran.out
    assert [one["ok"] for one in room.ctl("check-config", demo, str(bad), "--json").rows] == [
        True,
        False,
    ]


def test_a_screenshot_is_written_whole(room: DeskRoom, tmp_path: Path) -> None:
    out = tmp_path / "screen.png"
    fine(room.ctl("screenshot", "--out", str(out)))
    assert out.read_bytes() == room.picture and stat.S_IMODE(out.stat().st_mode) == 0o600
    done = fine(room.ctl("screenshot", "--out", str(out), "--redact", "--json")).one
    assert done == {"file": str(out), "bytes": len(room.picture)}
    assert room.pictures == [False, True]
    failed(room.ctl("screenshot", "--out", str(tmp_path)), 1, "another place")


# -- the simulation -------------------------------------------------------------------------------


def test_hands_are_silent_when_all_is_well(room: DeskRoom) -> None:
    for words in (
        "push 1",
        "pull 1",
        "jam 1",
        "unjam 1",
        "cut 1 contact",
        "mend 1 contact",
        "force 2",
        "badge 1",
        "scan LK1ABC",
        "clock +1h",
        "power off",
        "power on",
    ):
        ran = fine(room.ctl("sim", *words.split()))
        assert (ran.out, ran.err) == ("", ""), words
        room.stage.run_for(2_000)
    assert fine(room.ctl("sim", "push", "1", "--json")).one == {}


def test_keys_may_stand_together(room: DeskRoom) -> None:
    keys: list[str] = []
    room.stage.world.on_key = keys.append
    fine(room.ctl("sim", "key", "123", "4", "erase", "ok"))
    assert keys == ["1", "2", "3", "4", "erase", "ok"]
    failed(room.ctl("sim", "key", "12a"), 2, "digit")
    failed(room.ctl("sim", "key", "\u0661"), 2, "digit")


def test_the_telephone_shows_codes_because_somebody_asked(room: DeskRoom) -> None:
    assert "no message yet" in fine(room.ctl("sim", "phone")).out
    sent = room.deposit(room.order())
    assert sent.pin in fine(room.ctl("sim", "phone")).out
    (message,) = fine(room.ctl("sim", "phone", "--json")).rows
    assert (message["pin"], message["qr"]) == (sent.pin, sent.qr)


def test_the_hall_is_shown(room: DeskRoom) -> None:
    lines = fine(room.ctl("sim", "state")).out.splitlines()
    assert len(lines) == 24 and lines[1].split() == [
        *("1", "no", "yes", "no", "yes", "yes", "no", "0")
    ]


def test_hands_that_miss(room: DeskRoom) -> None:
    failed(room.ctl("sim", "push", "99"), 1, "there are 1, 2, 3")
    failed(room.ctl("sim", "clock", "soon"), 2, "+90s")


def test_a_clock_that_is_moved_is_in_the_journal_at_once(room: DeskRoom) -> None:
    for by, moved_ms in (("+2h", 7_200_000), ("-1h", -3_600_000)):
        fine(room.ctl("sim", "clock", "--", by))
        last = fine(room.ctl("journal", "tail", "-n", "1", "--json")).one
        assert (last["type"], last["fields"]["by_ms"]) == ("clock.stepped", moved_ms)
    failed(room.ctl("sim", "touch", "1", "1"), 1, "screen")
    room.desk._hands = None
    failed(room.ctl("sim", "power", "off"), 1, "lockerd simulate")


STORY = 'title = "Short"\n[[step]]\ndo = ["order ada"]\nscreenshot = "after-order"\n'


def test_a_story_is_played(room: DeskRoom, tmp_path: Path) -> None:
    story, where, pictures = tmp_path / "s.toml", tmp_path / "played", tmp_path / "pictures"
    story.write_text(STORY)
    ran = fine(
        room.ctl(
            "sim",
            "play",
            str(story),
            "--state",
            str(where),
            "--seed",
            "7",
            "--screenshots",
            str(pictures),
        )
    )
    assert "Short: came true" in ran.out and (where / "journal.db").exists()
    (picture,) = pictures.iterdir()
    assert picture.name == "01-after-order.png" and picture.read_bytes().startswith(b"\x89PNG")
    failed(room.ctl("sim", "play", str(story), "--state", str(where)), 2, "not empty")
    fine(room.ctl("journal", "verify", str(where)))


def test_a_story_that_does_not_come_true(room: DeskRoom, tmp_path: Path) -> None:
    story = tmp_path / "s.toml"
    story.write_text('[[step]]\ndo = "order ada"\nexpect_events = ["handover.collected"]\n')
    failed(room.ctl("sim", "play", str(story), "--state", str(tmp_path / "a")), 1, "step 1")
    story.write_text("[[step")
    failed(room.ctl("sim", "play", str(story), "--state", str(tmp_path / "b")), 2, "mend the TOML")
    nowhere = str(tmp_path / "nowhere.toml")
    failed(room.ctl("sim", "play", nowhere, "--state", str(tmp_path / "c")), 1, "cannot be used")
    failed(room.ctl("sim", "play", str(story), "--state", "/var/lib/lockerd"), 2, "--state DIR")
    words = ("--config", str(story), "--state", str(tmp_path / "d"))
    story.write_text(STORY)
    failed(room.ctl("sim", "play", str(story), *words), 2, "E-CFG-")


def test_a_story_that_misnames_a_picture(room: DeskRoom, tmp_path: Path) -> None:
    story = tmp_path / "s.toml"
    story.write_text('[[step]]\ndo = "order ada"\nscreenshot = "../../x"\n')
    words = ("--state", str(tmp_path / "a"), "--screenshots", str(tmp_path / "p"))
    failed(room.ctl("sim", "play", str(story), *words), 2, "names no picture")


def test_a_soak_reports_what_it_did(room: DeskRoom, tmp_path: Path) -> None:
    where = tmp_path / "soaked"
    words = ("sim", "soak", "--handovers", "3", "--seed", "5", "--state", str(where))
    done = fine(room.ctl(*words, "--faults", "--json")).one
    assert (done["handovers"], done["seed"]) == (3, 5) and sum(done["branches"].values()) == 3
    assert (where / "journal.db").exists()
    failed(room.ctl(*words), 2, "not empty")
    fresh = str(tmp_path / "fresh")
    assert (
        "everything held" in fine(room.ctl("sim", "soak", "--handovers", "2", "--state", fresh)).out
    )
    failed(room.ctl("sim", "soak", "--handovers", "0", "--state", str(tmp_path / "x")), 2, "from 1")


def test_a_soak_that_fails(room: DeskRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lockerd.simulation import soak

    def broken(*_: object) -> None:
        raise soak.SoakFailed("handover 1, seed 1: two pulses")

    monkeypatch.setattr(soak, "soak", broken)
    words = ("sim", "soak", "--handovers", "2", "--state", str(tmp_path / "s"))
    failed(room.ctl(*words), 1, "two pulses; its journal is in")


# -- scripts --------------------------------------------------------------------------------------


def test_every_act_answers_a_script_with_one_object(room: DeskRoom) -> None:
    ho = room.order()
    fine(room.ctl("sim", "force", "5"))
    room.stage.run_for(2_000)
    for words in (
        "handover create --recipient Ada --item Box",
        f"handover cancel {ho} --reason no",
        "queue ack forced:5",
        "queue resolve forced:5 --reason wind",
        "door test 12",
        "door out-of-service 12 --reason hinge",
        "door back 12",
        "cabinet out-of-service --reason paint",
        "cabinet back",
    ):
        done = fine(room.ctl(*words.split(), "--json"))
        assert done.one["events"] and done.err == "", words


def test_a_clock_that_is_not_sure_is_marked(room: DeskRoom) -> None:
    assert room.stage.virtual_clock is not None
    ho = room.order()
    assert "*" not in fine(room.ctl("timeline", ho)).out
    room.stage.virtual_clock.error_ms = None
    fine(room.ctl("handover", "cancel", ho, "--reason", "no"))
    lines = fine(room.ctl("timeline", ho)).out.splitlines()
    assert "*" not in lines[1] and "*" in lines[2]
    assert lines[-1] == "* the clock was not sure: this or later"
    assert "or later (clock: sim)" in fine(room.ctl("status")).out


def test_two_finished_handovers_that_fit_are_both_named(room: DeskRoom) -> None:
    for number in (1, 2):
        room.hands.stage.id = lambda number=number: f"abcd{number:012x}"  # type: ignore[method-assign]
        ho = room.hands.order("Ada", "Box")
        fine(room.ctl("handover", "cancel", ho, "--reason", "no"))
    failed(room.ctl("timeline", "abcd"), 1, "abcd000000000002")
    assert "cancelled" in fine(room.ctl("timeline", "abcd000000000002")).out


# -- terminals ------------------------------------------------------------------------------------


def test_what_a_terminal_could_obey_is_escaped(room: DeskRoom) -> None:
    room.hands.order("Ada", "Box")
    ran = fine(room.ctl("queue", "list"))
    from lockerd.cli.tool import plain

    assert plain("a\x1b[2Jb\u202ec\td") == "a\\x1b[2Jb\\u202ec\\td"
    assert plain("Zoë 東京\n") == "Zoë 東京\n"
    assert ran.out.isprintable() or "\n" in ran.out


def test_progress_is_for_terminals_only(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    from lockerd.desk import reads

    room.collected()
    monkeypatch.setattr(reads, "BLOCK", 2)
    tty = Tty()
    ran = fine(room.ctl("journal", "search", "--type", "handover.", err=tty))
    assert "searching the journal [" in ran.err and ran.err.endswith("\r")
    assert "\r" not in ran.out
    assert fine(room.ctl("journal", "search", "--type", "handover.")).err == ""
    quiet = fine(room.ctl("journal", "search", "--type", "handover.", "--json", err=Tty()))
    assert quiet.err == "" and json.loads(quiet.out.splitlines()[0])
