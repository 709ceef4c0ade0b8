"""A line of progress on stderr, on terminals only, for work that may take long.

Rules.  It appears with the second percent, so short work leaves no trace, and is wiped at the end.
"""

from __future__ import annotations

from lockerd.cli.tool import Tool

WIDTH = 30


class Progress:
    """Call it with `(done, total)`; use it as a context."""

    def __init__(self, tool: Tool, what: str) -> None:
        self._err = tool.err
        self._what = what
        self._shown = 0
        self._on = not tool.as_json and tool.err.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Draw, if the percentage changed."""
        percent = min(100, 100 * done // total) if total else 100
        if not self._on or percent == self._shown or (not self._shown and percent >= 100):
            return
        self._shown = percent
        bar = "#" * (WIDTH * percent // 100)
        self._err.write(f"\r{self._what} [{bar:<{WIDTH}}] {percent:3} %")
        self._err.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            blank = " " * (len(self._what) + WIDTH + 10)
            self._err.write(f"\r{blank}\r")
            self._err.flush()
