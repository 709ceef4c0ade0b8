"""The epochs of a cabinet's record as one history: the present one, and those kept beside it.

Theory of operation.  The present epoch is asked as every command asks.  An epoch that is over lies
in `DIR/epochs/<n>` and is opened read-only; the same readings are answered from it, with the
present clock and time zone.  Nothing is live in it any more.

Rules.  What is not at hand is said, never left out in silence: `unseen` names the first epoch that
would be needed and is not kept here.  An entry's number means nothing without its epoch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lockerd.cli.tool import Stopped, Tool
from lockerd.control import client as cl

EPOCHS = "epochs"

Row = Mapping[str, Any]


class Epoch:
    """One epoch.  `asks` is None for the present one, which is asked through the tool."""

    def __init__(self, tool: Tool, number: int, origin: str, asks: Any = None) -> None:
        self.number, self.origin = number, origin
        self._tool, self._asks = tool, asks

    def pages(self, op: str, args: Mapping[str, Any]) -> Iterator[Row]:
        """Every page of a reading of this epoch."""
        if self._asks is None:
            return self._tool.pages(op, args)
        given = {name: value for name, value in args.items() if value is not None}
        return cl.pages(self._asks, op, given)

    def rows(self, op: str, args: Mapping[str, Any]) -> Iterator[Row]:
        """The rows of every page, each with the number of its epoch."""
        for page in self.pages(op, args):
            for row in page["rows"]:
                yield {**row, "epoch": self.number}

    def begins(self) -> Row:
        """What its first entry says: `previous`, `previous_size`, `why` where it goes on."""
        for row in self.rows("journal.entries", {"only": 0}):
            fields: Row = row["fields"]
            return fields
        return {}

    def close(self) -> None:
        """Let go of it."""
        if self._asks is not None:
            self._asks.close()


class Epochs:
    """Every epoch that is at hand, the oldest first; use it as a context."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        place = Path(tool.state) / EPOCHS
        head = tool.ask("journal.head")
        self._every = [Epoch(tool, head["epoch"], head["origin"])]
        if head["epoch"] > 1 and place.is_dir():
            try:
                self._every = [*_past(tool, place, head), *self._every]
            except OSError as no:
                tool.note(f"{place} cannot be read ({no.strerror}); ask whoever runs the cabinet")

    def __iter__(self) -> Iterator[Epoch]:
        return iter(self._every)

    def __len__(self) -> int:
        return len(self._every)

    @property
    def present(self) -> Epoch:
        """The one that is written now."""
        return self._every[-1]

    def place(self, one: Epoch) -> Path:
        """The directory that its database lies in."""
        state = Path(self.tool.state)
        return state if one is self.present else state / EPOCHS / str(one.number)

    def unseen(self) -> str | None:
        """What would be needed for the whole history and is not kept here; None if nothing is."""
        later = self.present
        for one in reversed(self._every[:-1]):
            if one.number != later.number - 1:
                break
            later = one
        began = later.begins() if later.number > 1 else {}
        if not began.get("previous"):
            return None
        return f"{began['previous']} ({began['previous_size']} entries)"

    def __enter__(self) -> Epochs:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._every:
            one.close()


def _past(tool: Tool, place: Path, head: Row) -> Iterator[Epoch]:
    """The epochs that are kept beside the present one.  Raises Stopped for one that is damaged."""
    from datetime import datetime

    from lockerd.cli.offline import Ended, Offline
    from lockerd.core.now import Now
    from lockerd.journal.reader import DATABASE
    from lockerd.ports import JournalError

    numbers = sorted(int(one.name) for one in place.iterdir() if one.name.isdecimal())
    there = [one for one in numbers if (place / str(one) / DATABASE).exists()]
    at = datetime.fromisoformat(tool.ask("clock.show")["earliest"])
    now = Now("00000000", 0, round(at.timestamp() * 1000), None, "floor")
    for number in (one for one in there if one < head["epoch"]):
        try:
            shelf = Ended(place / str(number), now, head["time_zone"])
        except JournalError as wrong:
            raise Stopped(f"epoch {number}: {wrong}") from None
        yield Epoch(tool, number, shelf.journal.origin, Offline(shelf, "this epoch is over"))


def boundary(one: Epoch) -> str:
    """One epoch's name, and what it goes on from."""
    began = one.begins()
    text = f"epoch {one.number}, {one.origin}"
    if began.get("previous"):
        last = began["previous_size"] - 1
        text += f": goes on from entry {last} of {began['previous']} ({began.get('why') or '-'})"
    return text
