"""What every command has: where to write, whom to ask, and how errors become exit codes.

Theory of operation.  A command asks through `Tool.ask`.  That is the daemon, when one runs on the
state directory; when none does, a reading is answered from the database, opened read-only.

Rules.  Results go to stdout, everything else to stderr.  What a terminal could take for a command
is never printed as it is.  With `--json`: one object per line.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from lockerd.control import client as cl

DONE, NO, USAGE, UNREACHABLE = 0, 1, 2, 3

EXIT_CODES: Mapping[str, int] = {
    "declined": NO,
    "failed": NO,
    "staff": NO,
    "usage": USAGE,
    "unknown-op": USAGE,
    "malformed": USAGE,
    "version": USAGE,
    "too-long": USAGE,
    "busy": UNREACHABLE,
    "forbidden": UNREACHABLE,
    "unfinished": UNREACHABLE,
}
"""What each code of the socket means to a script."""


OWN_PIN = "own-pin"
"""The word with which an override asks for the PIN of who asks."""

OWN_PIN_FILE = "LOCKERCTL_OWN_PIN_FILE"
"""The environment's name for a file that holds it; a script has no terminal to type at."""


class Stopped(Exception):
    """A command ends here.  The text ends with the remedy; `code` is the exit code."""

    def __init__(self, text: str, code: int = NO) -> None:
        super().__init__(text)
        self.code = code


def _sleep(for_s: float) -> None:
    import time

    time.sleep(for_s)


class Tool:
    """The surroundings of one command."""

    def __init__(
        self,
        state: str,
        as_json: bool,
        out: TextIO | None = None,
        err: TextIO | None = None,
        connect: Callable[[str], cl.Client] = cl.connect,
        sleep: Callable[[float], None] = _sleep,
    ) -> None:
        self.state = state
        self.as_json = as_json
        self.out = sys.stdout if out is None else out
        self.err = sys.stderr if err is None else err
        self.sleep = sleep
        self._connect = connect
        self._asks: cl.Asks | None = None

    # -- asking ----------------------------------------------------------------------------------

    def ask(self, op: str, args: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The result of one request, answered without a daemon where that can be."""
        return self._reading().call(op, _given(args))

    def rows(self, op: str, args: Mapping[str, Any] | None = None) -> Iterator[Mapping[str, Any]]:
        """The rows of every page of an answer."""
        for page in self.pages(op, args):
            yield from page["rows"]

    def pages(self, op: str, args: Mapping[str, Any] | None = None) -> Iterator[Mapping[str, Any]]:
        """Every page of an answer."""
        return cl.pages(self._reading(), op, _given(args))

    def act(self, op: str, args: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The result of a request that needs a daemon; an override asks for one's own PIN."""
        given = _given(args)
        try:
            return self._daemon().call(op, given)
        except cl.Refused as no:
            if no.why != OWN_PIN:
                raise
            return self._daemon().call(op, {**given, "own_pin": self._own_pin(str(no))})

    def _own_pin(self, asked: str) -> str:
        """The PIN of whoever sits here: from the file that the environment names, or typed."""
        import os

        file = os.environ.get(OWN_PIN_FILE)
        if file:
            from lockerd.cli.files import read_text

            return read_text(file, "the file of your own PIN").strip()
        if not sys.stdin.isatty():
            raise Stopped(f"{asked}; name a file that holds it: {OWN_PIN_FILE}=FILE")
        from getpass import getpass

        return getpass("your own PIN: ")

    def checked(self, op: str, args: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The rows of an answer to somebody, that needs a daemon."""
        for page in cl.pages(self._daemon(), op, _given(args)):
            yield from page["rows"]

    def seen(self, op: str) -> Iterator[Mapping[str, Any]]:
        """The rows of an answer that needs a daemon."""
        for page in cl.pages(self._daemon(), op, {}):
            yield from page["rows"]

    def _daemon(self) -> cl.Client:
        if not isinstance(self._asks, cl.Client):
            self._asks = self._connect(self.state)
        return self._asks

    def _reading(self) -> cl.Asks:
        if self._asks is None:
            try:
                self._asks = self._connect(self.state)
            except cl.Absent as absent:
                from lockerd.cli.offline import open_offline

                self._asks = open_offline(self.state, str(absent), self.note)
        return self._asks

    def close(self) -> None:
        """Hang up; idempotent."""
        asks, self._asks = self._asks, None
        if asks is not None:
            getattr(asks, "close", lambda: None)()

    # -- saying ----------------------------------------------------------------------------------

    def say(self, *lines: str) -> None:
        """Lines for a person."""
        for one in lines:
            self.out.write(plain(one) + "\n")

    def note(self, line: str) -> None:
        """A line beside the result."""
        if not self.as_json:
            self.err.write(plain(line) + "\n")

    def give(self, value: Mapping[str, Any]) -> None:
        """One object for a script."""
        import json

        self.out.write(json.dumps(value, ensure_ascii=False) + "\n")

    def table(
        self,
        columns: Sequence[tuple[str, str]],
        rows: Iterable[Mapping[str, Any]],
        nothing: str,
    ) -> None:
        """Rows as JSON lines, or as a table of `(heading, key)` columns; `nothing` if empty."""
        if self.as_json:
            for row in rows:
                self.give(row)
            return
        found = [[_cell(row.get(key)) for _, key in columns] for row in rows]
        if not found:
            self.say(nothing)
            return
        self.say(*aligned([[heading for heading, _ in columns], *found]))


def _given(args: Mapping[str, Any] | None) -> dict[str, Any]:
    """The arguments that were given at all."""
    return {k: v for k, v in (args or {}).items() if v is not None and v is not False}


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines, each column as wide as its widest cell."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def facts(pairs: Iterable[tuple[str, Any]]) -> list[str]:
    """`name  value` lines, those without a value left out."""
    return aligned([(name, _cell(value)) for name, value in pairs if value not in (None, "")])


def plain(text: str) -> str:
    """Text with everything unprintable escaped."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() or one == "\n" else one.encode("unicode_escape").decode("ascii")
        for one in text
    )


def when(at: str | None, seconds: bool = False) -> str:
    """`2026-11-21T14:00:03+00:00` as a person at the site reads it."""
    if at is None:
        return "-"
    return at[: 19 if seconds else 16].replace("T", " ")
