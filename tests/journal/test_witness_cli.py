"""`lockerctl witness` and `certificate`: a stick carried to and fro, by words and exit codes."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockerd.cli import certificate_commands, keys, witness_commands
from lockerd.config.schema import EXAMPLE_WITNESS
from lockerd.journal import certificate as cert
from lockerd.journal import note
from lockerd.simulation.stage import BEGIN_MS
from support.desk_room import DeskRoom, Ran, demo

NAME = "w1.example"


class Trip:
    """A cabinet in one directory, a witness in another, a stick between them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.stick = directory / "stick"
        self.stick.mkdir()
        self.key = directory / "witness.key"
        self.memory = directory / "memory"
        # The key is made before the cabinet, whose config names it.
        self.signer = note.SigningKey(NAME, bytes(range(32)), note.COSIGNATURE)
        self.room = DeskRoom(
            directory / "state", site=demo().but(witnesses=(self.signer.key.vkey,))
        )
        self.key.write_text(f"{self.signer.secret_text}\n")
        self.key.chmod(0o600)

    def ctl(self, *words: str) -> Ran:
        return self.room.ctl(*words)

    def admit(self) -> Ran:
        vkey = str(self.room.state_dir / "vkey")
        return self.ctl("witness", "admit", "--memory", str(self.memory), vkey)

    def request(self, *words: str) -> Path:
        ran = fine(self.ctl("witness", "request", "--out", str(self.stick), *words, "--json"))
        return Path(ran.one["file"])

    def answer(self, *requests: Path) -> Ran:
        words = ("--key", str(self.key), "--memory", str(self.memory), *map(str, requests))
        return self.ctl("witness", "answer", *words, "--json")

    def cosigned(self) -> None:
        """One whole trip."""
        file = fine(self.answer(self.request())).one["answer"]
        fine(self.ctl("witness", "take", file))


