"""A list of handovers that is being sent, before anything of it is announced.

Theory of operation.  A day's list is longer than a line of the socket, so a tool sends it piece by
piece under a name of its own and then asks what is wrong, or for all of it at once.  Until then
nothing is decided and nothing is kept: a list that is never finished is forgotten with the next.

Rules.  One list at a time.  Names in it are never shown in an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lockerd.control.codec import RequestError
from lockerd.core.announced import ORDERS_MAX


class Row(NamedTuple):
    """One row as it was sent, and the ids that its handover will have."""

    given: Mapping[str, Any]
    ids: tuple[str, str, str]


class Staging:
    """The rows of one list."""

    def __init__(self) -> None:
        self._name = ""
        self._rows: list[Row] = []

    def put(self, name: str, first: int, rows: list[Row]) -> int:
        """Add rows that follow the `first` ones; how many there are.  Raises RequestError."""
        if first == 0:
            self._name, self._rows = name, []
        if name != self._name or first != len(self._rows):
            raise RequestError(
                "declined", "another list was sent meanwhile; send this one again", why="replaced"
            )
        if first + len(rows) > ORDERS_MAX:
            raise RequestError(
                "declined", f"a list has at most {ORDERS_MAX} rows; split it", why="rows"
            )
        self._rows += rows
        return len(self._rows)

    def rows(self, name: str) -> list[Row]:
        """The rows of this list.  Raises RequestError when there is none of this name."""
        if not self._rows or name != self._name:
            raise RequestError(
                "declined", "there is no such list; send its rows first", why="replaced"
            )
        return self._rows

    def clear(self) -> None:
        """Forget the list."""
        self._name, self._rows = "", []
