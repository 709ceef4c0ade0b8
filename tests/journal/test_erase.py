"""Erasing: what there is of a person is found, deleted, and gone from every byte; or it is said."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from journal_kit import NAME, START_MS, again, genesis, large, moment, seeded, started

from lockerd.core import events as ev
from lockerd.journal import epochs, erase, proof, schema
from lockerd.journal import export as ex
from lockerd.journal import leaf as lf
from lockerd.journal.errors import EventRefused
from lockerd.journal.reader import Reader
from lockerd.journal.source import Kind
from lockerd.journal.store import Store
from lockerd.journal.verify import verify
from lockerd.ports import JournalError

ADA, BOB = "aaaa000000000001", "bbbb000000000002"


def order(
    ho: str, recipient: str, item: str = "Blue folder", reference: str = "C-77/2026"
) -> ev.Event:
    return ev.HandoverOrdered(
        actor=ev.Actor("operator", "1"),
        ho=ho,
        profile="documents",
        size="S",
        opens=START_MS,
        closes=START_MS + 3_600_000,
        recipient_no=ho[:8],
        item_no=ho[8:],
        recipient=recipient,
        item=item,
        reference=reference,
    )


def staff(number: str, name: str) -> ev.Event:
    return ev.StaffEnrolled(staff=number, role="depositor", cred=f"c{number}", name=name)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory with two handovers and a member of staff, folded and closed."""
    with started(tmp_path / "state") as store:
        store.append([order(ADA, "Ada Lovelace"), staff("7", "Charles Babbage")], moment(1))
        store.append([order(BOB, "Bob Noyce")], moment(2))
    return tmp_path / "state"


def erased(store: Store, pieces: tuple[erase.Piece, ...]) -> None:
    """What the daemon does: an entry that says so, and the rows are gone with it."""
    for at, (subject, _, entry) in enumerate(erase.by_entry(pieces)):
        gone = erase.digests(store, entry, subject)
        event = ev.PrivacyErased(subject=subject, basis="asked", digests=gone)
        store.append([event], moment(10 + at))


def left(state: Path, pieces: tuple[erase.Piece, ...]) -> list[tuple[str, str]]:
    return [(one.file, one.kind) for one in erase.remains(state, pieces).left]


# -- finding --------------------------------------------------------------------------------------


def test_everything_of_a_subject_is_found_and_nothing_else(state: Path) -> None:
    found = erase.find(state, f"ho:{ADA}")
    assert {(one.field, one.value) for one in found} == {
        ("recipient", "Ada Lovelace"),
        ("item", "Blue folder"),
        ("reference", "C-77/2026"),
    }
    assert {(one.subject, one.epoch, one.entry) for one in found} == {(f"ho:{ADA}", 1, 1)}
    (name,) = erase.find(state, "staff:7")
    assert (name.field, name.value, name.entry) == ("name", "Charles Babbage", 2)
    assert erase.find(state, "ho:cccc") == () == erase.find(state, "staff:77")


@pytest.mark.parametrize(
    "said", ["Ada Lovelace", "ADA LOVELACE", " ada lovelace ", "ada \uff4covelace"]
)
def test_a_person_is_found_in_any_case_and_width(state: Path, said: str) -> None:
    assert {one.subject for one in erase.find(state, person=said)} == {f"ho:{ADA}"}


@pytest.mark.parametrize("said", ["Ada", "Lovelace", "Blue folder", "Charles Babbage", ""])
def test_a_person_is_a_whole_recipient_and_nothing_less(state: Path, said: str) -> None:
    assert erase.find(state, person=said) == ()


def test_a_seal_and_a_signature_are_their_handovers_and_its_recipients(state: Path) -> None:
    for ho in (ADA, BOB):
        read = ev.ItemSealed(ho=ho, announced="none", seal=f"S-{ho}")
        signed = ev.CollectionSigned(ho=ho, means="received", how="drawn", strokes=f"M1 {ho}")
        with again(state) as store:
            store.append([read, signed], moment(3))
    for found in (erase.find(state, f"ho:{ADA}"), erase.find(state, person="Ada Lovelace")):
        more = [one.value for one in found if one.field in ("seal", "strokes")]
        assert more == [f"S-{ADA}", f"M1 {ADA}"]


def test_a_piece_never_shows_its_value(state: Path) -> None:
    assert "Ada" not in repr(erase.find(state)) and "V" not in repr(erase.find(state)[0])


def test_an_entry_gives_only_its_own_subject_up(state: Path) -> None:
    with Reader.read(state) as journal:
        assert len(erase.digests(journal, 1, f"ho:{ADA}")) == 3
        for idx, subject in ((1, f"ho:{BOB}"), (2, f"ho:{ADA}"), (0, "ho:"), (2, "staff:1")):
            with pytest.raises(EventRefused, match="name its own"):
                erase.digests(journal, idx, subject)


