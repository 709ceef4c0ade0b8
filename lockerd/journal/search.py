"""Finding entries: by type, compartment, handover, actor, or a word in what was disclosed.

Theory of operation.  SQLite's own JSON functions narrow the rows down inside the database, a
registered function looks into disclosures; what is left is read through the reader, which checks
each leaf against its hash before it is parsed.  So a search may miss nothing that the table holds,
and shows nothing that was not sealed.

Rules.  For tools: it imports sqlite-utils, which is heavy, only when called, and without its
plug-ins.  Words are compared without regard to case, and never logged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from lockerd.journal import leaf as lf
from lockerd.journal.errors import explain
from lockerd.journal.reader import Reader

MAX_FOUND = 10_000

_WHERE = """
SELECT idx FROM entry WHERE idx >= :start AND idx < :size
AND (:kind IS NULL OR json_extract(CAST(leaf AS TEXT), '$.type') GLOB :kind)
AND (:unit IS NULL OR json_extract(CAST(leaf AS TEXT), '$.unit') = :unit)
AND (:ho IS NULL OR json_extract(CAST(leaf AS TEXT), '$.ho') = :ho)
AND (:actor IS NULL OR json_extract(CAST(leaf AS TEXT), '$.actor.id') = :actor)
AND (:word IS NULL OR idx IN (SELECT idx FROM disclosure WHERE discloses(disclosure, :word)))
ORDER BY idx LIMIT :count
"""


class Wanted(NamedTuple):
    """What to look for; None means anything.

    `kind`: an event's type, or a pattern such as `release.*`.  `actor`: a number or a pseudonym.
    `word`: part of a disclosed value.
    """

    kind: str | None = None
    unit: str | None = None
    ho: str | None = None
    actor: str | None = None
    word: str | None = None


def discloses(text: str, word: str) -> bool:
    """Whether a disclosure's value contains the word, in any case."""
    try:
        return word.casefold() in lf.read_disclosure(text)[1].casefold()
    except lf.LeafError:
        return False


def search(
    journal: Reader, wanted: Wanted, *, start: int = 0, count: int = MAX_FOUND
) -> Iterator[lf.Leaf]:
    """Entries from `start` on that fit, in order, at most `count`.  Raises JournalDamaged."""
    from sqlite_utils import Database

    database = Database(journal.connection, execute_plugins=False)
    database.register_function(discloses, deterministic=True, replace=True)
    limits = {"start": start, "size": journal.size, "count": min(count, MAX_FOUND)}
    try:
        found = [row["idx"] for row in database.query(_WHERE, {**wanted._asdict(), **limits})]
    except sqlite3.Error as error:
        raise explain(error, "searching", journal.path) from None
    for idx in found:
        yield journal.entry(idx)
