"""Witnessing, both sides of it: what a log asks, what a witness answers, what an answer proves.

Theory of operation.  A log shows its head, signed, with a proof that it continues the head that
this witness saw last.  The witness keeps one head a log; where the proof holds it remembers the new
one and signs it with the time.  So it never signs two histories of one log, and a log that was cut
back or replaced meets what it said before.  A witness learns names, sizes and roots, no entry.

Answers travel in files: a cosignature as C2SP has it; a conflict as the size that the witness knows
and, below it, the head itself with both signatures, which is what proves it.

Standard: C2SP tlog-witness (add-checkpoint, its statuses), tlog-cosignature (Ed25519), signed-note.

Rules.  Pure: files, clocks and stored hashes are the caller's.  A witness's memory is written
before its answer leaves.  A log believes another size or root only with its own signature on it
beside a witness's that it knows: neither a stranger nor one witness alone can stop a cabinet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from lockerd.journal import note, tlog
from lockerd.journal.reader import Cosignature, Reader

MAX_BYTES = note.MAX_NOTE_BYTES + 4_096
"""Of a request or an answer: a note, and 63 hashes in front of it."""

OK, MALFORMED, FORBIDDEN, UNKNOWN, CONFLICT, INCONSISTENT = 200, 400, 403, 404, 409, 422

Logs = Mapping[str, Sequence[note.Key]]
"""Origin -> the keys that a witness trusts to sign for it."""


class WitnessError(ValueError):
    """A request, an answer or a memory is not what it should be."""


class OtherLog(WitnessError):
    """It is about another log: nothing is wrong with it, it is not for here."""


# -- a request ------------------------------------------------------------------------------------


class Request(NamedTuple):
    """An add-checkpoint body.  `proof`: 32-byte hashes; `checkpoint`: a signed note in full."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """As it is sent."""
        lines = "".join(f"{note.b64(one)}\n" for one in self.proof)
        return f"old {self.old}\n{lines}\n{self.checkpoint}"


def ask(journal: Reader, old: int) -> Request:
    """The request that shows the present head to a witness who last saw `old` entries.

    Raises WitnessError when the journal is shorter than that, JournalError when it is damaged.
    """
    head = journal.head()
    if old > head.size:
        raise WitnessError(
            f"the witness saw {old} entries, this journal has {head.size}; bring the witness's "
            "checkpoint and take it here"
        )
    proof = tlog.consistency_proof(journal.hashes, old, head.size)
    return Request(old, tuple(proof), journal.signed(head))


def parse_request(data: bytes) -> Request:
    """A request in parts, its signatures not judged.  Raises WitnessError."""
    above, blank, checkpoint = _text(data).partition("\n\n")
    first, *lines = above.split("\n")
    if not blank or not first.startswith("old ") or len(lines) > tlog.MAX_PROOF:
        raise WitnessError("this is no request to a witness; write it again")
    try:
        old = note.decimal(first.removeprefix("old "), "the old size")
        proof = tuple(note.unb64(one, "a hash") for one in lines)
        note.parse_checkpoint(note.parse_note(checkpoint).text)
    except note.NoteError as wrong:
        raise WitnessError(str(wrong)) from None
    if any(len(one) != 32 for one in proof):
        raise WitnessError("a hash has not 32 bytes; write the request again")
    return Request(old, proof, checkpoint)


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise WitnessError(f"it has more than {MAX_BYTES} bytes; give the right file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise WitnessError("it is not text; copy it again") from None


# -- the witness's side ---------------------------------------------------------------------------


class Answer(NamedTuple):
    """What a witness says.  `keep`: the note to be remembered before `body` leaves.

    `held`: what it remembered before, for a log that contradicts it.
    """

    status: int
    body: str = ""
    keep: str | None = None
    held: str | None = None

    @property
    def file(self) -> str | None:
        """What is carried back: the body, and below it the head that a conflict is about."""
        if self.status not in (OK, CONFLICT, INCONSISTENT):
            return None
        held = self.held or ""
        return "\n".join(one for one in (self.body, held) if one) or None


def answer(
    data: bytes,
    logs: Logs,
    memory: Callable[[str], str | None],
    signer: note.SigningKey,
    time: int,
) -> Answer:
    """Judge one request.  `memory(origin)`: the note that was last kept; `time`: Unix seconds.

    Raises WitnessError when the memory is damaged or the clock is behind it.
    """
    try:
        asked = parse_request(data)
    except WitnessError as wrong:
        return Answer(MALFORMED, f"{wrong}\n")
    head = note.parse_checkpoint(note.parse_note(asked.checkpoint).text)
    keys = logs.get(head.origin)
    if keys is None:
        return Answer(UNKNOWN, "this log is not known here; admit its key first\n")
    try:
        opened, proven = note.open_note(asked.checkpoint, keys)
    except note.NoteError as wrong:
        return Answer(FORBIDDEN, f"{wrong}\n")
    if asked.old > head.size:
        return Answer(MALFORMED, "the old size is larger than the new one\n")
    held = memory(head.origin)
    seen = _held(held, head.origin, keys, signer, time)
    if asked.old != seen.size or (head.size == seen.size and head.root != seen.root):
        return Answer(CONFLICT, f"{seen.size}\n", held=held)
    try:
        tlog.check_consistency(seen.size, head.size, seen.root, head.root, asked.proof)
    except tlog.ProofError:
        return Answer(INCONSISTENT, held=held)
    line = note.cosign(head.text, signer, time)[1]
    signed = {(one.key.name, one.key.key_id) for one in proven}
    own = [one for one in opened.signatures if (one.name, one.key_id) in signed]
    return Answer(OK, line.line, keep=note.Note(head.text, (*own, line)).full)


def _held(
    held: str | None, origin: str, keys: Sequence[note.Key], signer: note.SigningKey, time: int
) -> note.Checkpoint:
    """The head that was last cosigned for a log; the empty tree if none was."""
    if held is None:
        return note.Checkpoint(origin, 0, tlog.EMPTY_ROOT)
    cosigner = signer.key._replace(kind=note.COSIGNATURE)
    try:
        opened, proven = note.open_note(held, (*keys, cosigner))
        seen = note.parse_checkpoint(opened.text)
    except note.NoteError as wrong:
        raise WitnessError(f"what this witness remembers of {origin} is damaged: {wrong}") from None
    times = [one.time for one in proven if one.time is not None]
    if seen.origin != origin or not times:
        raise WitnessError(
            f"what this witness remembers of {origin} is not its own; restore its memory from a "
            "copy, or make a new witness"
        )
    if max(times) > time:
        raise WitnessError("the clock of this computer went back; set it, then answer again")
    return seen


# -- the log's side -------------------------------------------------------------------------------


class Word(NamedTuple):
    """A head that a witness proved to have seen, at `time` (Unix seconds), in one line."""

    witness: note.Key
    head: note.Checkpoint
    time: int
    line: str

    @property
    def row(self) -> Cosignature:
        """As it is stored."""
        key = key_name(self.witness)
        return Cosignature(self.head.size, self.head.root, key, self.time, self.line)


def key_name(key: note.Key) -> str:
    """`name+hex id`: whose cosignature a row is."""
    return f"{key.name}+{key.key_id.hex()}"


class Heard(NamedTuple):
    """What an answer says.  `claimed`: a size that nothing proves."""

    words: tuple[Word, ...] = ()
    claimed: int | None = None


def hear(
    data: bytes, own: note.Key, witnesses: Sequence[note.Key], shown: Iterable[str] = ()
) -> Heard:
    """What an answer proves to the log of the key `own`.

    `shown`: checkpoints of this log, signed, that the answer may be about; a bare line says nothing
    without one.  Raises WitnessError for what proves nothing, OtherLog for another log's.
    """
    text = _text(data)
    first, newline, rest = text.partition("\n")
    if newline and first.isascii() and first.isdigit():
        size = _decimal(first)
        if not rest:
            return Heard(claimed=size)
        if not rest.startswith("\n"):
            raise WitnessError("below the size there is no checkpoint; copy the file again")
        heard = hear(rest[1:].encode(), own, witnesses)
        if [one for one in heard.words if one.head.size == size]:
            return heard
        raise WitnessError("the size and the checkpoint below it differ; ask the witness again")
    if text.startswith("\u2014 "):
        return Heard(_lines(text, own, witnesses, shown))
    return Heard(_words(text, own, witnesses))


def _decimal(text: str) -> int:
    try:
        return note.decimal(text, "the size")
    except note.NoteError as wrong:
        raise WitnessError(str(wrong)) from None


def _words(text: str, own: note.Key, witnesses: Sequence[note.Key]) -> tuple[Word, ...]:
    """What the known witnesses' lines of a note prove that the log itself signed too."""
    try:
        head = note.parse_checkpoint(note.parse_note(text).text)
        if head.origin != own.name:
            raise OtherLog(f"it is of {head.origin!r}; take it there")
        opened, proven = note.open_note(text, (own, *witnesses))
    except note.NoteError as wrong:
        raise WitnessError(str(wrong)) from None
    if own not in [one.key for one in proven]:
        raise WitnessError("the log's own signature is missing; ask the witness for the whole note")
    lines = {(one.name, one.key_id): one.line for one in reversed(opened.signatures)}
    words = tuple(
        Word(one.key, head, one.time, lines[one.key.name, one.key.key_id])
        for one in proven
        if one.time is not None
    )
    if not words:
        raise WitnessError("no witness that is known here signed it; add its vkey to the config")
    return words


