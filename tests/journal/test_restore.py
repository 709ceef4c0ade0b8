"""Restoring: what is refused, what the new log says, and a cut at every step of making it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from restore_kit import OPERATOR, Cabinet, chance, later

from lockerd.core import messages as msg
from lockerd.core.events import Actor, LogGenesis
from lockerd.core.replay import replay
from lockerd.core.snapshot import dump
from lockerd.journal import begin, note
from lockerd.journal import keys as ks
from lockerd.journal import restore as room
from lockerd.journal.errors import JournalLost, KeyExposed
from lockerd.journal.export import export
from lockerd.journal.reader import DATABASE, Reader
from lockerd.journal.recover import NotRestorable, Recovered, recover
from lockerd.journal.restore import Badge, Order, restore
from lockerd.journal.salvage import salvage
from lockerd.journal.store import Store
from lockerd.journal.verify import verify
from lockerd.simulation.hands import Hands
from lockerd.vault import KDF_N_SIMULATION, Vault

NAME = "lockerd.example/rl-07"
DUE = Order(by="1", reason="the card died")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Cabinet:
    """A cabinet whose power was cut; its card is still there."""
    made = Cabinet(tmp_path_factory.mktemp("old"))
    made.cut()
    return made


@pytest.fixture(scope="module")
def found(old: Cabinet) -> Recovered:
    return recover(old.copy_file, old.vkey)


def made(found: Recovered, state: Path, order: Order = DUE) -> room.Restored:
    return restore(found, state, order, later(found.last), chance(1), "0.1.0")


def entries(state: Path) -> list[str]:
    with Reader.read(state) as journal:
        return [one.event.TYPE for one in journal.entries()]


# -- what the new log says ------------------------------------------------------------------------


def test_the_new_log_names_the_old_head_and_who_ordered_it(
    old: Cabinet, found: Recovered, tmp_path: Path
) -> None:
    done = made(found, tmp_path / "new")
    with Reader.read(old.card) as before, Reader.read(tmp_path / "new") as after:
        head = before.head()
        genesis = after.entry(0).event
        assert isinstance(genesis, LogGenesis)
        assert (genesis.origin, genesis.vkey) == (f"{NAME}/2", done.vkey) == (
            after.origin, after.vkey,
        )  # fmt: skip
        assert (genesis.previous, genesis.previous_size) == (f"{NAME}/1", head.size)
        assert genesis.previous_root == note.b64(head.root)
        state = replay(before.entries())
        assert genesis.recovered == sha256(dump(state)).hexdigest(), "anyone can make it again"
        assert genesis.actor == Actor("operator", "1")
        assert genesis.why == (
            f"restored by staff 1: the card died; what followed entry {head.size - 1} is not known"
        )
        assert after.prev is not None
        signed, _ = note.open_note(after.prev, [note.parse_vkey(old.vkey)])
        assert note.parse_checkpoint(signed.text) == head
        assert replay(after.entries()).duty == "fresh", "it stands alone"
        assert after.verifiers() == []
    assert verify(tmp_path / "new", done.vkey, replay=replay).good
    assert sorted(one.name for one in (tmp_path / "new").iterdir()) == [
        DATABASE, "keys", "lock", "vkey",
    ]  # fmt: skip
    assert (tmp_path / "new" / "keys" / "log.key").stat().st_mode & 0o777 == 0o600


def test_the_same_source_gives_the_same_log(found: Recovered, tmp_path: Path) -> None:
    made(found, tmp_path / "a")
    made(found, tmp_path / "b")
    with Reader.read(tmp_path / "a") as one, Reader.read(tmp_path / "b") as two:
        assert list(one.leaves()) == list(two.leaves())


def test_an_epoch_can_follow_a_restored_one(old: Cabinet, found: Recovered, tmp_path: Path) -> None:
    done = made(found, tmp_path / "two")
    again = recover(tmp_path / "two", done.vkey)
    third = made(again, tmp_path / "three")
    assert third.origin == f"{NAME}/3"
    with Reader.read(tmp_path / "three") as journal:
        genesis = journal.entry(0).event
        assert isinstance(genesis, LogGenesis) and genesis.previous == f"{NAME}/2"
    with Reader.read(tmp_path / "two") as two, Reader.read(tmp_path / "three") as three:
        kept = [one.event for one in two.entries(1)]
        assert [one.event for one in three.entries(1)] == kept


@pytest.mark.parametrize("names", [True, False])
def test_an_export_brings_names_if_it_has_them(old: Cabinet, tmp_path: Path, names: bool) -> None:
    with Reader.read(old.card) as journal:
        export(journal, tmp_path / "out", disclose=names)
    made(recover(tmp_path / "out", old.vkey), tmp_path / "new")
    with Reader.read(tmp_path / "new") as journal:
        said = {value for idx in range(journal.size) for value in journal.disclosed(idx).values()}
    wanted = {"Amara Osei", "A. Later", "B. Waits", "C. Waits", "Deed", "Parcel"}
    assert (said >= wanted) if names else not said
    assert "D. Came" not in said, "a finished handover is not taken along"


def test_from_the_old_card_itself(old: Cabinet, found: Recovered, tmp_path: Path) -> None:
    card = recover(old.card, old.vkey)
    assert (card.head, card.state) == (found.head, found.state)
    assert {one.kind for one in card.rows} == {"badge", "staff-pin", "pin", "qr"}
    assert made(card, tmp_path / "new")._replace(vkey="") == made(
        found, tmp_path / "other"
    )._replace(vkey="")


# -- badges ---------------------------------------------------------------------------------------


def test_badges_live_on_with_the_old_pepper(old: Cabinet, tmp_path: Path) -> None:
    salvage(old.card, tmp_path / "up", old.vkey)
    found = recover(tmp_path / "up", old.vkey)
    pepper = (old.card / "keys" / "pepper").read_bytes()
    order = DUE._replace(pepper=pepper, verifiers=found.rows)
    assert made(found, tmp_path / "new", order).badges == old.staff
    shutil.copy(old.card / "demonstration-staff.json", tmp_path / "new")
    stage = old.again(tmp_path / "new")
    Hands(stage).sign_in("1")
    live = [one.verifier.kind for one in stage.house.journal.verifiers()]
    assert sorted(live) == ["badge"] * old.staff + ["staff-pin"] * old.staff, (
        "no code of a recipient"
    )


def test_half_a_badge_is_none(old: Cabinet, found: Recovered, tmp_path: Path) -> None:
    rows = [one for one in recover(old.card, old.vkey).rows if one.kind != "staff-pin"]
    assert made(found, tmp_path / "new", DUE._replace(verifiers=rows)).badges == 0


def test_whoever_restores_can_get_a_badge(old: Cabinet, found: Recovered, tmp_path: Path) -> None:
    pepper = bytes(range(32))
    vault = Vault(pepper, chance(5), KDF_N_SIMULATION, lambda job: None)
    cred, text, rows = vault.badge("246810")
    done = made(found, tmp_path / "new", DUE._replace(pepper=pepper, badge=Badge(cred, rows)))
    assert (done.staff, done.badges) == (old.staff, 1)
    stage = old.again(tmp_path / "new")
    stage.world.scan(text)
    stage.run_for(500)
    stage.do(msg.CodeTyped("246810"), 500)
    assert stage.house.engine.visit.step == "staff_menu"
    # The others are enrolled again, under their own numbers; who has a badge is not.
    take = stage.house.take
    assert stage.house.engine.state.staff["2"].cred, "the simulation did so for its own people"
    no = take(msg.EnrolStaff(OPERATOR, "1", "operator", "x", (), False, "Somebody"))
    assert no.declined is not None and no.declined.why == "exists"


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"by": "2"}, "staff 2 is no operator or technician or installer"),
        ({"by": "9"}, "staff 9 is no operator"),
        ({"by": "x"}, "1 to 6 digits"),
        ({"by": "1234567"}, "1 to 6 digits"),
        ({"reason": "  "}, "give one"),
        ({"reason": "x" * 201}, "give one"),
        ({"reason": "a\nb"}, "give one"),
    ],
)
def test_who_may_not(found: Recovered, tmp_path: Path, changed: dict[str, str], words: str) -> None:
    with pytest.raises(NotRestorable, match=words):
        made(found, tmp_path / "new", DUE._replace(**changed))  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


def test_a_source_under_another_key(old: Cabinet, found: Recovered, tmp_path: Path) -> None:
    other = made(found, tmp_path / "other").vkey
    with pytest.raises(NotRestorable, match=r"INVALID.*give a source and a key that verify"):
        recover(old.card, other)


Spoil = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data.replace(b"collected", b"withdrawn", 1), None),
        (lambda data: data[:600], "INCOMPLETE"),
        (lambda data: b"x" + data, "not a journal|no journal|file is not a database|damaged"),
    ],
    ids=["one line changed", "hardly anything", "no copy"],
)
def test_a_copy_that_was_changed(
    old: Cabinet, tmp_path: Path, spoil: Spoil, words: str | None
) -> None:
    """A changed line is as good as absent: what is before it counts."""
    bad = tmp_path / old.copy_file.name
    bad.write_bytes(spoil(old.copy_file.read_bytes()))
    if words is None:
        found = recover(bad, old.vkey)
        assert 0 < found.head.size < old.size and "missing" in found.verdict.what
    else:
        with pytest.raises(NotRestorable, match=words):
            recover(bad, old.vkey)


def test_an_export_with_a_hole_has_no_excuse(old: Cabinet, tmp_path: Path) -> None:
    with Reader.read(old.card) as journal:
        export(journal, tmp_path / "out")
    (tmp_path / "out" / "tile" / "0").rename(tmp_path / "out" / "tile" / "zero")
    with pytest.raises(NotRestorable, match="INCOMPLETE"):
        recover(tmp_path / "out", old.vkey)


def test_an_older_epoch_beside_a_newer_one(old: Cabinet, tmp_path: Path) -> None:
    shutil.copytree(old.copy, tmp_path / "medium")
    (tmp_path / "medium" / "rl-07-2.copy").write_bytes(b"")
    (tmp_path / "medium" / "rl-08-9.copy").write_bytes(b"")
    with pytest.raises(NotRestorable, match=r"rl-07-2\.copy lies beside"):
        recover(tmp_path / "medium" / "rl-07-1.copy", old.vkey)


@pytest.mark.parametrize("name", [DATABASE, "keys", "anything"])
def test_only_an_empty_directory(found: Recovered, tmp_path: Path, name: str) -> None:
    (tmp_path / "new" / "lost+found").mkdir(parents=True)
    (tmp_path / "new" / name).mkdir()
    with pytest.raises(NotRestorable, match="not empty"):
        made(found, tmp_path / "new")
    (tmp_path / "new" / name).rmdir()
    assert made(found, tmp_path / "new").origin.endswith("/2"), "a fresh file system is empty"


# -- a cut at every step --------------------------------------------------------------------------


class Cut(BaseException):
    """Power went."""


STEPS: list[tuple[object, str]] = [
    (begin, "prepare"),
    (ks.FILES, "settle"),
    (room, "_fill"),
    (room, "_judge"),
    (ks, "sync_dir"),
]


@pytest.mark.parametrize(("place", "step"), STEPS, ids=[one[1] for one in STEPS])
@pytest.mark.parametrize("after", [False, True])
def test_no_daemon_begins_a_first_epoch_over_a_cut(
    found: Recovered,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: object,
    step: str,
    after: bool,
) -> None:
    """It either finds the whole of it, or refuses: there is a key and no journal."""
    honest = getattr(place, step)

    def cut(*args: object, **more: object) -> object:
        if step == "sync_dir" and not (tmp_path / "new" / DATABASE).exists():
            return honest(*args, **more)  # the one after the last rename
        if after:
            honest(*args[-1:] if step == "settle" else args, **more)
        raise Cut

    monkeypatch.setattr(type(place) if step == "settle" else place, step, cut)
    with pytest.raises(Cut):
        made(found, tmp_path / "new")
    monkeypatch.undo()
    if step == "sync_dir":
        assert "deposit.carried" in entries(tmp_path / "new")
        return
    with pytest.raises(JournalLost, match="restore it from a copy"):
        Store.open(tmp_path / "new", name=NAME, random=chance(3))
    with pytest.raises(NotRestorable, match="not empty"):
        made(found, tmp_path / "new")


# -- the command ----------------------------------------------------------------------------------


def run(*words: str) -> int:
    from lockerd.cli.control import main

    return main(words)


def test_the_commands(old: Cabinet, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vkey").write_text(old.vkey + "\n")
    (tmp_path / "pin").write_text("135790\n")
    up, vkey = str(tmp_path / "up"), str(tmp_path / "vkey")
    assert run("journal", "salvage", str(old.card), "--out", up, "--vkey", vkey, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["complete"] and report["entries"] == old.size
    assert run("journal", "salvage", str(old.card), "--out", up) == 1
    assert "is not empty; give an empty" in capsys.readouterr().err
    order = ["journal", "restore", "--from", up, "--vkey", vkey, "--by", "1", "--reason", "died"]
    new = str(tmp_path / "new")
    with pytest.raises(SystemExit) as usage:
        run(*order, "--state", new)
    assert usage.value.code == 2 and "--authorised" in capsys.readouterr().err
    badge, pin = str(tmp_path / "badge.png"), str(tmp_path / "pin")
    more = ["--authorised", "--state", new, "--badge", badge, "--pin-file", pin]
    pepper = ["--pepper", str(old.card / "keys" / "pepper")]
    assert run(*order, *more, *pepper, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["origin"], said["badges"], said["placed"]) == (f"{NAME}/2", old.staff, 2)
    assert said["kept"] == str(tmp_path / "new" / "epochs" / "1")
    assert (tmp_path / "badge.png").read_bytes()[:4] == b"\x89PNG"
    assert (tmp_path / "new" / "vkey").read_text().strip() == said["vkey"]
    assert run("journal", "verify", new) == 0
    verdict = capsys.readouterr().out
    assert "VERIFIED_UNWITNESSED" in verdict and f"{NAME}/1, {old.size} entries" in verdict
    (tmp_path / "badge.png").unlink()
    assert run(*order, *more) == 1
    assert "is not empty" in capsys.readouterr().err
    assert not (tmp_path / "badge.png").exists(), "a badge of nobody is not left behind"
    third = ["--authorised", "--state", str(tmp_path / "plain")]
    assert run(*order, *third) == 0
    shown = capsys.readouterr().out
    assert "holds the beginning of lockerd.example/rl-07/2" in shown
    assert "of whom 0 have a badge" in shown and "Give the new key" in shown


def test_an_open_pepper_is_refused(old: Cabinet, tmp_path: Path) -> None:
    open_one = tmp_path / "pepper"
    open_one.write_bytes(bytes(32))
    open_one.chmod(0o644)
    with pytest.raises(KeyExposed, match="chmod 600"):
        ks.read_secret(open_one, "the old pepper")
