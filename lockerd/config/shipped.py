"""The profiles that come with the program, for `like = "documents"` in a config.

Theory of operation.  `config/profiles/NAME.toml` holds one `[profile.NAME]`.  A checkout has that
directory beside the package, an installation below its prefix.  A profile of a site that says
`like` begins with these values; what it says itself goes before.

Rules.  Read with the same checks as a site's own keys.  The bytes count in the config's digest, so
a cabinet whose shipped profiles were changed has another config.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from lockerd.config.schema import SHIPPED, Value
from lockerd.config.tables import BY_NAME
from lockerd.config.values import fault_of
from lockerd.core.record import Record

MAX_BYTES = 16_000

ENDS: Mapping[str, tuple[str, ...]] = {
    "escalate": ("escalate_h", "escalate_to"),
    "reassign": ("reassign_to",),
}
"""What belongs to one answer of `at_expiry` alone."""


class Damaged(Exception):
    """A shipped profile cannot be used; the text says why and ends with the remedy."""


class Shipped(Record):
    """One shipped profile: its file's bytes, and its values."""

    name: str
    data: bytes
    values: Mapping[str, Value]

    def under(self, given: Mapping[str, Value]) -> dict[str, Value]:
        """The values that stay beside those that a site gives.

        Another answer of `at_expiry` takes away whom the shipped one told or asked.
        """
        ends = given.get("at_expiry", self.values.get("at_expiry"))
        gone = {key for answer, keys in ENDS.items() if answer != ends for key in keys}
        return {key: value for key, value in self.values.items() if key not in gone}


def folder() -> Path:
    """Where the profiles lie: beside the package, else below the installation's prefix."""
    beside = Path(__file__).resolve().parents[2] / "config" / "profiles"
    return beside if beside.is_dir() else Path(sys.prefix) / "share" / "lockerd" / "profiles"


def shipped(name: str, where: Path | None = None) -> Shipped:
    """A shipped profile.  Raises Damaged."""
    assert name in SHIPPED, name
    path = (where or folder()) / f"{name}.toml"
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        root = tomllib.loads(data[:MAX_BYTES].decode("utf-8"))
    except (OSError, ValueError):
        raise Damaged("cannot be read; install the program again") from None
    held = root.get("profile")
    values = held.get(name) if isinstance(held, dict) and len(held) == len(root) == 1 else None
    if not isinstance(values, dict) or len(data) > MAX_BYTES:
        raise Damaged(f"is not one [profile.{name}]; install the program again")
    table = BY_NAME["profile"]
    for key, value in values.items():
        if key not in table.names() or key == "like" or fault_of(table.key(key), value) is not None:
            raise Damaged("holds a key or value that is none; install the program again")
    return Shipped(name=name, data=data, values=values)
