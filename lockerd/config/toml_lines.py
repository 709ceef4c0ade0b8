"""On which line a value of a TOML document stands; the standard library's parser does not say.

Theory of operation.  `tomllib` has parsed the text already, so this need not judge it: one pass
finds headers, keys, elements of arrays and keys of inline tables, and notes the line of the first
sight of each path.  A path is what leads to the value in the parsed document: keys, and indices of
arrays.

Rules.  Never raises and always ends, on any text: on a broken one the answers are merely less
exact. No recursion.  Paths are cut at `DEPTH`, deeper than any key of a config file.

Follows TOML 1.0.0: bare, quoted and dotted keys, arrays of tables, the four kinds of string.
"""

from __future__ import annotations

import re
from bisect import bisect_left

Path = tuple[str | int, ...]

DEPTH = 5
"""How many parts of a path are told apart."""

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_KEY = re.compile(r""""(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s.=\[\]{},#"']+""")
_STRING = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*\'''',
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


class Lines:
    """The lines of one text.  `last` is the path of the last statement that was seen."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._at: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}
        self.last: Path = ()
        self._scan()

    def of(self, *path: str | int) -> int:
        """The line (from 1) of the value at `path`, or of the nearest thing that encloses it."""
        for end in range(min(len(path), DEPTH), 0, -1):
            line = self._at.get(path[:end])
            if line is not None:
                return line
        return 1

    def _scan(self) -> None:
        base: Path = ()
        i = self._skip(_GAP, 0)
        while i < len(self._text):
            if self._text[i] == "[":
                base, i = self._header(i)
                self.last = base
            else:
                i = self._pair(i, base)
            i = self._skip(_GAP, i)

    def _skip(self, what: re.Pattern[str], i: int) -> int:
        match = what.match(self._text, i)
        return match.end() if match else i

    def _next_line(self, i: int) -> int:
        end = self._text.find("\n", i)
        return len(self._text) if end < 0 else end + 1

    def _note(self, path: Path, i: int) -> None:
        line = bisect_left(self._ends, i) + 1
        for end in range(1, len(path) + 1):
            self._at.setdefault(path[:end], line)

    def _keys(self, i: int) -> tuple[Path, int]:
        """A dotted key at `i`: its parts and where it ends; no parts when there is none."""
        parts: list[str] = []
        while (match := _KEY.match(self._text, i)) is not None:
            if len(parts) < DEPTH:
                parts.append(_plain(match.group()))
            i = match.end()
            dot = _DOT.match(self._text, i)
            if dot is None:
                break
            i = dot.end()
        return tuple(parts), i

    def _header(self, i: int) -> tuple[Path, int]:
        array = self._text.startswith("[[", i)
        parts, end = self._keys(self._skip(_BLANK, i + (2 if array else 1)))
        path: Path = ()
        for depth, part in enumerate(parts):
            path = (*path, part)
            if depth < len(parts) - 1 or not array:
                if path in self._arrays:
                    path = (*path, self._arrays[path])
            else:
                self._arrays[path] = self._arrays.get(path, -1) + 1
                path = (*path, self._arrays[path])
        path = path[:DEPTH]
        self._note(path, i)
        return path, self._next_line(end)

    def _pair(self, i: int, base: Path) -> int:
        parts, end = self._keys(i)
        if not parts:
            return self._next_line(i)
        path = (*base, *parts)[:DEPTH]
        self._note(path, i)
        self.last = path
        end = self._skip(_BLANK, end)
        if not self._text.startswith("=", end):
            return self._next_line(end)
        return self._value(self._skip(_BLANK, end + 1), path)

    def _value(self, i: int, path: Path) -> int:
        """Walk over the value at `i`, noting what is inside; the index after it."""
        text = self._text
        open_: list[tuple[str, Path]] = []
        counts: list[int] = []
        while i < len(text):
            if text[i] in "[{":
                open_.append((text[i], path))
                counts.append(0)
                i += 1
            else:
                match = _STRING.match(text, i) or _SCALAR.match(text, i)
                i = match.end() if match else i + 1
            while open_:
                i = self._skip(_GAP, i)
                if text.startswith((",", "]", "}"), i):
                    if text[i] != ",":
                        open_.pop()
                        counts.pop()
                    i += 1
                    continue
                break
            if not open_:
                return i
            kind, outer = open_[-1]
            if kind == "[":
                path = (*outer, counts[-1])[:DEPTH]
                counts[-1] += 1
                self._note(path, i)
                continue
            parts, end = self._keys(i)
            end = self._skip(_BLANK, end)
            if not parts or not text.startswith("=", end):
                return self._next_line(i)
            path = (*outer, *parts)[:DEPTH]
            self._note(path, i)
            i = self._skip(_BLANK, end + 1)
        return i


def _plain(key: str) -> str:
    """A key as the parser sees it: without its quotes, escapes resolved."""
    if key[0] == "'":
        return key[1:-1]
    if key[0] != '"':
        return key
    if "\\" not in key:
        return key[1:-1]
    import tomllib

    try:
        return str(tomllib.loads(f"key = {key}")["key"])
    except tomllib.TOMLDecodeError:
        return key[1:-1]