# -- deleting and searching -----------------------------------------------------------------------


def test_what_is_erased_is_in_no_byte_and_everything_still_verifies(state: Path) -> None:
    with Reader.read(state) as journal:
        receipts = [proof.receipt(journal, idx) for idx in range(journal.size)]
        vkey = journal.vkey
        ex.export(journal, state.parent / "before")
    pieces = erase.find(state, f"ho:{ADA}")
    values = {b"WyJ", *(one.text.encode() for one in pieces)}
    with again(state) as store:
        erased(store, pieces)
        assert store.fold()
        assert left(state, pieces) == []
        files = b"".join(path.read_bytes() for path, _ in erase._files(state))
        assert [one for one in values if one in files] == [b"WyJ"]  # those of Bob and staff
        assert store.disclosed(1) == {} and store.disclosed(3)["recipient"] == "Bob Noyce"
    for text in receipts:
        proof.check(text, vkey)
    for path in (state, state.parent / "before"):
        assert verify(path, vkey).good
    assert verify(state, vkey).erased == 3


def test_what_is_not_erased_yet_is_found(state: Path) -> None:
    pieces = erase.find(state, f"ho:{ADA}")
    assert left(state, pieces) == [("journal.db", "disclosure")]
    with again(state) as store:
        store.fold()
        erased(store, pieces)
        # deleted, and still there: the write-ahead log is not folded
        assert ("journal.db", "disclosure") in left(state, pieces)


@pytest.mark.parametrize("first", [b"\x00", b"\x68", b"\xd0", b"\xf8", b"\xfc"])
def test_a_copy_is_found_whatever_its_salt_begins_with(state: Path, first: bytes) -> None:
    """The salts begin with a capital, a small letter, a digit, `-` and `_`."""
    text = lf.disclose("recipient", "Ada Lovelace", first + bytes(15)).text
    piece = erase.Piece(f"ho:{ADA}", 1, 1, "recipient", "Ada Lovelace", text)
    assert left(state, (piece,)) == []
    (state / "stray").write_text(f"x{text}")
    assert left(state, (piece,)) == [("stray", "disclosure")]


def test_every_event_that_discloses_has_a_subject(state: Path) -> None:
    hidden = {one for one in ev.CATALOGUE.values() if one.DISCLOSED}
    known = {
        *(ev.HandoverOrdered, ev.HandoverReassigned, ev.OrderCarried, ev.DepositCarried),
        *(ev.ItemFound, ev.ItemSealed, ev.CollectionSigned),
        *(ev.StaffEnrolled, ev.StaffCarried, ev.ShiftHandedOver),
    }
    assert hidden == known, "say in erase.subject_of whose it is, and show here that it is found"
    actor = ev.Actor("operator", "1")
    names = {"reason": "asked", "recipient": "Joan Clarke"}
    with again(state) as store:
        store.append(
            [
                ev.HandoverReassigned(
                    actor=actor, ho=ADA, recipient_no="f" * 8, was=ADA[:8], **names
                ),
                ev.ShiftHandedOver(
                    actor=actor, to="4", open=(), more=0, occupied=0, note="Ask Joan"
                ),
            ],
            moment(3),
        )
    assert [one.entry for one in erase.find(state, person="joan clarke")] == [4]
    assert {one.value for one in erase.find(state, f"ho:{ADA}")} >= {"Ada Lovelace", "Joan Clarke"}
    assert [one.value for one in erase.find(state, "staff:1")] == ["Ask Joan"]


def test_rows_that_vanish_without_an_entry_are_suppression(state: Path) -> None:
    with again(state) as store:
        store.connection.execute("DELETE FROM disclosure WHERE idx=1")
        verdict = verify(state, store.vkey)
    assert (verdict.kind, verdict.first_bad, verdict.erased) == (Kind.INCOMPLETE, 1, 0)


Plant = Callable[[Path, tuple[erase.Piece, ...]], None]


def copied(state: Path, pieces: tuple[erase.Piece, ...]) -> None:
    (state / "snapshots").mkdir()
    (state / "snapshots" / "x.json").write_text(pieces[0].text)


def half(state: Path, pieces: tuple[erase.Piece, ...]) -> None:
    (state / "core").write_bytes(b"\0" * 40 + pieces[0].text[erase.HEAD_CHARS :].encode() + b"\0")


def in_words(state: Path, pieces: tuple[erase.Piece, ...]) -> None:
    (state / "notes").write_text("parcel for Ada Lovelace")


def as_json(state: Path, pieces: tuple[erase.Piece, ...]) -> None:
    (state / "phone.json").write_text(json.dumps([{"recipient": "Zo\u00eb Zuse"}]))


