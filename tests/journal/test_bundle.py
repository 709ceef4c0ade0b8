"""A case bundle in the hands of somebody who has the device's key and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from journal_kit import NAME, START_MS, again, genesis, moment, seeded, started
from test_casefile import ADA, BOB, bundle, fill, page_of

from lockerd.core import events as ev
from lockerd.journal import casefile, epochs
from lockerd.journal.bundle import judge
from lockerd.journal.casefile import Wanted
from lockerd.journal.note import b64
from lockerd.journal.proof import ReceiptError


@pytest.fixture
def state(tmp_path: Path) -> Path:
    with started(tmp_path / "state") as store:
        fill(store)
    return tmp_path / "state"


def test_it_is_proven_whole(state: Path) -> None:
    case, out = bundle(state, Wanted(ho=ADA))
    (part,), unproven = judge(out, (out / "vkey").read_text().strip())
    assert part.receipts == len(list(case.entries())) and part.disclosed == 5
    assert (part.origin, part.size, unproven) == (case.parts[0].origin, case.parts[0].size, ())


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def last(out: Path) -> Path:
    return sorted((out / "events").iterdir())[-1]


def rename(out: Path) -> None:
    last(out).rename(out / "events" / "00000003-door.forced.tlog-proof")


def another_head(out: Path) -> None:
    """The receipt of a log that grew: true, and not of this bundle."""
    with again(out.parent / "state") as store:
        store.append([ev.DoorForced(unit="5")], moment(200))
    longer = bundle_again(out.parent / "state", out.parent / "longer")
    shutil.copy(last(longer), last(out))


def bundle_again(state: Path, out: Path) -> Path:
    case = casefile.collect(state, Wanted(ho=ADA))
    casefile.write(state, case, out, page_of(case))
    return out


def other_name(out: Path) -> None:
    """A true disclosure, said to be of another entry."""
    file = out / "disclosures.jsonl"
    first, *rest = file.read_text().splitlines(keepends=True)
    idx = first.split(":")[1].split(",")[0]
    file.write_text(first.replace(f":{idx},", ":3,", 1) + "".join(rest))


HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a receipt": (lambda out: flip(last(out)), "events/"),
    "a renamed receipt": (rename, "is of"),
    "a receipt under another head": (another_head, "another head"),
    "the head": (lambda out: flip(out / "checkpoint"), "checkpoint"),
    "a name": (other_name, "of no entry"),
    "a changed name": (lambda out: flip(out / "disclosures.jsonl"), "of no entry"),
    "something else": (lambda out: (out / "events" / "note.txt").write_text("x"), "no receipt"),
    "no receipts": (lambda out: shutil.rmtree(out / "events"), "cannot be read"),
    "no head": (lambda out: (out / "checkpoint").unlink(), "case export"),
}


@pytest.mark.parametrize("what", HARMS)
def test_whatever_was_changed_is_refused(what: str, state: Path) -> None:
    _, out = bundle(state, Wanted(ho=ADA))
    harm, words = HARMS[what]
    vkey = (out / "vkey").read_text().strip()
    assert judge(out, vkey).parts, "the twin"
    harm(out)
    with pytest.raises(ReceiptError, match=words):
        judge(out, vkey)


def test_another_key_proves_nothing(state: Path, tmp_path: Path) -> None:
    _, out = bundle(state, Wanted(ho=ADA))
    with started(tmp_path / "other", seed=9) as store:
        other = store.vkey
    with pytest.raises(ReceiptError, match="checkpoint"):
        judge(out, other)


def test_the_log_before_needs_no_key_of_its_own(state: Path) -> None:
    with again(state) as store:
        store.append([ev.LogFrozen(reason="a test")], moment(200))
        old = store.head()
    epochs.next_epoch(state, NAME, seeded(5))
    with again(state) as store:
        first = genesis(store).but(
            previous=old.origin, previous_size=old.size, previous_root=b64(old.root)
        )
        carried = ev.OrderCarried(
            ho=BOB,
            profile="evidence",
            size="S",
            opens=START_MS,
            closes=START_MS + 9,
            recipient_no="b",
            item_no="b",
            recipient="Bob",
        )
        store.append([first, carried], moment(201))
    _, out = bundle(state, Wanted(ho=BOB))
    vkey = (out / "vkey").read_text().strip()
    parts, unproven = judge(out, vkey)
    assert [one.origin for one in parts] == [f"{NAME}/2", f"{NAME}/1"] and unproven == ()
    assert parts[1].size == old.size
    (out / "epoch-1").rename(out / "epoch-7")
    parts, unproven = judge(out, vkey)
    assert [one.origin for one in parts] == [f"{NAME}/2"] and unproven == ("epoch-7",)
    alone = judge(out / "epoch-7", (out / "epoch-7" / "vkey").read_text().strip())
    assert [one.origin for one in alone.parts] == [f"{NAME}/1"]
