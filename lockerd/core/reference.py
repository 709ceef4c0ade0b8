"""The short name of a handover that a person can read out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lockerd.core.site import Site
from lockerd.core.state import Handover

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEX = re.compile(r"[0-9a-f]{4,16}", re.ASCII)
_SHORT = re.compile(r"([0-9A-Z]{1,6})-([0-9A-Z]{4})", re.ASCII)
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def reference(site: Site, ho: str) -> str:
    """The short reference that a person can read out, such as `RL07-4K2M`.

    The device's letters and digits, then 20 bits of the handover's random id in Crockford base 32.
    """
    prefix = "".join(one for one in site.device.upper() if one.isalnum())[:6]
    number = int(ho[:5], 16)
    digits = "".join(ALPHABET[(number >> shift) & 31] for shift in (15, 10, 5, 0))
    return f"{prefix}-{digits}"


def digits_of(text: str) -> str | None:
    """The hex digits with which the id begins that a short reference, or an id, names; None for
    what is neither.  Letters that look like a digit are read as it."""
    if _HEX.fullmatch(text.lower()):
        return text.lower()
    short = _SHORT.fullmatch(text.upper())
    digits = short[2].translate(_READ_AS) if short is not None else ""
    if short is None or any(one not in ALPHABET for one in digits):
        return None
    number = 0
    for one in digits:
        number = number << 5 | ALPHABET.index(one)
    return f"{number:05x}"


def named(known: Handover, disclosed: Callable[[int], Mapping[str, str]]) -> dict[str, str]:
    """What is disclosed of a handover; its recipient is the one that it was reassigned to, its seal
    the one that its depositor read."""
    names = dict(disclosed(known.ordered))
    if known.named is not None:
        names.pop("recipient", None)
        names.update(disclosed(known.named))
    if known.sealed is not None and known.sealed != known.ordered:
        names.pop("seal", None)
        names.update(disclosed(known.sealed))
    return names


def labelled(site: Site, ho: str, names: Mapping[str, str], text: str) -> bool:
    """Whether a scanned label is this handover's: its own reference or id, or what it discloses
    about the item.  A recipient's name is nobody's label."""
    wanted = text.strip().casefold()
    own = (value for name, value in names.items() if name != "recipient")
    return bool(wanted) and wanted in {
        one.strip().casefold() for one in (ho, reference(site, ho), *own)
    }