def with_the_id(state: Path, pieces: tuple[erase.Piece, ...]) -> None:
    """Bob has a blue folder too; but this message is about Ada's."""
    (state / "phone.json").write_text(json.dumps([{"ho": ADA, "item": "Blue folder"}]))


@pytest.mark.parametrize(
    ("plant", "file", "kind"),
    [
        (copied, "snapshots/x.json", "disclosure"),
        (half, "core", "disclosure"),
        (in_words, "notes", "words"),
        (as_json, "phone.json", "words"),
        (with_the_id, "phone.json", "words"),
    ],
)
@pytest.mark.parametrize("chunk", [1 << 22, 97])
def test_whatever_else_holds_it_is_named(
    state: Path, plant: Plant, file: str, kind: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "_CHUNK", chunk)
    with again(state) as store:
        store.append([order("cccc000000000003", "Zo\u00eb Zuse", "X", "Y")], moment(5))
        pieces = erase.find(state, f"ho:{ADA}") + erase.find(state, person="zo\u00eb zuse")
        erased(store, pieces)
        store.fold()
        assert left(state, pieces) == []
        plant(state, pieces)
        assert left(state, pieces) == [(file, kind)]


@pytest.mark.parametrize("chunk", [1 << 22, 97])
def test_each_occurrence_is_counted_once(
    state: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "_CHUNK", chunk)
    pieces = erase.find(state, f"ho:{ADA}")
    with again(state) as store:
        erased(store, pieces)
    (state / "notes").write_bytes(b"-".join([b"Ada Lovelace"] * 37))
    (found,) = erase.remains(state, pieces).left
    assert (found.file, found.kind, found.times) == ("notes", "words", 37)


def test_what_others_still_disclose_may_stay(state: Path) -> None:
    pieces = erase.find(state, f"ho:{ADA}")
    with again(state) as store:
        erased(store, pieces)
        store.fold()
    (state / "phone.json").write_text(json.dumps([{"ho": BOB, "item": "Blue folder"}]))
    assert left(state, pieces) == []


def test_a_name_that_somebody_wrote_into_a_reason_is_named(state: Path) -> None:
    pieces = erase.find(state, f"ho:{ADA}")
    with again(state) as store:
        store.append([ev.CabinetRetired(reason="Ada Lovelace waits")], moment(5))
        erased(store, pieces)
    (found,) = erase.remains(state, pieces).left
    assert found == erase.Left("journal.db", "entry", 1, 4)


def test_a_word_of_the_program_is_no_finding(state: Path) -> None:
    with again(state) as store:
        store.append([order("cccc000000000003", "documents", "ordered", "S")], moment(5))
        pieces = erase.find(state, "ho:cccc000000000003")
        erased(store, pieces)
    found = erase.remains(state, pieces)
    assert found.left == () and found.short == 1 and found.files > 3


def test_links_are_not_followed(state: Path) -> None:
    pieces = erase.find(state, f"ho:{ADA}")
    outside = state.parent / "outside"
    outside.mkdir()
    (outside / "notes").write_text("Ada Lovelace")
    with again(state) as store:
        erased(store, pieces)
    (state / "link").symlink_to(outside)
    (state / "file").symlink_to(outside / "notes")
    assert left(state, pieces) == []


# -- what SQLite leaves behind --------------------------------------------------------------------


def hide_in_a_page(file: Path, text: bytes, beside: bytes) -> None:
    """Put bytes into the unused middle of the table's page that holds `beside`."""
    data = bytearray(file.read_bytes())
    size = int.from_bytes(data[16:18], "big")
    start = data.index(beside) // size * size
    cells = int.from_bytes(data[start + 3 : start + 5], "big")
    content = int.from_bytes(data[start + 5 : start + 7], "big")
    assert data[start] == 0x0A and content - (8 + 2 * cells) > len(text)
    at = start + content - len(text)
    data[at : at + len(text)] = text
    file.write_bytes(data)


def test_a_copy_in_the_free_part_of_a_page_is_found_and_overwritten(
    state: Path,
) -> None:
    pieces = erase.find(state, f"ho:{ADA}")
    with again(state) as store:
        erased(store, pieces)
    (kept,) = erase.find(state, "staff:7")
    hide_in_a_page(state / "journal.db", pieces[0].text.encode(), kept.text.encode())
    with again(state) as store:
        assert erase.clean(store, rewrite=False)
        assert left(state, pieces) == [("journal.db", "disclosure")]
        assert erase.clean(store, rewrite=True)
        assert left(state, pieces) == []
        assert store.disclosed(2) == {"name": "Charles Babbage"}
        assert verify(state, store.vkey).good


