"""Key pairs of people: a witness's and the owner's, made and read by commands.

Rules.  A private key is a new file of mode 0600 and is never printed.  The verifier key is.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.cli.files import fill, reserve
from lockerd.cli.tool import DONE, USAGE, Stopped, Tool

if TYPE_CHECKING:
    from lockerd.journal.note import SigningKey

NOT_BEFORE_S = 1_735_689_600
"""2025-01-01: a computer that says less was never set."""


def now_s() -> int:
    """The present in Unix seconds.  Raises Stopped when the clock was never set."""
    import time

    now = int(time.time())
    if now < NOT_BEFORE_S:
        raise Stopped("the clock of this computer is not set; set it first")
    return now


def keygen(tool: Tool, name: str, file: str, kind: int) -> int:
    """Make a pair of this kind, write its private half and print the other."""
    from lockerd.journal.note import NoteError, SigningKey

    try:
        key = SigningKey(name, os.urandom(32), kind)
    except NoteError as wrong:
        raise Stopped(str(wrong), USAGE) from None
    fill(reserve(file), file, f"{key.secret_text}\n".encode("ascii"))
    if tool.as_json:
        tool.give({"name": name, "vkey": key.vkey, "file": file})
    else:
        tool.note(f"the private key is in {file}: keep a copy where no cabinet is")
        tool.say(key.vkey)
    return DONE


def load_key(file: str, kind: int) -> SigningKey:
    """A private key of this kind.  Raises Stopped."""
    from lockerd.journal.keys import read_secret
    from lockerd.journal.note import NoteError, parse_signing_key
    from lockerd.ports import JournalError

    try:
        return parse_signing_key(read_secret(Path(file), "the private key").decode("ascii"), kind)
    except (NoteError, UnicodeDecodeError, JournalError) as wrong:
        text = str(wrong) if not isinstance(wrong, UnicodeDecodeError) else "it is not text"
        raise Stopped(f"{file}: {text}") from None