def _lines(
    text: str, own: note.Key, witnesses: Sequence[note.Key], shown: Iterable[str]
) -> tuple[Word, ...]:
    """What bare cosignature lines prove about one of the checkpoints that were shown."""
    try:
        signed = note.parse_note(f"-\n\n{text}").signatures
    except note.NoteError as wrong:
        raise WitnessError(str(wrong)) from None
    known = {(one.name, one.key_id) for one in witnesses}
    if not any((one.name, one.key_id) in known for one in signed):
        raise WitnessError("no witness that is known here signed it; add its vkey to the config")
    for checkpoint in shown:
        try:
            return _words(checkpoint + text, own, witnesses)
        except WitnessError:
            continue
    raise WitnessError(
        "it fits no checkpoint of this log; carry the request back beside the answer, or ask again"
    )


def contradiction(hashes: tlog.Read, ours: note.Checkpoint, theirs: note.Checkpoint) -> str | None:
    """How a head that we signed once contradicts the log that is here; None when it does not."""
    if theirs.size > ours.size:
        return f"{theirs.size} entries were seen, {ours.size} are here: the record was cut back"
    if tlog.frontier_at(hashes, theirs.size).root() != theirs.root:
        return f"the first {theirs.size} entries were others: there are two histories"
    return None


def proven(row: Cosignature, origin: str, witness: note.Key) -> note.Checkpoint:
    """The head that a stored row proves this witness to have seen.  Raises WitnessError."""
    head = note.Checkpoint(origin, row.size, row.root)
    try:
        (signed,) = note.open_note(f"{head.text}\n{row.line}", (witness,))[1]
    except note.NoteError as wrong:
        raise WitnessError(f"the cosignature of {witness.name} at {row.size}: {wrong}") from None
    if signed.time != row.time:
        raise WitnessError(f"the cosignature of {witness.name} at {row.size} has another time")
    return head