def test_the_table_that_was_written_again_is_the_same(tmp_path: Path) -> None:
    with large(tmp_path, 1_200, seed=5) as store:
        before = list(store.all_disclosures(store.size))
        gone = [lf.digest_of(text) for _, text in before[::3]]
        texts = [text.encode() for _, text in before[::3]]
        event = ev.PrivacyErased(subject="ho:x", basis="asked", digests=tuple(gone))
        store.append([event], moment(store.size))
        assert erase.clean(store, rewrite=True)
        kept = [one for at, one in enumerate(before) if at % 3]
        assert list(store.all_disclosures(store.size)) == kept
        files = b"".join(path.read_bytes() for path, _ in erase._files(tmp_path))
        assert not [one for one in texts if one in files]
        assert store.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert schema.differences(store.connection) == []
        store.append([order(ADA, "Ada Lovelace")], moment(store.size))
        verdict = verify(tmp_path, store.vkey)
        assert verdict.good and verdict.erased == len(gone)


def test_a_table_that_cannot_be_written_again_stays_as_it_was(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "_WRITE_AGAIN", (*erase._WRITE_AGAIN[:3], "no sql"))
    with again(state) as store:
        with pytest.raises(JournalError, match="erasing in"):
            erase.clean(store, rewrite=True)
        assert store.disclosed(1)["recipient"] == "Ada Lovelace"
        assert store.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert schema.differences(store.connection) == []


def test_a_cut_between_deleting_and_folding_is_made_good_at_the_next_start(state: Path) -> None:
    pieces = erase.find(state, f"ho:{ADA}")
    after = state.parent / "after"
    with again(state) as store:
        store.fold()
        erased(store, pieces)
        shutil.copytree(state, after)
    assert ("journal.db", "disclosure") in left(after, pieces)
    with again(after) as store:
        assert store.checkpoint_if_idle()
        assert left(after, pieces) == []
        assert not store.checkpoint_if_idle()


def test_an_ordinary_start_has_nothing_to_fold(state: Path) -> None:
    with again(state) as store:
        assert not store.checkpoint_if_idle()


# -- epochs that are over -------------------------------------------------------------------------


@pytest.fixture
def later(state: Path) -> Path:
    """The same state directory in its second epoch; Bob's handover was carried over."""
    with again(state) as store:
        store.append([ev.LogFrozen(reason="a test")], moment(5))
    epochs.next_epoch(state, NAME, seeded(5))
    with again(state) as store:
        store.append([genesis(store)], moment(6))
        store.append([order(BOB, "Bob Noyce")], moment(7))
    return state


def test_an_epoch_that_is_over_is_erased_too_and_the_next_one_says_so(later: Path) -> None:
    old = later / "epochs" / "1"
    pieces = erase.find(later, person="Ada Lovelace")
    assert {(one.epoch, one.entry) for one in pieces} == {(1, 1)}
    digests = tuple(lf.digest_of(one.text) for one in pieces)
    with sqlite3.connect(old / "journal.db") as db:
        for kind in ("fact", "badge"):
            row = (f"{kind}-{ADA}", kind, "s", b"s", b"h", 0, b"m")
            db.execute("INSERT INTO verifier VALUES(?, ?, ?, ?, ?, ?, ?, 0)", row)
    db.close()
    with again(later) as store:
        event = ev.PrivacyErased(subject=f"ho:{ADA}", basis="asked", digests=digests)
        store.append([event], moment(8))
        assert left(later, pieces) == [("epochs/1/journal.db", "disclosure")]
        assert erase.forget(erase.journal_of(later, 1), digests) == 3
        with Reader.read(old) as journal:
            rows = [one.verifier.kind for one in journal.verifiers()]
            assert "fact" not in rows and "badge" in rows, "what both know went too"
        store.fold()
        assert left(later, pieces) == []
    vkey = (old / "vkey").read_text().strip()
    assert verify(old, vkey).kind is Kind.INCOMPLETE
    assert erase.later(old) == erase.later(old / "journal.db") == set(digests)
    verdict = verify(old, vkey, accounted=erase.later(old))
    assert verdict.good and verdict.erased == 3 and "later epoch" in verdict.warnings[-1]
    with Reader.read(old) as journal:
        assert journal.disclosed(2) == {"name": "Charles Babbage"}


def test_another_epochs_word_excuses_only_what_it_names(later: Path) -> None:
    old = later / "epochs" / "1"
    pieces = erase.find(later, f"ho:{ADA}")
    erase.forget(old / "journal.db", [lf.digest_of(one.text) for one in pieces])
    vkey = (old / "vkey").read_text().strip()
    assert verify(old, vkey, accounted=erase.later(old)).kind is Kind.INCOMPLETE


def test_a_handover_that_was_carried_is_found_in_both_epochs(later: Path) -> None:
    found = erase.find(later, f"ho:{BOB}")
    assert {(one.epoch, one.entry) for one in found} == {(1, 3), (2, 1)}
    assert erase.later(later) == frozenset() == erase.later(later / "journal.db")
    with pytest.raises(EventRefused, match="no journal of epoch 4"):
        erase.journal_of(later, 4)