@pytest.fixture
def trip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trip]:
    numbers = iter(range(BEGIN_MS // 1000, BEGIN_MS // 1000 + 10_000))
    for module in (witness_commands, certificate_commands):
        monkeypatch.setattr(module, "now_s", lambda: next(numbers))
    made = Trip(tmp_path)
    yield made
    made.room.close()


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    return ran


def failed(ran: Ran, code: int, words: str) -> None:
    assert ran.code == code and words in ran.err, ran
    assert len(ran.err.splitlines()) <= 2 and ran.err.splitlines()[-1].startswith("lockerctl: ")


def test_a_trip_to_the_witness_and_back(trip: Trip) -> None:
    trip.room.order()
    assert "is known" in fine(trip.admit()).out
    assert "before" in fine(trip.admit()).out
    request = trip.request()
    assert stat.S_IMODE(request.stat().st_mode) == 0o600
    row = fine(trip.answer(request)).one
    assert (row["status"], row["said"]) == (200, "cosigned")
    answer = Path(row["answer"])
    assert answer.parent == trip.stick and answer.read_text().startswith(f"\u2014 {NAME} ")
    taken = fine(trip.ctl("witness", "take", str(answer), "--json")).one
    assert [one["verdict"] for one in taken["rows"]] == ["cosigned"] and taken["fault"] is None
    (listed,) = fine(trip.ctl("witness", "list", "--json")).rows
    assert (listed["witness"], listed["vkey"]) == (NAME, trip.signer.key.vkey)
    assert listed["cosigned"] > 0 and listed["behind"] == 1 and listed["at"] is not None
    assert NAME in fine(trip.ctl("witness", "list")).out
    out = fine(trip.ctl("witness", "take", str(answer))).out
    assert "known" in out
    # The next request goes on from there.
    assert "old 0\n" not in trip.request().read_text()
    trip.cosigned()


def test_an_answer_is_carried_without_its_request(trip: Trip) -> None:
    trip.admit()
    answer = Path(fine(trip.answer(trip.request())).one["answer"])
    alone = trip.directory / answer.name
    alone.write_bytes(answer.read_bytes())
    fine(trip.ctl("witness", "take", str(alone)))


def test_what_is_no_good_is_said(trip: Trip) -> None:
    request = trip.request()
    row = trip.answer(request)
    assert row.code == 1 and row.one["status"] == 404 and row.one["answer"] is None
    assert "admit" in row.one["said"]
    trip.admit()
    bad = trip.stick / "bad.add-checkpoint"
    bad.write_text("nothing")
    ran = trip.answer(request, bad)
    assert ran.code == 1 and [one["status"] for one in ran.rows] == [200, 400]
    half = trip.stick / "half.cosignatures"
    half.write_bytes(Path(ran.rows[0]["answer"]).read_bytes()[:30])
    found = trip.ctl("witness", "take", str(half))
    assert found.code == 1 and "refused" in found.out
    failed(trip.ctl("witness", "take", str(trip.stick / "absent")), 1, "cannot be read")
    failed(trip.ctl("witness", "take", str(trip.stick)), 1, "is no file")
    failed(trip.answer(trip.stick / "absent"), 1, "cannot be read")


def test_a_witness_that_is_elsewhere_is_met_again(trip: Trip) -> None:
    trip.admit()
    request = trip.request()
    fine(trip.answer(request))  # and its answer is lost
    trip.room.order()
    row = trip.answer(trip.request("--old", "0"))
    assert row.code == 1 and row.one["status"] == 409
    taken = fine(trip.ctl("witness", "take", row.one["answer"], "--json")).one
    assert [one["verdict"] for one in taken["rows"]] == ["cosigned"]
    trip.cosigned()
    # A bare size, as a witness on a network answers, proves nothing but says where to go on.
    bare = trip.stick / "bare.cosignatures"
    bare.write_text("3\n")
    ran = trip.ctl("witness", "take", str(bare))
    assert ran.code == 1 and "--old 3" in ran.out


def test_a_contradiction_is_loud(trip: Trip) -> None:
    trip.admit()
    trip.room.stage.house.journal.fold()
    image = trip.directory / "image"
    shutil.copytree(trip.room.state_dir, image, ignore=shutil.ignore_patterns("control.sock"))
    trip.room.order()
    trip.cosigned()
    trip.room.stage.world.power(False)
    for one in ("journal.db", "journal.db-wal", "journal.db-shm"):
        (trip.room.state_dir / one).unlink(missing_ok=True)
    shutil.copy(image / "journal.db", trip.room.state_dir / "journal.db")
    trip.room.stage.world.power(True)
    row = trip.answer(trip.request("--old", "0"))
    assert row.code == 1 and row.one["status"] == 409
    ran = trip.ctl("witness", "take", row.one["answer"])
    assert ran.code == 1
    for words in ("contradicts", "was closed", "rl-07/2", "every compartment"):
        assert words in ran.out
    assert fine(trip.ctl("status", "--json")).one["epoch"] == 2
    assert trip.ctl("journal", "verify").code == 0


def test_an_answer_waits_for_the_daemon(trip: Trip) -> None:
    trip.admit()
    answer = fine(trip.answer(trip.request())).one["answer"]
    trip.room.server.stop()
    ran = fine(trip.ctl("witness", "take", answer))
    assert "next start" in ran.err
    assert fine(trip.ctl("witness", "take", answer, "--json")).one["waiting"] == 1
    trip.room.stage.world.power(False)
    trip.room.stage.world.power(True)
    assert len(trip.room.stage.house.journal.newest_cosignatures()) == 1


def test_without_a_daemon_witnesses_are_given(trip: Trip) -> None:
    trip.room.server.stop()
    failed(trip.ctl("witness", "request", "--out", str(trip.stick)), 2, "--witness FILE")
    vkeys = trip.directory / "witnesses"
    vkeys.write_text(f"{trip.signer.key.vkey}\n\n{EXAMPLE_WITNESS}\n")
    ran = fine(trip.ctl("witness", "request", "--witness", str(vkeys), "--json"))
    assert [one["witness"] for one in ran.rows] == [NAME, "witness.example"]
    assert all(Path(one["file"]).parent.name == "out" for one in ran.rows)
    vkeys.write_text("x\n")
    failed(trip.ctl("witness", "request", "--witness", str(vkeys)), 1, "verifier key")
    failed(trip.ctl("--state", str(trip.stick), "witness", "take", str(vkeys)), 1, "no journal")


def test_nobody_cosigned_yet(trip: Trip) -> None:
    ran = trip.ctl("witness", "list")
    assert ran.code == 1 and NAME in ran.out


# -- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "kind"), [("witness", note.COSIGNATURE), ("certificate", 1)])
def test_a_key_pair_is_made_once(trip: Trip, group: str, kind: int) -> None:
    file = trip.directory / "new.key"
    ran = fine(trip.ctl(group, "keygen", "--name", "new.example", "--key", str(file)))
    key = note.parse_vkey(ran.out.strip())
    assert key.kind == kind and "PRIVATE" not in ran.out + ran.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert note.parse_signing_key(file.read_text(), kind).key == key
    failed(
        trip.ctl(group, "keygen", "--name", "new.example", "--key", str(file)), 1, "there already"
    )
    failed(trip.ctl(group, "keygen", "--name", "a b", "--key", "x"), 2, "without spaces")
    assert fine(trip.ctl(group, "keygen", "--name", "c", "--key", str(file) + "2", "--json")).one[
        "vkey"
    ]


def test_a_key_for_something_else_is_refused(trip: Trip) -> None:
    trip.admit()
    request = trip.request()
    trip.key.write_text(note.SigningKey(NAME, b"x" * 32).secret_text)
    failed(trip.answer(request), 1, "not a witness's")
    trip.key.write_bytes(b"\xff")
    failed(trip.answer(request), 1, "not text")
    trip.key.write_text(trip.signer.secret_text)
    trip.key.chmod(0o644)
    failed(trip.answer(request), 1, "chmod 600")
    trip.key.chmod(0o600)
    fine(trip.answer(request))


def test_a_clock_that_was_never_set_signs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from lockerd.cli.tool import Stopped

    monkeypatch.setattr(time, "time", lambda: 1_000.0)
    with pytest.raises(Stopped, match="not set"):
        keys.now_s()
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.5)
    assert keys.now_s() == 1_800_000_000


# -- certificates ---------------------------------------------------------------------------------


class Owner:
    """The owner's laptop."""

    def __init__(self, trip: Trip) -> None:
        self.trip = trip
        self.key, self.vkey = trip.directory / "owner.key", trip.directory / "owner.vkey"
        made = fine(
            trip.ctl("certificate", "keygen", "--name", "owner.example", "--key", self.path)
        )
        self.vkey.write_text(made.out)

    @property
    def path(self) -> str:
        return str(self.key)

    def certify(self, *words: str) -> Path:
        out = self.trip.directory / "made.note"
        fine(self.trip.ctl("certificate", "make", "--key", self.path, "--out", str(out), *words))
        return out


def test_the_owners_word_replaces_the_devices_key(trip: Trip) -> None:
    owner = Owner(trip)
    made = owner.certify()
    printed = fine(trip.ctl("certificate", "make", "--key", owner.path)).out
    assert printed.startswith(cert.HEADER)
    given = ("--owner", str(owner.vkey))
    failed(trip.ctl("journal", "verify", *given), 1, "holds no certificate")
    assert trip.ctl("certificate", "show", *given).code == 1
    out = fine(trip.ctl("certificate", "install", str(made), *given)).out
    assert "owner.example" in out and "rl-07/1" in out
    shown = fine(trip.ctl("certificate", "show", *given, "--json")).one
    assert shown["vkey"] == (trip.room.state_dir / "vkey").read_text().strip()
    verdict = fine(trip.ctl("journal", "verify", *given, "--json")).one
    assert verdict["certified_by"] == "owner.example"
    assert not any("key comes from the journal" in one for one in verdict["warnings"])
    assert "key certified by" in fine(trip.ctl("journal", "verify", *given)).out
    # It goes with an export, and whoever has the owner's key needs no other.
    away = trip.directory / "export"
    fine(trip.ctl("journal", "export", str(away)))
    (away / "vkey").unlink()
    fine(trip.ctl("journal", "verify", str(away), *given))
    fine(trip.ctl("certificate", "show", str(away), *given))


def test_a_certificate_that_is_not_for_here_is_not_installed(trip: Trip) -> None:
    owner = Owner(trip)
    other = trip.directory / "other.vkey"
    other.write_text(note.SigningKey("lockerd.example/rl-08/1", b"x" * 32).vkey)
    given = ("--owner", str(owner.vkey))
    made = owner.certify("--vkey", str(other))
    failed(trip.ctl("certificate", "install", str(made), *given), 1, "another key")
    failed(trip.ctl("certificate", "install", str(made), "--owner", str(other)), 1, "the owner's")
    assert not (trip.room.state_dir / cert.FILE).exists()
    (trip.room.state_dir / cert.FILE).write_bytes(b"\xff")
    failed(trip.ctl("certificate", "show", *given), 1, "put it there again")
    failed(trip.ctl("journal", "verify", *given), 1, "put it there again")
    fine(trip.ctl("certificate", "install", str(owner.certify()), *given))
    fine(trip.ctl("journal", "verify", *given))
    words = ("journal", "verify", *given, "--vkey", str(other))
    failed(trip.ctl(*words), 1, "another key than --vkey")
    empty = trip.directory / "empty"
    empty.mkdir()
    ran = trip.ctl("--state", str(empty), "certificate", "make", "--key", owner.path)
    failed(ran, 2, "--vkey FILE")
    other.write_text(trip.signer.key.vkey)
    ran = trip.ctl("certificate", "make", "--key", owner.path, "--vkey", str(other))
    failed(ran, 1, "witness's key")


def test_a_forged_journal_with_its_own_key_is_no_match(trip: Trip) -> None:
    """The twin of `verify` without an owner, which warns and passes."""
    owner = Owner(trip)
    fine(trip.ctl("certificate", "install", str(owner.certify()), "--owner", str(owner.vkey)))
    forged = DeskRoom(trip.directory / "forged", seed=2)
    forged.close()
    shutil.copy(trip.room.state_dir / cert.FILE, trip.directory / "forged" / cert.FILE)
    words = ("--state", str(trip.directory / "forged"), "journal", "verify", "--json")
    assert fine(trip.ctl(*words)).one["verdict"] == "VERIFIED_UNWITNESSED"
    ran = trip.ctl(*words, "--owner", str(owner.vkey))
    assert ran.code == 1 and ran.one["verdict"] == "INVALID"


def test_what_root_lays_down_is_the_daemons(trip: Trip) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    trip.admit()
    answer = fine(trip.answer(trip.request())).one["answer"]
    trip.room.server.stop()
    os.chown(trip.room.state_dir, 4242, 4242)
    fine(trip.ctl("witness", "take", answer))
    made = [trip.room.state_dir / "spool", *(trip.room.state_dir / "spool").rglob("*")]
    assert {one.stat().st_uid for one in made} == {4242} and len(made) == 3
