"""Receipts: they hold for every entry, and no damaged one does; with our code and with openssl."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journal_kit import NAME, filled, large, moment, samples, started

from lockerd.core import events as ev
from lockerd.journal import leaf as lf
from lockerd.journal import note, proof, tlog
from lockerd.journal.errors import NoSuchEntry
from lockerd.journal.store import Store

ROOT = Path(__file__).parents[2]
SENTENCE = "RL07-4K2M: collected from locker A1, 2026-01-01 10:14."


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with large(tmp_path_factory.mktemp("journal"), 600) as store:
        yield store


def test_every_entry_has_a_receipt(journal: Store) -> None:
    for idx in range(journal.size):
        facts = proof.check(proof.receipt(journal, idx), journal.vkey)
        assert (facts.index, facts.size, facts.origin) == (idx, 600, f"{NAME}/1")
        entry = journal.entry(idx)
        assert (facts.leaf, facts.event, facts.time) == (journal.leaf(idx), entry.event, entry.now)
        assert facts.disclosed == journal.disclosed(idx)
        assert facts.withheld == 0
        short = proof.check_short(proof.short(journal, idx, SENTENCE), journal.vkey)
        assert (short.sentence, short.index, short.size) == (SENTENCE, idx, 600)
        assert short.leaf_hash == tlog.leaf_hash(facts.leaf)


def test_the_first_receipt_of_a_log(tmp_path: Path) -> None:
    with started(tmp_path) as store:
        assert proof.check(proof.receipt(store, 0), store.vkey).size == 1
        assert proof.check_short(proof.short(store, 0, SENTENCE), store.vkey).path == ()
        with pytest.raises(NoSuchEntry):
            proof.receipt(store, 1)


def test_an_old_receipt_holds_while_the_log_grows(tmp_path: Path) -> None:
    with filled(tmp_path, 30) as store:
        text = proof.receipt(store, 7)
        old = store.head()
        store.append([ev.DoorClosed(unit="A1")] * 500, moment(99))
        assert proof.check(text, store.vkey).size == 30
        growth = tlog.consistency_proof(store.hashes, 30, store.size)
        tlog.check_consistency(30, store.size, old.root, store.head().root, growth)


def test_names_can_be_withheld(journal: Store) -> None:
    text = proof.receipt(journal, 1, disclose=False)
    facts = proof.check(text, journal.vkey)
    assert (facts.disclosed, facts.withheld) == ({}, 2)
    full = proof.parse_proof(proof.receipt(journal, 1))
    assert full.extra is not None
    leaf, first, _ = full.extra.split(b"\n")
    part = proof.Proof(leaf + b"\n" + first, full.index, full.path, full.checkpoint)
    facts = proof.check(part.text, journal.vkey)
    assert (len(facts.disclosed), facts.withheld) == (1, 1)


def test_a_receipt_is_a_tlog_proof(journal: Store) -> None:
    lines = proof.receipt(journal, 1).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ") and lines[2] == "index 1"
    assert len(lines[3:]) - lines[3:].index("") == 7  # blank, three lines, blank, signature, end
    text = proof.receipt(journal, 1)
    assert proof.parse_proof(text).text == text


def test_a_witness_is_named(journal: Store) -> None:
    parts = proof.parse_proof(proof.receipt(journal, 1))
    signer = note.SigningKey("witness.example/w1", b"\2" * 32)
    text = note.parse_note(parts.checkpoint).text
    key, line = note.cosign(text, signer, 1_767_225_600)
    both = proof.Proof(parts.extra, 1, parts.path, parts.checkpoint + line.line).text
    assert proof.check(both, journal.vkey).witnessed == ()
    assert proof.check(both, journal.vkey, [key]).witnessed == ("witness.example/w1",)
    alone = proof.Proof(parts.extra, 1, parts.path, f"{text}\n{line.line}").text
    with pytest.raises(proof.ReceiptError):
        proof.check(alone, journal.vkey)
    with pytest.raises(proof.ReceiptError, match="itself did not sign"):
        proof.check(alone, journal.vkey, [key])


def test_no_flipped_bit_of_a_receipt_survives(journal: Store) -> None:
    data = proof.receipt(journal, 1).encode()
    for at in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[at // 8] ^= 1 << at % 8
        with pytest.raises(proof.ReceiptError):
            proof.check(damaged.decode("utf-8", "surrogateescape"), journal.vkey)
    assert proof.check(data.decode(), journal.vkey).index == 1


def test_no_flipped_bit_of_a_code_survives(journal: Store) -> None:
    text = proof.short(journal, 1, SENTENCE)
    data, signed = text.encode(), text.index("\n")
    for at in range(signed * 8, len(data) * 8):
        damaged = bytearray(data)
        damaged[at // 8] ^= 1 << at % 8
        with pytest.raises(proof.ReceiptError):
            proof.check_short(damaged.decode("utf-8", "surrogateescape"), journal.vkey)
    assert proof.check_short(text, journal.vkey).index == 1


def edits(text: str) -> Iterator[str]:
    lines = text.split("\n")
    yield ""
    yield text.removesuffix("\n")
    yield text + "\n"
    yield text.replace("@v1", "@v2")
    yield text.replace("index 1\n", "index 01\n")
    yield text.replace("index 1\n", "index 3\n")
    yield text.replace("index 1\n", "")
    yield "\n".join([lines[0], *lines[2:]])  # without extra
    yield "\n".join([*lines[:3], *lines[4:]])  # a hash missing
    yield "\n".join([*lines[:4], lines[3], *lines[4:]])  # a hash too many
    yield "\n".join([*lines[:3], lines[4], lines[3], *lines[5:]])  # two swapped
    yield "\n".join([*lines[:3], *[lines[3]] * 64, *lines[4:]])
    yield text.replace("\n", "\r\n")
    yield text.replace("\n600\n", "\n601\n")
    yield "x" * (1 << 20) + text


def test_edited_receipts_are_refused(journal: Store) -> None:
    text = proof.receipt(journal, 1)
    for edited in edits(text):
        assert edited != text
        with pytest.raises(proof.ReceiptError):
            proof.check(edited, journal.vkey)


def test_extra_is_not_believed(journal: Store) -> None:
    parts, other = (proof.parse_proof(proof.receipt(journal, n)) for n in (1, 6))
    assert parts.extra is not None and other.extra is not None
    stolen = parts.extra.split(b"\n")[0] + b"\n" + other.extra.split(b"\n")[1]
    forged = lf.disclose("recipient", "Someone", b"\5" * 16).text.encode()
    for extra in (
        other.extra,
        stolen,
        parts.extra.split(b"\n")[0] + b"\n" + forged,
        parts.extra + b"\n",
        parts.extra + b"\n\xff",
        parts.extra + b"\n" + parts.extra.split(b"\n")[1],
        b"",
    ):
        damaged = proof.Proof(extra, parts.index, parts.path, parts.checkpoint)
        with pytest.raises(proof.ReceiptError):
            proof.check(damaged.text, journal.vkey)


def test_a_key_of_another_device_does_not_check_it(journal: Store) -> None:
    other = note.SigningKey(f"{NAME}/1", b"\7" * 32)
    foreign = note.SigningKey("lockerd.example/rl08/1", b"\7" * 32)
    for vkey in (other.vkey, foreign.vkey, "no key"):
        with pytest.raises(proof.ReceiptError):
            proof.check(proof.receipt(journal, 1), vkey)
        with pytest.raises(proof.ReceiptError):
            proof.check_short(proof.short(journal, 1, SENTENCE), vkey)


def test_a_head_of_another_log_by_the_same_key_is_refused(journal: Store) -> None:
    signer = note.SigningKey("lockerd.example/rl08/1", b"\7" * 32)
    leaf = lf.make(ev.DoorClosed(unit="A1"), moment(), 0, lambda n: bytes(n)).leaf
    root = tlog.leaf_hash(leaf)
    text = note.Checkpoint("lockerd.example/rl09/1", 1, root).text
    forged = proof.Proof(leaf, 0, (), note.sign_note(text, signer).full)
    with pytest.raises(proof.ReceiptError, match="rl09"):
        proof.check(forged.text, signer.vkey)
    moved = lf.make(ev.DoorClosed(unit="A1"), moment(), 5, lambda n: bytes(n)).leaf
    text = note.Checkpoint("lockerd.example/rl08/1", 1, tlog.leaf_hash(moved)).text
    forged = proof.Proof(moved, 0, (), note.sign_note(text, signer).full)
    with pytest.raises(proof.ReceiptError, match="another index"):
        proof.check(forged.text, signer.vkey)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("LR1", "LR2"),
        lambda t: t.replace("\n", " "),
        lambda t: t.split("\n")[1],
        lambda t: "\n" + t.split("\n")[1],
        lambda t: t + " ",
        lambda t: t + "=",
        lambda t: t + "\n",
        lambda t: t[:-43],
        lambda t: t.replace(" 1 600 ", " 1 601 "),
        lambda t: t.replace(" 1 600 ", " 2 600 "),
        lambda t: t.replace(" 1 600 ", " 01 600 "),
        lambda t: t.replace(" 1 600 ", " 600 600 "),
        lambda t: t.replace("rl07", "rl08"),
        lambda t: t + "A" * 9000,
    ],
)
def test_edited_codes_are_refused(journal: Store, change: Callable[[str], str]) -> None:
    text = proof.short(journal, 1, SENTENCE)
    assert change(text) != text
    with pytest.raises(proof.ReceiptError):
        proof.check_short(change(text), journal.vkey)


def test_a_sentence_is_one_line(journal: Store) -> None:
    for sentence in ("", "two\nlines", "x" * 401):
        with pytest.raises(proof.ReceiptError, match="one line"):
            proof.short(journal, 1, sentence)
    swapped = proof.short(journal, 1, SENTENCE).replace("collected", "returned")
    assert proof.check_short(swapped, journal.vkey).index == 1  # it is not signed; the entry is


def test_sizes(journal: Store) -> None:
    """At 600 entries; a path grows by 45 (32 in the code: 43) characters when the log doubles."""
    text = proof.receipt(journal, 1)
    parts = proof.parse_proof(text)
    assert parts.extra is not None
    assert len(text) - len(note.b64(parts.extra)) < 800
    assert len(proof.short(journal, 1, SENTENCE)) < 700


# -- without this program -----------------------------------------------------------------------


def by_openssl(vkey: Path, receipt: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return subprocess.run(
        ["sh", str(ROOT / "scripts/verify-receipt.sh"), str(vkey), str(receipt)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_openssl_agrees(journal: Store, tmp_path: Path) -> None:
    (tmp_path / "vkey").write_text(journal.vkey + "\n")
    for idx in (0, 1, 255, 256, 511, 512, 598, 599):
        (tmp_path / "receipt").write_text(proof.receipt(journal, idx))
        done = by_openssl(tmp_path / "vkey", tmp_path / "receipt")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"VERIFIED: entry {idx} of 600 in {NAME}/1\n")
        assert journal.leaf(idx).decode() in done.stdout
        for value in journal.disclosed(idx).values():
            assert value in done.stdout


def test_openssl_refuses_what_we_refuse(journal: Store, tmp_path: Path) -> None:
    (tmp_path / "vkey").write_text(journal.vkey + "\n")
    text = proof.receipt(journal, 1)
    parts = proof.parse_proof(text)
    assert parts.extra is not None
    other = proof.parse_proof(proof.receipt(journal, 6))
    pick = random.Random(8)
    damaged = [one for one in edits(text) if len(one) < 100_000 and one != text + "\n"]
    damaged.append(proof.Proof(other.extra, 1, parts.path, parts.checkpoint).text)
    forged = lf.disclose("recipient", "Someone", b"\5" * 16).text.encode()
    damaged.append(proof.Proof(parts.extra + b"\n" + forged, 1, parts.path, parts.checkpoint).text)
    for _ in range(20):
        at = pick.randrange(len(text))
        new = chr(ord(text[at]) ^ 1 << pick.randrange(5))
        damaged.append(text[:at] + new + text[at + 1 :])
    for one in damaged:
        (tmp_path / "receipt").write_bytes(one.encode())
        done = by_openssl(tmp_path / "vkey", tmp_path / "receipt")
        assert done.returncode == 1, one
        assert done.stderr.startswith("NOT VERIFIED"), done.stderr
    (tmp_path / "receipt").write_text(text)
    assert by_openssl(tmp_path / "vkey", tmp_path / "receipt").returncode == 0
    (tmp_path / "vkey").write_text(note.SigningKey(f"{NAME}/1", b"\7" * 32).vkey)
    assert by_openssl(tmp_path / "vkey", tmp_path / "receipt").returncode == 1
    assert by_openssl(tmp_path / "vkey", tmp_path / "nothing").returncode == 2


def test_samples_disclose() -> None:
    assert next(samples()).DISCLOSED  # or the tests above would show nothing
