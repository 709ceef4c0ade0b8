"""Witnessing without files: requests, the witness's answers, and what the log makes of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journal_kit import NAME, filled, samples
from journal_kit import moment as at
from witness_kit import FIRST_S, Witness, asked, named, witness_key

from lockerd.journal import note, tlog
from lockerd.journal import witness as wt
from lockerd.journal.store import Store

OTHER = "lockerd.example/rl08"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return filled(tmp_path_factory.mktemp("log") / "s", 300)


def signer_of(name: str = f"{NAME}/1", fill: int = 3) -> note.SigningKey:
    return note.SigningKey(name, bytes([fill]) * 32)


class Log:
    """A log of the tests' own making, for histories that no store would write."""

    def __init__(self, leaves: int, salt: bytes = b"", name: str = f"{NAME}/1") -> None:
        self.signer = signer_of(name)
        self.hashes = [tlog.leaf_hash(salt + bytes([n % 251, n // 251])) for n in range(leaves)]

    def read(self, level: int, start: int, count: int) -> list[bytes]:
        if level == 0:
            return self.hashes[start : start + count]
        width = 1 << level
        return [
            tlog.fold(self.hashes[n * width : (n + 1) * width]) for n in range(start, start + count)
        ]

    def head(self, size: int) -> note.Checkpoint:
        root = tlog.frontier_at(self.read, size).root()
        return note.Checkpoint(self.signer.name, size, root)

    def note(self, size: int) -> str:
        return note.sign_note(self.head(size).text, self.signer).full

    def request(self, old: int, size: int) -> wt.Request:
        proof = tlog.consistency_proof(self.read, old, size)
        return wt.Request(old, tuple(proof), self.note(size))


class Desk:
    """A witness whose memory is a dict."""

    def __init__(self, *logs: Log) -> None:
        self.signer = witness_key()
        self.logs = {one.signer.name: [one.signer.key] for one in logs}
        self.kept: dict[str, str] = {}
        self.time = FIRST_S

    def ask(self, request: wt.Request | bytes) -> wt.Answer:
        data = request if isinstance(request, bytes) else request.text.encode()
        self.time += 1
        answer = wt.answer(data, self.logs, self.kept.get, self.signer, self.time)
        if answer.keep is not None:
            head = note.parse_checkpoint(note.parse_note(answer.keep).text)
            self.kept[head.origin] = answer.keep
        return answer


# -- requests -------------------------------------------------------------------------------------


def test_a_request_is_read_as_it_was_written(store: Store) -> None:
    for old in (0, 1, 255, 256, 299, store.size):
        request = wt.ask(store, old)
        assert wt.parse_request(request.text.encode()) == request
        assert request.text.startswith(f"old {old}\n")


def test_a_request_of_the_standards_shape_is_taken() -> None:
    """The example body of the tlog-witness text: an old size, hashes, a blank line, a note."""
    hashes = "".join(f"{note.b64(bytes([n]) * 32)}\n" for n in range(4))
    root = note.b64(bytes(32))
    line = f"\u2014 example.com/sofa {note.b64(bytes(68))}\n"
    body = f"old 20852014\n{hashes}\nexample.com/sofa\n20852163\n{root}\n\n{line}"
    request = wt.parse_request(body.encode())
    assert (request.old, len(request.proof)) == (20852014, 4)
    assert request.text == body


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\xff\xfe",
        b"old 1\n",
        b"new 1\n\nx",
        b"old 01\n\nx",
        b"old -1\n\nx",
        b"old 1\n!!\n\nx",
        b"old 1\nAAAA\n\nx\n1\nAAAA\n\n\xe2\x80\x94 x AAAAAAAA\n",
        b"old 0\n" + b"A" * wt.MAX_BYTES,
    ],
)
def test_what_is_no_request_is_said_to_be_none(wrong: bytes) -> None:
    with pytest.raises(wt.WitnessError):
        wt.parse_request(wrong)
    assert Desk().ask(wrong).status == 400
    assert Desk().ask(wrong).file is None


def test_more_than_63_hashes_are_refused() -> None:
    log = Log(3)
    request = wt.Request(1, tuple([bytes(32)] * 64), log.note(3))
    with pytest.raises(wt.WitnessError):
        wt.parse_request(request.text.encode())
    assert wt.parse_request(request._replace(proof=request.proof[:63]).text.encode()).old == 1


def test_a_journal_does_not_ask_beyond_its_end(store: Store) -> None:
    with pytest.raises(wt.WitnessError, match="take it here"):
        wt.ask(store, store.size + 1)


# -- the witness's answers ------------------------------------------------------------------------


def test_a_log_that_goes_on_is_cosigned_each_time() -> None:
    log, desk = Log(600), Desk(Log(0))
    old = 0
    for size in (0, 1, 2, 255, 256, 257, 600, 600):
        answer = desk.ask(log.request(old, size))
        assert answer.status == 200, size
        whole = log.note(size) + answer.body
        _, proven = note.open_note(whole, [desk.signer.key, log.signer.key])
        assert [one.time for one in proven] == [None, desk.time]
        assert desk.kept[log.signer.name] == whole == answer.keep
        assert answer.file == answer.body
        old = size


def test_each_refusal_has_the_status_of_the_standard() -> None:
    log, fork, desk = Log(50), Log(50, b"other"), Desk(Log(0))
    assert desk.ask(log.request(0, 20)).status == 200
    kept = dict(desk.kept)
    stranger = Log(20, name=f"{OTHER}/1")
    forged = wt.Request(20, (), note.sign_note(log.head(30).text, signer_of(fill=4)).full)
    cases = {
        404: stranger.request(0, 20),
        403: forged,
        400: log.request(20, 20)._replace(old=21),
        409: log.request(10, 30),
        422: log.request(20, 30)._replace(proof=()),
    }
    for status, request in cases.items():
        answer = desk.ask(request)
        assert answer.status == status
        assert answer.keep is None
    assert desk.ask(fork.request(20, 30)).status == 422
    equal = desk.ask(fork.request(20, 20))
    assert (equal.status, equal.body) == (409, "20\n")
    assert desk.kept == kept, "a refusal is remembered"
    # The twin: the same log, honestly asked, is cosigned.
    assert desk.ask(log.request(20, 30)).status == 200


def test_a_conflict_carries_the_head_that_proves_it() -> None:
    log, desk = Log(50), Desk(Log(0))
    desk.ask(log.request(0, 20))
    held = desk.kept[log.signer.name]
    conflict = desk.ask(log.request(0, 10))
    assert conflict == wt.Answer(409, "20\n", None, held)
    assert conflict.file == f"20\n\n{held}"
    inconsistent = desk.ask(Log(50, b"other").request(20, 30))
    assert (inconsistent.body, inconsistent.file) == ("", held)
    assert Desk(log).ask(log.request(5, 10)) == wt.Answer(409, "0\n")


def test_a_tree_of_nothing_has_one_root() -> None:
    log, desk = Log(0), Desk(Log(0))
    false = note.Checkpoint(log.signer.name, 0, bytes(32))
    request = wt.Request(0, (), note.sign_note(false.text, log.signer).full)
    assert desk.ask(request).status == 409
    assert desk.ask(log.request(0, 0)).status == 200


def test_only_proven_lines_are_remembered() -> None:
    log, desk = Log(9), Desk(Log(0))
    junk = f"\u2014 stranger.example {note.b64(bytes(68))}\n"
    request = log.request(0, 9)
    answer = desk.ask(request._replace(checkpoint=request.checkpoint + junk * 50))
    assert answer.status == 200 and answer.keep is not None
    assert "stranger" not in answer.keep and answer.keep.count("\u2014") == 2


def test_a_witness_whose_clock_went_back_does_not_sign() -> None:
    log, desk = Log(9), Desk(Log(0))
    desk.ask(log.request(0, 5))
    desk.time = FIRST_S - 100
    with pytest.raises(wt.WitnessError, match="clock"):
        desk.ask(log.request(5, 9))
    desk.time = FIRST_S + 100
    assert desk.ask(log.request(5, 9)).status == 200


@pytest.mark.parametrize("how", ["torn", "another", "unsigned", "foreign"])
def test_a_damaged_memory_stops_a_witness(how: str) -> None:
    log, desk = Log(9), Desk(Log(0))
    desk.ask(log.request(0, 5))
    held = desk.kept[log.signer.name]
    other = Desk(Log(0))
    other.signer = witness_key("other.example", 5)
    other.ask(log.request(0, 5))
    desk.kept[log.signer.name] = {
        "torn": held[: len(held) - 9],
        "another": held.replace("\n5\n", "\n4\n"),
        "unsigned": log.note(5),
        "foreign": other.kept[log.signer.name],
    }[how]
    with pytest.raises(wt.WitnessError):
        desk.ask(log.request(5, 9))


def test_two_logs_do_not_meet() -> None:
    one, two = Log(9), Log(9, b"two", f"{OTHER}/1")
    desk = Desk(one, two)
    for log in (one, two):
        assert desk.ask(log.request(0, 9)).status == 200
    assert len(desk.kept) == 2
    assert desk.ask(one.request(9, 9)).status == 200


@pytest.mark.parametrize("seed", range(20))
def test_no_two_histories_are_ever_cosigned(seed: int) -> None:
    """Whatever is asked in whatever order: the heads that were cosigned are those of one tree."""
    print("seed", seed)
    pick = random.Random(seed)
    logs = [Log(40), Log(40, b"other")]
    desk = Desk(Log(0))
    cosigned: list[tuple[int, bytes]] = []
    for _ in range(60):
        log = pick.choice(logs)
        size = pick.randrange(41)
        request = log.request(pick.randrange(size + 1), size)
        if pick.random() < 0.2:
            request = request._replace(proof=request.proof[::-1])
        if desk.ask(request).status == 200:
            cosigned.append((size, log.head(size).root))
    sizes = [size for size, _ in cosigned]
    assert sizes == sorted(sizes)
    bound = [log for log in logs if all(log.head(n).root == root for n, root in cosigned)]
    assert bound, "two histories were cosigned"


# -- what the log hears ---------------------------------------------------------------------------


def test_bare_lines_prove_the_head_that_was_shown() -> None:
    log, desk = Log(30), Desk(Log(0))
    answer = desk.ask(log.request(0, 20))
    body, keys = answer.body.encode(), [desk.signer.key]
    shown = [log.note(10), log.note(20), log.note(30)]
    (word,) = wt.hear(body, log.signer.key, keys, shown).words
    assert (word.head, word.time) == (log.head(20), desk.time)
    assert word.row == wt.Cosignature(
        20, log.head(20).root, f"w1.example+{desk.signer.key.key_id.hex()}", desk.time, answer.body
    )
    assert wt.proven(word.row, log.signer.name, desk.signer.key) == log.head(20)
    with pytest.raises(wt.WitnessError, match="carry the request back"):
        wt.hear(body, log.signer.key, keys, [log.note(10)])
    with pytest.raises(wt.WitnessError, match="config"):
        wt.hear(body, log.signer.key, [witness_key("other.example", 5).key], shown)


def test_a_conflict_proves_what_the_witness_saw() -> None:
    log, desk = Log(30), Desk(Log(0))
    desk.ask(log.request(0, 20))
    for request in (log.request(0, 10), Log(30, b"other").request(20, 25)):
        file = desk.ask(request).file
        assert file is not None
        (word,) = wt.hear(file.encode(), log.signer.key, [desk.signer.key]).words
        assert word.head == log.head(20)
    assert wt.hear(b"20\n", log.signer.key, [desk.signer.key]) == wt.Heard((), 20)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("20\n\n", "21\n\n", 1), "differ"),
        (lambda text: text.removeprefix("20\n\n").replace("\n20\n", "\n21\n"), "signature"),
        (lambda text: "020\n", "plain"),
        (lambda text: "20\nx", "no checkpoint"),
        (lambda text: text[:-20], "cut|base64"),
        (lambda text: text[: len(text) // 2], ";"),
        (lambda text: "", "note"),
        (lambda text: "hello\n", "note"),
    ],
)
def test_what_proves_nothing_is_refused(change: object, said: str) -> None:
    log, desk = Log(30), Desk(Log(0))
    desk.ask(log.request(0, 20))
    file = desk.ask(log.request(0, 10)).file
    assert file is not None and callable(change)
    with pytest.raises(wt.WitnessError, match=said):
        wt.hear(change(file).encode(), log.signer.key, [desk.signer.key])


def test_neither_a_witness_alone_nor_a_log_alone_is_believed() -> None:
    log, desk = Log(30), Desk(Log(0))
    head = log.head(30)
    alone = note.Note(head.text, (note.cosign(head.text, desk.signer, FIRST_S)[1],)).full
    with pytest.raises(wt.WitnessError, match="own signature"):
        wt.hear(alone.encode(), log.signer.key, [desk.signer.key])
    with pytest.raises(wt.WitnessError, match="no witness"):
        wt.hear(log.note(30).encode(), log.signer.key, [desk.signer.key])


def test_another_logs_answer_is_told_apart() -> None:
    log, other = Log(30), Log(30, name=f"{OTHER}/1")
    desk = Desk(other)
    file = desk.ask(other.request(0, 20)).keep
    assert file is not None
    with pytest.raises(wt.OtherLog, match="rl08"):
        wt.hear(file.encode(), log.signer.key, [desk.signer.key])


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    log, desk = Log(3), Desk(Log(0))
    try:
        heard = wt.hear(data, log.signer.key, [desk.signer.key], [log.note(3)])
    except wt.WitnessError:
        return
    assert not heard.words


def test_no_flipped_bit_of_an_answer_is_believed() -> None:
    log, desk = Log(30), Desk(Log(0))
    desk.ask(log.request(0, 20))
    file = desk.ask(log.request(0, 10)).file
    assert file is not None
    true = wt.hear(file.encode(), log.signer.key, [desk.signer.key])
    believed = 0
    for place in range(len(file.encode())):
        data = bytearray(file.encode())
        data[place] ^= 1
        try:
            heard = wt.hear(bytes(data), log.signer.key, [desk.signer.key])
        except wt.WitnessError:
            continue
        believed += heard == true
        assert not heard.words
    assert believed == 0 and true.words


def test_contradictions_are_named_and_a_true_head_is_none(store: Store) -> None:
    ours = store.head()
    for size in (0, 1, 77, store.size):
        root = tlog.frontier_at(store.hashes, size).root()
        head = note.Checkpoint(ours.origin, size, root)
        assert wt.contradiction(store.hashes, ours, head) is None
        other = head._replace(root=bytes(32))
        assert "two histories" in (wt.contradiction(store.hashes, ours, other) or "")
    ahead = ours._replace(size=ours.size + 1)
    assert "cut back" in (wt.contradiction(store.hashes, ours, ahead) or "")


def test_a_real_journal_and_a_real_witness(tmp_path: Path) -> None:
    with filled(tmp_path / "s", 20) as store, named(tmp_path / "t", OTHER) as other:
        witness = Witness(tmp_path / "w")
        assert witness.answer(asked(store, witness).text.encode()).status == 404
        witness.admit(store)
        assert witness.answer(asked(store, witness).text.encode()).status == 200
        source = samples(5)
        store.append([next(source) for _ in range(5)], at(store.size))
        assert witness.answer(asked(store, witness, 20).text.encode()).status == 200
        assert witness.answer(asked(other, witness).text.encode()).status == 404


def test_a_key_is_for_one_purpose() -> None:
    witness, log = witness_key(), signer_of()
    assert note.parse_signing_key(witness.secret_text, note.COSIGNATURE).key == witness.key
    assert note.parse_signing_key(log.secret_text).key == log.key
    with pytest.raises(note.NoteError, match="not a signer's"):
        note.parse_signing_key(witness.secret_text)
    with pytest.raises(note.NoteError, match="not a witness's"):
        note.parse_signing_key(log.secret_text, note.COSIGNATURE)
