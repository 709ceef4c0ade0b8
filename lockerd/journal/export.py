"""An export: a directory that anyone's software can verify, made from a journal.

Theory of operation.  `tile/` is the log as a tlog-tiles client would fetch it, so independent
verifiers read it as it is.  `entries.jsonl` and `disclosures.jsonl` say the same line by line for
people with a text editor and a script.  `checkpoint` is written last: an export without it is
incomplete.

Standard: C2SP tlog-tiles (SHA-256, 256 wide, entry bundles), signed-note, RFC 9901 disclosures.

Rules.  Only an empty or a new directory is written to.  The verifier key in an export is a copy for
convenience; whoever verifies brings their own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from lockerd.journal import leaf as lf
from lockerd.journal import note, tlog
from lockerd.journal.errors import explain_os
from lockerd.journal.reader import Reader
from lockerd.ports import JournalError

VKEY = "vkey"
CHECKPOINT = "checkpoint"
ENTRIES = "entries.jsonl"
DISCLOSURES = "disclosures.jsonl"
README = "README"

Progress = Callable[[int, int], None]
"""`progress(done, total)` in entries."""

_README = """\
Export of the custody log {origin}, {size} entries.

vkey               the device's verifier key (a copy: compare it with one you trust)
checkpoint         the signed head: origin, size, root hash, signature (C2SP signed note)
tile/              the log as C2SP tlog-tiles: tile/0, tile/1, ... hashes; tile/entries the entries
entries.jsonl      one line per entry: its index and its bytes in base64
disclosures.jsonl  one line per disclosed field: entry, digest, RFC 9901 disclosure
                   (absent when the export was made without personal data)
certificate.note   the owner's signed word that the key is this device's, where there is one

An entry is JSON. Its hash is SHA-256 of a zero byte and its bytes; two hashes are joined by
SHA-256 of a one byte and both; an odd one moves up as it is. The last hash is the root.
A digest in an entry's "_sd" is the base64url of the SHA-256 of one disclosure's text.

To verify with the device's own program:
    lockerctl journal verify DIRECTORY --vkey FILE
Any tlog-tiles verifier reads the same directory.
"""


def tile_number(n: int) -> str:
    """A tile's number as its path: groups of three digits, all but the last with an x."""
    groups = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        groups.append(f"x{n % 1000:03}")
    return "/".join(reversed(groups))


def tile_path(level: int | str, n: int, width: int) -> str:
    """Where a tile of `width` hashes or entries is; `level` is 0, 1, ... or `entries`."""
    part = "" if width == tlog.TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{tile_number(n)}{part}"


def tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """`(level, number, width)` of every hash tile of a tree, partial ones included."""
    level, count = 0, size
    while count:
        full, rest = divmod(count, tlog.TILE_WIDTH)
        yield from ((level, n, tlog.TILE_WIDTH) for n in range(full))
        if rest:
            yield level, full, rest
        level, count = level + 1, full


def bundle(leaves: list[bytes]) -> bytes:
    """Entries as an entry bundle: each a 16-bit big-endian length and its bytes."""
    return b"".join(len(one).to_bytes(2, "big") + one for one in leaves)


def export(
    journal: Reader, directory: Path, *, disclose: bool = True, progress: Progress | None = None
) -> int:
    """Write the whole journal, as it is now, into an empty or new directory; how many entries.

    Without `disclose` no personal data leaves: there is no `disclosures.jsonl`, and everything else
    verifies the same.  Raises JournalError (the directory is not empty or cannot be written, the
    journal is damaged).
    """
    try:
        return _export(journal, directory, disclose, progress)
    except OSError as error:
        raise explain_os(error, directory) from None


def _export(journal: Reader, directory: Path, disclose: bool, progress: Progress | None) -> int:
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise JournalError(f"{directory} is not empty; give an empty or a new directory")
    head = journal.head()
    signed = journal.signed(head)
    (directory / README).write_text(_README.format(origin=head.origin, size=head.size))
    (directory / VKEY).write_text(f"{journal.vkey}\n")
    _write_entries(journal, directory, head, progress)
    if disclose:
        _write_disclosures(journal, directory, head)
    for level, n, width in tiles(head.size):
        hashes = _tile(journal, level, n, width)
        _put(directory / tile_path(level, n, width), b"".join(hashes))
    _put(directory / CHECKPOINT, signed.encode())
    os.sync()  # the medium may be pulled as soon as we say that we are done
    return head.size


def _tile(journal: Reader, level: int, n: int, width: int) -> list[bytes]:
    start = n * tlog.TILE_WIDTH
    if 8 * level <= tlog.TILE_LEVELS[-1]:
        return journal.hashes(8 * level, start, width)
    return [tlog.node_at(journal.hashes, 8 * level, start + one) for one in range(width)]


def _write_entries(
    journal: Reader, directory: Path, head: note.Checkpoint, progress: Progress | None
) -> None:
    """The lines and the bundles in one pass over the leaves."""
    block: list[bytes] = []
    with (directory / ENTRIES).open("w", encoding="ascii", newline="\n") as lines:
        for idx, leaf in journal.leaves(0, head.size):
            lines.write(f'{{"index":{idx},"leaf":"{note.b64(leaf)}"}}\n')
            block.append(leaf)
            if len(block) == tlog.TILE_WIDTH or idx + 1 == head.size:
                path = tile_path("entries", idx // tlog.TILE_WIDTH, len(block))
                _put(directory / path, bundle(block))
                block.clear()
                if progress is not None:
                    progress(idx + 1, head.size)


def _write_disclosures(journal: Reader, directory: Path, head: note.Checkpoint) -> None:
    with (directory / DISCLOSURES).open("w", encoding="ascii", newline="\n") as lines:
        for idx, text in journal.all_disclosures(head.size):
            row = {"index": idx, "digest": lf.digest_of(text), "disclosure": text}
            lines.write(json.dumps(row, separators=(",", ":")) + "\n")


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
