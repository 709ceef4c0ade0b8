"""Receipts: a file that proves one entry, and a short text of the same for a QR code.

Theory of operation.  A receipt holds the entry's leaf and disclosures, its place, the hashes that
lead from it to a tree head, and that head's signature.  Whoever has the device's verifier key can
check it without the journal and without this program.  The short text leaves out what can be
computed: the leaf (its hash stays) and the root (it follows from the path).

Standard: C2SP tlog-proof (`c2sp.org/tlog-proof@v1`).  `extra` is the leaf, then each disclosure,
joined by LF; canonical JSON has no bare LF, so the leaf is everything before the first one.

Rules.  Nothing in a receipt is believed before the signature, the path and the leaf's hash hold.
A disclosure whose digest the leaf does not state refuses the receipt.
"""

from __future__ import annotations

import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from lockerd.core.events import Event
from lockerd.core.now import Now
from lockerd.journal import leaf as lf
from lockerd.journal import note, tlog
from lockerd.journal.reader import Reader

HEADER = "c2sp.org/tlog-proof@v1"
MAX_RECEIPT_CHARS = 1 << 20
MAX_SENTENCE_CHARS = 400
SHORT = "LR1"


class ReceiptError(ValueError):
    """The receipt proves nothing: it is damaged, forged, or of another device."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A `.tlog-proof` in parts, not judged.  `extra`: bytes or None; `path`: 32-byte hashes."""

    extra: bytes | None
    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """The file's content."""
        extra = "" if self.extra is None else f"extra {note.b64(self.extra)}\n"
        path = "".join(f"{note.b64(one)}\n" for one in self.path)
        return f"{HEADER}\n{extra}index {self.index}\n{path}\n{self.checkpoint}"


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt proves.  `witnessed`: names of the witnesses whose cosignature holds.

    `disclosed` are the fields that were shown, `withheld` how many the entry commits to besides.
    """

    index: int
    size: int
    origin: str
    leaf: bytes
    event: Event
    time: Now
    disclosed: dict[str, str]
    withheld: int
    witnessed: tuple[str, ...] = ()


# -- the file -----------------------------------------------------------------------------------


def receipt(journal: Reader, idx: int, disclose: bool = True) -> str:
    """The receipt of one entry under the journal's present head, as a `.tlog-proof`.

    Raises a JournalError when the entry is not there or damaged.
    """
    leaf = journal.leaf(idx)
    texts = journal.disclosures(idx) if disclose else ()
    extra = b"\n".join((leaf, *(one.encode("ascii") for one in texts)))
    head = journal.head()
    path = tlog.inclusion_proof(journal.hashes, idx, head.size)
    return Proof(extra, idx, tuple(path), journal.signed(head)).text


def parse_proof(text: str) -> Proof:
    """A `.tlog-proof` in parts.  Raises ReceiptError for anything that `Proof.text` cannot be."""
    if len(text) > MAX_RECEIPT_CHARS:
        raise ReceiptError("the receipt is too long; get an undamaged copy")
    above, blank, checkpoint = text.partition("\n\n")
    lines = above.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise ReceiptError(f"the receipt does not begin with {HEADER!r}; get an undamaged copy")
    try:
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = note.unb64(lines.pop(0).removeprefix("extra "), "extra")
        if not lines or not lines[0].startswith("index "):
            raise ReceiptError("the receipt has no index; get an undamaged copy")
        index = note.decimal(lines.pop(0).removeprefix("index "), "the index")
        path = tuple(note.unb64(one, "a hash") for one in lines)
    except note.NoteError as wrong:
        raise ReceiptError(str(wrong)) from None
    if len(path) > tlog.MAX_PROOF or any(len(one) != 32 for one in path):
        raise ReceiptError("the path is not at most 63 hashes of 32 bytes; get an undamaged copy")
    return Proof(extra, index, path, checkpoint)


def check(text: str, vkey: str, witnesses: Sequence[note.Key] = ()) -> ReceiptFacts:
    """What the receipt proves to someone who trusts `vkey` (the device's).

    Raises ReceiptError; its text says what does not hold.
    """
    proof = parse_proof(text)
    try:
        head, witnessed = open_checkpoint(proof.checkpoint, note.parse_vkey(vkey), witnesses)
        leaf, texts = _extra(proof)
        tlog.check_inclusion(proof.index, head.size, tlog.leaf_hash(leaf), proof.path, head.root)
        parsed = lf.parse(leaf)
        disclosed = lf.disclosed_fields(texts, parsed.digests)
    except (note.NoteError, tlog.ProofError, lf.LeafError) as wrong:
        raise ReceiptError(str(wrong)) from None
    if parsed.idx != proof.index:
        raise ReceiptError("the entry names another index than the receipt; it is forged")
    return ReceiptFacts(
        index=proof.index,
        size=head.size,
        origin=head.origin,
        leaf=leaf,
        event=parsed.event,
        time=parsed.now,
        disclosed=disclosed,
        withheld=len(parsed.digests) - len(disclosed),
        witnessed=witnessed,
    )


def open_checkpoint(
    text: str, log_key: note.Key, witnesses: Sequence[note.Key] = ()
) -> tuple[note.Checkpoint, tuple[str, ...]]:
    """A checkpoint signed by the log's own key, and the names of the witnesses who cosigned it.

    Raises NoteError, also when only witnesses signed it or when it is of a log of another name.
    """
    opened, proven = note.open_note(text, (log_key, *witnesses))
    if log_key not in [one.key for one in proven]:
        raise note.NoteError("the log itself did not sign the checkpoint; get an undamaged copy")
    head = note.parse_checkpoint(opened.text)
    if head.origin != log_key.name:
        raise note.NoteError(
            f"the checkpoint is of {head.origin!r}, the key of {log_key.name!r}; give its own key"
        )
    return head, tuple(one.key.name for one in proven if one.time is not None)


def _extra(proof: Proof) -> tuple[bytes, Sequence[str]]:
    if proof.extra is None:
        raise ReceiptError("the receipt does not hold its entry; get the complete file")
    leaf, *rest = proof.extra.split(b"\n")
    try:
        return leaf, [one.decode("ascii") for one in rest]
    except UnicodeDecodeError:
        raise ReceiptError("a disclosure is not base64url; get an undamaged copy") from None


# -- the short text -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShortReceipt:
    """The QR code's text in parts, not judged.  `seal`: the head's signature, 64 bytes.

    The sentence is for the person who reads the code; it is not signed, the entry is.
    """

    sentence: str
    origin: str
    index: int
    size: int
    leaf_hash: bytes
    seal: bytes
    path: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """Sentence, LF, `LR1 origin index size data`; data is leaf hash, seal and path."""
        data = b"".join((self.leaf_hash, self.seal, *self.path))
        coded = binascii.b2a_base64(data, newline=False).decode("ascii").rstrip("=")
        return f"{self.sentence}\n{SHORT} {self.origin} {self.index} {self.size} {coded}"


def short(journal: Reader, idx: int, sentence: str) -> str:
    """The receipt of one entry as the text of a QR code, after one plain sentence.

    Raises ReceiptError for a sentence of more than one line or too long, and JournalErrors.
    """
    if "\n" in sentence or not 0 < len(sentence) <= MAX_SENTENCE_CHARS:
        raise ReceiptError(
            f"a receipt's sentence is one line; keep to {MAX_SENTENCE_CHARS} letters"
        )
    leaf = journal.leaf(idx)
    head = journal.head()
    signature = note.parse_note(journal.signed(head)).signatures[0]
    path = tlog.inclusion_proof(journal.hashes, idx, head.size)
    return ShortReceipt(
        sentence, head.origin, idx, head.size, tlog.leaf_hash(leaf), signature.body, tuple(path)
    ).text


def parse_short(text: str) -> ShortReceipt:
    """The QR code's text in parts.  Raises ReceiptError for what `short` does not write."""
    wrong = ReceiptError("this is not the text of a receipt's code; scan it again")
    sentence, line, rest = text.partition("\n")
    words = rest.split(" ")
    if len(text) > 8192 or not (line and sentence) or len(words) != 5 or words[0] != SHORT:
        raise wrong
    try:
        origin = note.check_name(words[1])
        index, size = note.decimal(words[2], "the index"), note.decimal(words[3], "the size")
        data = note.unb64(words[4] + "=" * (-len(words[4]) % 4), "the data")
    except note.NoteError:
        raise wrong from None
    if len(data) < 96 or len(data) % 32 or words[4].endswith("="):
        raise wrong
    path = tuple(data[at : at + 32] for at in range(96, len(data), 32))
    return ShortReceipt(sentence, origin, index, size, data[:32], data[32:96], path)


def check_short(text: str, vkey: str) -> ShortReceipt:
    """The parts, once signature and path hold for someone who trusts `vkey`.

    It proves that an entry with `leaf_hash` stands at `index` of the log `origin`; what the entry
    says is read from the journal or its export.  Raises ReceiptError.
    """
    found = parse_short(text)
    try:
        key = note.parse_vkey(vkey)
        root = tlog.root_from_inclusion(found.index, found.size, found.leaf_hash, found.path)
    except (note.NoteError, tlog.ProofError) as wrong:
        raise ReceiptError(str(wrong)) from None
    head = note.Checkpoint(found.origin, found.size, root)
    if key.kind != note.ED25519 or found.origin != key.name:
        raise ReceiptError(f"the receipt is of {found.origin!r}; give that device's vkey")
    if not key.verifies(head.text.encode(), found.seal):
        raise ReceiptError("the signature does not hold: this log has no such entry; keep the code")
    return found
