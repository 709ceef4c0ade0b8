"""The checker of consistency proofs that is no part of the program: openssl and a shell."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from journal_kit import NAME, large

from lockerd.journal import note, tlog, witness
from lockerd.journal.store import Store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Every size of it has a seal that the test makes itself, with the log's key."""
    with large(tmp_path_factory.mktemp("journal"), 600) as store:
        yield store


def sealed(store: Store, size: int) -> str:
    """A head of this log, signed as the device signs it."""
    root = tlog.frontier_at(store.hashes, size).root()
    head = note.Checkpoint(store.origin, size, root)
    key = note.parse_vkey(store.vkey)
    seal = store._signer.sign(head.text.encode())
    return note.Note(head.text, (note.Signature(key.name, key.key_id, seal),)).full


def proven(store: Store, old: int, new: int) -> str:
    steps = tuple(tlog.consistency_proof(store.hashes, old, new))
    return witness.Request(old, steps, sealed(store, new)).text


def judged(room: Path, vkey: str, old: str, request: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    files = {"vkey": f"{vkey}\n", "old": old, "request": request}
    for name, text in files.items():
        (room / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    script = ["sh", str(ROOT / "scripts" / "verify-consistency.sh"), *files]
    return subprocess.run(script, cwd=room, capture_output=True, text=True, check=False)


PAIRS = ((1, 2), (1, 600), (2, 3), (3, 7), (4, 7), (6, 8), (7, 8), (255, 256), (256, 257))
PAIRS += ((257, 600), (511, 513), (512, 600), (599, 600), (600, 600))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_log_that_grew_is_the_same_log(
    journal: Store, tmp_path: Path, old: int, new: int
) -> None:
    done = judged(tmp_path, journal.vkey, sealed(journal, old), proven(journal, old, new))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"VERIFIED: the first {old} of {new} entries of {NAME}/1 ")


def test_what_a_running_cabinet_writes_is_taken(journal: Store, tmp_path: Path) -> None:
    done = judged(tmp_path, journal.vkey, sealed(journal, 44), witness.ask(journal, 44).text)
    assert done.returncode == 0, done.stderr


def test_nothing_else_is_taken(journal: Store, tmp_path: Path) -> None:
    """Each hash and line in turn, and heads that do not belong together."""
    vkey, old, whole = journal.vkey, sealed(journal, 6), proven(journal, 6, 11)
    chance = random.Random(6)
    assert judged(tmp_path, vkey, old, whole).returncode == 0
    lines = whole.split("\n")
    wrong: list[tuple[str, str]] = []
    for at, line in enumerate(lines):
        if line:
            place = chance.randrange(len(line))
            other = "A" if line[place] != "A" else "B"
            changed = line[:place] + other + line[place + 1 :]
            wrong.append((old, "\n".join([*lines[:at], changed, *lines[at + 1 :]])))
        if 0 < at < lines.index(""):
            wrong.append((old, "\n".join([*lines[:at], *lines[at + 1 :]])))
            wrong.append((old, "\n".join([*lines[:at], line, *lines[at:]])))
    wrong.append((sealed(journal, 5), whole))
    wrong.append((sealed(journal, 11), proven(journal, 6, 6)))
    wrong.append((sealed(journal, 6).replace("\n6\n", "\n7\n"), whole))
    with large(tmp_path / "other", 600, seed=9) as fork:
        wrong.append((sealed(fork, 6).replace(fork.vkey, vkey), whole))
    for kept, request in wrong:
        done = judged(tmp_path, vkey, kept, request)
        assert done.returncode == 1 and done.stderr.startswith("NOT VERIFIED"), request
    stranger = note.SigningKey(f"{NAME}/1", b"\7" * 32).vkey
    assert judged(tmp_path, stranger, old, whole).returncode == 1


def test_two_heads_of_one_size_are_two_histories(journal: Store, tmp_path: Path) -> None:
    """The same key signed both: the proof of a rewritten log."""
    head = note.Checkpoint(journal.origin, 600, b"\1" * 32)
    key = note.parse_vkey(journal.vkey)
    seal = journal._signer.sign(head.text.encode())
    other = note.Note(head.text, (note.Signature(key.name, key.key_id, seal),)).full
    done = judged(tmp_path, journal.vkey, other, proven(journal, 600, 600))
    assert done.returncode == 1 and "two histories" in done.stderr


def test_the_order_of_arguments_is_said(tmp_path: Path) -> None:
    script = ["sh", str(ROOT / "scripts" / "verify-consistency.sh"), "vkey"]
    done = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "VKEY-FILE OLD-CHECKPOINT REQUEST" in done.stderr
