"""What a demonstration keeps beside its journal, in clear: records in a file of JSON.

Rules.  A file is written whole, beside, made durable, and then put in place: a kill and a power cut
leave the one before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lockerd.ports import PortError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    One = TypeVar("One", bound=DataclassInstance)


class KeptDamaged(PortError):
    """A file of the demonstration cannot be read; the message says which."""


def read(file: Path, kind: type[One]) -> list[One]:
    """The records of a file, none if there is no file.  Raises KeptDamaged."""
    try:
        found = json.loads(file.read_bytes())
        if not isinstance(found, list):
            raise TypeError("not a list")
        return [kind(**one) for one in found]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as wrong:
        raise KeptDamaged(
            f"{file} cannot be read ({type(wrong).__name__}); "
            "begin a new demonstration: give another --state, or remove this directory"
        ) from None


def write(file: Path, records: Iterable[DataclassInstance]) -> None:
    """Put the records in place of those that were there.  Raises OSError."""
    draft = file.with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump([asdict(one) for one in records], out)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
