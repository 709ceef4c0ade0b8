"""What a key, a table and a form of text are: the words in which the schema is written.

Theory of operation.  `tables.py` says in these words what a config file may hold; the reader, the
JSON Schema, the reference file and the manual only read them.
"""

from __future__ import annotations

import re
from typing import Literal

from lockerd.core.record import Record
from lockerd.core.site import LANGUAGES

Value = str | int | float | bool
Kind = Literal["text", "integer", "number", "flag"]

MAX_COLUMNS = 32
MAX_COMPARTMENTS = 200
MAX_PROFILES = 32
MAX_WITNESSES = 8
MAX_NOTIFIED = 32

SHIPPED: tuple[str, ...] = (
    "documents",
    "keys",
    "repairs",
    "parts",
    "one-time",
    "out-of-hours",
    "evidence",
)
"""The profiles that come with the program, one file each; see `shipped`."""

EXAMPLE_OWNER_KEY = "owner.lockerd.example+a8e92328+ARYv6+SffALjHJffmpwwDFh/IS3guPnrRF4sKWz+nzEE"
"""A public key whose private half was never kept: a real cabinet refuses it."""

EXAMPLE_WITNESS = "witness.example+74ab28ad+BFS40R/IcKOsNkU6bHTML97XCCmNZWiLqg2NGfui7wTo"
"""A witness's key whose private half was never kept: a real cabinet refuses it."""

EXAMPLE_SEAL_KEY = "/1GBFbOwplZ5tsSZC3/uTRUMmz3DhT9NPpw6RmvhltA="
"""A key whose private half nobody knows."""

PINS: dict[str, range] = {"pi": range(2, 28), "cm": range(46), "": range(46)}
"""Usable GPIO numbers by board: a 40-pin header, and a Compute Module on a 200-pin socket."""

_LANGUAGE = f"({'|'.join(LANGUAGES)})"

FORMS: dict[str, tuple[str, str]] = {
    "plain": (r"[^\x00-\x1f\x7f-\x9f]*", "plain text on one line"),
    "fleet": (
        r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+",
        "a domain name in small letters, such as lockers.example.com",
    ),
    "device": (
        r"[a-z0-9][a-z0-9-]{0,31}",
        "small letters, digits and hyphens, such as rl-07",
    ),
    "unit": (
        r"[A-Z0-9][A-Z0-9-]{0,5}",
        "capital letters, digits and hyphens, such as 14 or B-3",
    ),
    "word": (
        r"([a-z0-9][a-z0-9-]*)?",
        "small letters, digits and hyphens, such as chilled",
    ),
    "phone": (r"\+?[0-9][0-9 ()-]*[0-9]", "a telephone number in digits and spaces"),
    "zone": (r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", "a name of the tz database"),
    "owner-key": (r"[A-Za-z0-9+/=.-]*", "an Ed25519 public key"),
    "witness": (
        r"[!-*,-~]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}",
        "a witness's verifier key (name+hash+key)",
    ),
    "seal-key": (r"([A-Za-z0-9+/]{43}=)?", "an X25519 public key, 32 bytes in base64"),
    "directory": (r"(/[A-Za-z0-9_.:+@-]+)*", "an absolute path of letters, digits and _.:+@-"),
    "languages": (
        rf"{_LANGUAGE}( {_LANGUAGE})*",
        f"languages from {', '.join(LANGUAGES)}, a space between them",
    ),
    "spans": (
        r"(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]:[0-5][0-9]|2[0-3]:[0-5][0-9]|24:00)( |$))*",
        "hours such as 08:00-12:00 13:00-18:00, empty for closed",
    ),
    "days": (
        r"([0-9]{4}-[0-9]{2}-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})?( |$))*",
        "dates such as 2026-12-25 2026-12-27..2026-12-31",
    ),
    "hours": (r"(0|[1-9][0-9]{0,3})?( (0|[1-9][0-9]{0,3}))*", "hours such as 24 4"),
    "names": (
        r"([a-z0-9][a-z0-9-]{0,31})?( [a-z0-9][a-z0-9-]{0,31})*",
        "names of [notify.NAME] tables, a space between them",
    ),
    "device-path": (r"(/dev/[A-Za-z0-9_.:+@/-]+)?", "a path below /dev/"),
}
"""Forms of text: an anchored pattern and what it asks for, in words."""


class Key(Record):
    """One key.  `low`, `high`: bounds of a number, or of a text's length in characters.

    `default` None with `required` False: the value is worked out as `absent` says.
    """

    name: str
    kind: Kind
    doc: str
    default: Value | None = None
    required: bool = False
    low: float = 0
    high: float = 0
    choices: tuple[str | int, ...] = ()
    form: str = ""
    example: Value | None = None
    absent: str = ""

    @property
    def unit(self) -> str:
        """The unit in words; empty when there is none."""
        if self.kind not in ("integer", "number"):
            return ""
        if self.name in _UNITS:
            return _UNITS[self.name]
        return _SUFFIXES.get(self.name.rpartition("_")[2], "")

    @property
    def sample(self) -> Value:
        """A value that is right: the example, else the default, else the least."""
        for one in (self.example, self.default):
            if one is not None:
                return one
        return int(self.low)


class Table(Record):
    """One table.  `shape`: `one` is `[name]`, `many` is `[[name]]`, `named` is `[name.NAME]`."""

    name: str
    doc: str
    keys: tuple[Key, ...]
    shape: Literal["one", "many", "named"] = "one"
    required: bool = False
    limit: int = 1

    @property
    def header(self) -> str:
        """The header as a person writes it."""
        return {"one": f"[{self.name}]", "many": f"[[{self.name}]]"}.get(
            self.shape, f"[{self.name}.NAME]"
        )

    def key(self, name: str) -> Key:
        """The key of this name; KeyError when there is none."""
        for one in self.keys:
            if one.name == name:
                return one
        raise KeyError(name)

    def names(self) -> tuple[str, ...]:
        """The names of all keys, in the order of the manual."""
        return tuple(one.name for one in self.keys)


_UNITS = {
    "baud": "bit/s",
    "height": "height units",
    "top": "height units",
    "strike_pin": "GPIO number",
    "contact_pin": "GPIO number",
    "attempts": "pulses",
    "columns": "characters",
    "authorisers": "people",
}
_SUFFIXES = {"ms": "ms", "s": "s", "h": "h", "days": "days", "mm": "mm", "px": "px"}


_PATTERNS: dict[str, re.Pattern[str]] = {}


def fits(form: str, text: str) -> bool:
    """Whether the whole text has the form.  Compiled at first use."""
    if form not in _PATTERNS:
        _PATTERNS[form] = re.compile(FORMS[form][0])
    return _PATTERNS[form].fullmatch(text) is not None
