"""What is wrong with a config file, one line each, and the codes that a manual can be searched for.

Theory of operation.  Every check adds to one `Sheet`; nothing stops at the first mistake.  Lines
are looked up only when there is something to say, so a good file never pays for them.

Rules.  A complaint says what is wrong and what to write instead, never only one of them.  A code
keeps its meaning for ever: texts may improve, numbers are never reused.  Free text from the file
is not repeated (it may be a name or a secret); numbers, keys and choices are, with odd characters
escaped.
"""

from __future__ import annotations

from collections.abc import Callable

from lockerd.config.toml_lines import Lines, Path
from lockerd.core.record import Record

MAX_COMPLAINTS = 200
"""How many are shown; the rest is counted."""

MAX_SHOWN = 32
"""Characters of a key or value that are repeated."""

CODES: dict[str, str] = {
    "E-CFG-001": "the file cannot be read",
    "E-CFG-002": "the path is not a file",
    "E-CFG-003": "the file is too large",
    "E-CFG-004": "the file is empty",
    "E-CFG-005": "the file is not UTF-8",
    "E-CFG-006": "the file begins with a byte order mark",
    "E-CFG-007": "a line is too long, or lists are nested too deeply",
    "E-CFG-008": "a line is not TOML",
    "E-CFG-009": "a key or a table is given twice",
    "E-CFG-010": "there may be more mistakes than are shown",
    "E-CFG-020": "the table is not known",
    "E-CFG-021": "the key is not known",
    "E-CFG-022": "the key stands in the wrong place",
    "E-CFG-023": "a table is missing",
    "E-CFG-024": "a key is missing",
    "E-CFG-025": "the table has the wrong kind of header",
    "E-CFG-026": "a secret is in the file",
    "E-CFG-030": "the value has the wrong type",
    "E-CFG-031": "the number is out of range",
    "E-CFG-032": "the value is not one of the choices",
    "E-CFG-033": "the text is empty, too long or not plain",
    "E-CFG-034": "the name or number has the wrong form",
    "E-CFG-035": "the time zone is not known",
    "E-CFG-036": "the owner's key is not an Ed25519 public key",
    "E-CFG-037": "the witness's key is not an Ed25519 cosigner's verifier key",
    "E-CFG-040": "there are too many of them",
    "E-CFG-041": "a pin is used twice",
    "E-CFG-042": "the board does not have the pin",
    "E-CFG-043": "two doors have the same name",
    "E-CFG-044": "the column does not exist",
    "E-CFG-045": "a door is in the screen's column",
    "E-CFG-046": "two doors overlap",
    "E-CFG-047": "a door reaches below its column",
    "E-CFG-048": "there are two screens",
    "E-CFG-050": "a profile that comes with the program cannot be used",
    "E-CFG-060": "another key makes this one necessary",
    "E-CFG-061": "another key makes this one meaningless",
    "E-CFG-062": "the door's answer would come too late to be seen",
    "E-CFG-063": "the alarm would come before the reminder",
    "E-CFG-064": "the screen's sizes do not fit together",
    "E-CFG-065": "two devices share one path",
    "E-CFG-066": "two witnesses share one key",
    "E-CFG-067": "a code's only way out is one that nobody may see",
    "E-CFG-068": "the opening hours or closed days are none",
    "E-CFG-069": "the hours are not in order, or nobody has this name",
    "W-CFG-101": "without a battery clock, a power cut would make this profile deny releases",
    "W-CFG-102": "the strike's line has the wrong level while the board starts",
    "W-CFG-103": "the strike's line carries the serial console while the board starts",
    "W-CFG-104": "the cool-down is short for the pulse",
    "W-CFG-105": "the device path changes from one start to the next",
    "W-CFG-106": "a real cabinet's screen is not full",
    "W-CFG-107": "the time zone cannot be checked on this machine",
    "W-CFG-108": "the sizes of two doors contradict their heights",
    "W-CFG-109": "a column has no door",
    "W-CFG-110": "nobody would get the codes of a profile",
    "W-CFG-111": "a reminder would come before the item can be collected",
    "W-CFG-112": "a profile needs more people than are enrolled",
}
"""Every code and its meaning.  E: the file is refused.  W: it is accepted, and worth a look."""


class Complaint(Record):
    """One mistake (`E-CFG-nnn`) or warning (`W-CFG-nnn`).  `line` counts from 1."""

    path: str
    line: int
    table: str
    key: str
    code: str
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: [{self.table}] {self.key}"
        return f"{place}: {self.what}; {self.remedy} ({self.code})"

    @property
    def is_rest(self) -> bool:
        """Whether it only says that more was not shown or not checked."""
        return self.code == "E-CFG-010"

    @property
    def is_error(self) -> bool:
        """Whether the file is refused because of it."""
        return self.code.startswith("E")


class ConfigError(Exception):
    """The file cannot be used.  `complaints` are in file order, warnings among them."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("\n".join(str(one) for one in complaints))
        self.complaints = complaints


class Sheet:
    """Collects the complaints about one file and puts them in its order."""

    def __init__(self, path: str) -> None:
        self.path = visible(path, len(path))
        self._found: list[Complaint] = []
        self._lines: Callable[[], Lines] = lambda: Lines("")
        self._known: Lines | None = None
        self.refused = False

    def use_text(self, text: str) -> None:
        """Look lines up in this text from now on."""
        self._lines, self._known = (lambda: Lines(text)), None

    def add_at(self, code: str, line: int, table: str, key: str, what: str, remedy: str) -> None:
        """Add a complaint about a line."""
        assert code in CODES, code
        self.refused = self.refused or code.startswith("E")
        shown = visible(key)
        self._found.append(Complaint(self.path, line, table, shown, code, what, remedy))

    def add(self, code: str, at: Path, table: str, key: str, what: str, remedy: str) -> None:
        """Add a complaint about the value at a path, or about its table when it is not there."""
        if self._known is None:
            self._known = self._lines()
        self.add_at(code, self._known.of(*at), table, key, what, remedy)

    def add_unchecked(self) -> None:
        """Say that nothing below the last complaint was checked."""
        line = max((one.line for one in self._found), default=1)
        what, remedy = "was not checked from this line on", "mend those above and check again"
        self.add_at("E-CFG-010", line, "file", "rest", what, remedy)

    def line(self, *at: str | int) -> int:
        """The line of the value at a path."""
        if self._known is None:
            self._known = self._lines()
        return self._known.of(*at)

    def in_order(self) -> list[Complaint]:
        """All complaints by line, at most `MAX_COMPLAINTS`, and how many more there are."""
        ordered = sorted(self._found, key=lambda one: one.line)
        rest = ordered[MAX_COMPLAINTS:]
        if not rest:
            return ordered
        last = Complaint(
            path=self.path,
            line=rest[0].line,
            table="file",
            key="rest",
            code="E-CFG-010",
            what=f"has {len(rest)} more from this line on",
            remedy="mend those above and check again",
        )
        return [*ordered[:MAX_COMPLAINTS], last]


def visible(text: str, limit: int = MAX_SHOWN) -> str:
    """Text made safe to print: at most `limit` characters, the unprintable ones escaped."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in cut
    )
