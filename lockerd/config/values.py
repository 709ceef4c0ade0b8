"""Whether one value is what its key asks for; if not, what is wrong and what to write instead.

Rules.  Pure, but for the time zone, which is looked up in the machine's tz database.  Numbers and
choices may be repeated in a message; free text may not: it may be a name or a secret.

The owner's key follows C2SP signed-note: `name+hash+key`, where key is base64 of 0x01 and 32 bytes
and hash the first four bytes of SHA-256(name, LF, 0x01, key); a witness's has 0x04 in both places.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from lockerd.config.complaint import visible
from lockerd.config.schema import EXAMPLE_OWNER_KEY, FORMS, Key, Value, fits

Fault = tuple[str, str, str]
"""A code, what is wrong, and what to write instead."""

_MEANT = {
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "flag": "true or false",
}
_LOCAL_ZONES = ("localtime", "posixrules", "Factory")


def fault_of(key: Key, value: object) -> Fault | None:
    """The first thing wrong with a value, or None."""
    wrong = _type_fault(key, value)
    if wrong is not None:
        return wrong
    if key.choices:
        return _choice_fault(key, value)
    if isinstance(value, str):
        return _text_fault(key, value)
    if isinstance(value, int | float) and key.kind != "flag":
        return _range_fault(key, value)
    return None


def written(value: Value) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{visible(value)}"'
    return str(value) if abs(value) < 10**12 else "a very large number"


def sample(key: Key) -> str:
    """A right value of a key as TOML writes it, in full."""
    return f'"{key.sample}"' if isinstance(key.sample, str) else written(key.sample)


def nearest(word: str, known: Iterable[str]) -> str:
    """The most similar known word; empty when none is similar."""
    from difflib import get_close_matches

    by_fold = {one.casefold(): one for one in known}
    close = get_close_matches(word[:64].casefold(), by_fold, 1, 0.6)
    return by_fold[close[0]] if close else ""


def type_name(value: object) -> str:
    """What a value of TOML is, in words."""
    names: tuple[tuple[type, str], ...] = (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number with a fraction"),
        (str, "text"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "a date or time")


def _type_fault(key: Key, value: object) -> Fault | None:
    right = {
        "text": isinstance(value, str),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "flag": isinstance(value, bool),
    }
    if right[key.kind]:
        return None
    what = f"is {type_name(value)} where {_MEANT[key.kind]} is meant"
    remedy = f"write {_MEANT[key.kind]}, for example {key.name} = {sample(key)}"
    if key.kind == "text" and isinstance(value, int) and 0 <= value < 10**9 and key.form == "unit":
        remedy = f'write it in quotes: {key.name} = "{int(value)}"'
    elif isinstance(value, str) and key.kind == "flag":
        remedy = f"write {key.name} = true or {key.name} = false, without quotes"
    elif isinstance(value, str) and re.fullmatch(r"(0|[1-9][0-9]{0,8})", value):
        remedy = f"write it without quotes: {key.name} = {value}"
    return "E-CFG-030", what, remedy


def _choice_fault(key: Key, value: object) -> Fault | None:
    if value in key.choices:
        return None
    assert isinstance(value, str | int)
    listed = ", ".join(written(one) for one in key.choices)
    near = nearest(value, map(str, key.choices)) if isinstance(value, str) else ""
    remedy = f'write "{near}"' if near else f"write one of {listed}"
    return "E-CFG-032", f"is {written(value)}, which is not a choice", remedy


def _range_fault(key: Key, value: int | float) -> Fault | None:
    if isinstance(value, float) and not math.isfinite(value):
        what = "is not a finite number"
    elif key.low <= value <= key.high:
        return None
    else:
        what = f"is {written(value)}, outside {key.low:g} to {key.high:g}"
    unit = f" ({key.unit})" if key.unit else ""
    return "E-CFG-031", what, f"write {_MEANT[key.kind]} from {key.low:g} to {key.high:g}{unit}"


def _text_fault(key: Key, value: str) -> Fault | None:
    if key.form in ("owner-key", "witness"):
        return _public_key_fault(key.form, value)
    if len(value) > key.high:
        what = f"is {len(value)} characters long"
        return "E-CFG-033", what, f"write at most {key.high:g} characters"
    if key.low and not value.strip():
        return "E-CFG-033", "is empty", f"write it, for example {key.name} = {sample(key)}"
    if not fits("plain", value):
        return "E-CFG-033", "holds a control character", "write plain text on one line"
    if not fits(key.form, value):
        what = f"is not {FORMS[key.form][1]}"
        return "E-CFG-034", what, f"write {_repaired(key, value)}"
    if key.form == "zone":
        return _zone_fault(key, value)
    return None


def _repaired(key: Key, value: str) -> str:
    """A name of the right form that is as close as possible; else an example."""
    guess = re.sub(r"[^a-z0-9.-]+", "-", value.lower()).strip("-.")
    if key.form == "unit":
        guess = guess.upper()
    if guess and key.form in ("fleet", "device", "unit", "word") and fits(key.form, guess):
        return f'"{guess}"'
    return f"for example {sample(key)}"


def _zone_fault(key: Key, value: str) -> Fault | None:
    """Ask the machine's tz database.  Names that mean another zone elsewhere are refused."""
    import zoneinfo

    if value in _LOCAL_ZONES:
        what = f"is {written(value)}, another zone on every machine"
        return "E-CFG-035", what, f"write the site's own, for example {sample(key)}"
    try:
        zone = zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        zone = None
    if zone is not None:
        return None
    known = zoneinfo.available_timezones() - set(_LOCAL_ZONES)
    if not known:
        remedy = "check the file once more on the cabinet, or install tzdata here"
        return "W-CFG-107", "cannot be looked up: this machine has no tz database", remedy
    cities = {one.rpartition("/")[2]: one for one in sorted(known)}
    near = nearest(value, known)
    city = cities.get(nearest(value.rpartition("/")[2], cities), "")
    guess = near or city or str(key.sample)
    what = f"is {written(value)}, which is not in the tz database"
    return "E-CFG-035", what, f'write a name such as "{guess}"'


def _public_key_fault(form: str, value: str) -> Fault | None:
    """Never repeats the value: a private key may have been pasted."""
    code, find = "E-CFG-036", _owner_key_problem
    if form == "witness":
        code, find = "E-CFG-037", _witness_problem
    problem = find(value)
    return (code, *problem) if problem else None


def _witness_problem(value: str) -> tuple[str, str] | None:
    """A key that cosigns: type 4 where a log's has 1."""
    if "PRIVATE" in value:
        return "is a private key", "make a new pair, since this one is spoilt, and write its vkey"
    if not fits("witness", value) or len(value) > 200:
        return "is not a witness's verifier key", "write the line that witness keygen printed"
    name, key_id, body = value.split("+", 2)
    key = _decoded(body)
    if key[:1] == b"\1":
        return "is the key of a log, not of a witness", "write the line that witness keygen printed"
    if key[:1] != b"\4":
        return "is a verifier key, but not of Ed25519", "write that of an Ed25519 witness"
    if _key_id(name, key) != key_id:
        return "is a verifier key whose hash does not fit", "copy it again, whole"
    return None


def _owner_key_problem(value: str) -> tuple[str, str] | None:
    remedy = "write the 32 key bytes in base64 (44 characters), or name+hash+key"
    if value in ("", EXAMPLE_OWNER_KEY):
        return None
    if "PRIVATE" in value:
        discard = "give the owner a new pair, since this one is spoilt, and write its public half"
        return "is a private key", discard
    if len(value) > 200:
        return "is too long", remedy
    if value.startswith("ssh-"):
        return "is an OpenSSH public key", remedy
    name, plus, rest = value.partition("+")
    key_id, _, body = rest.partition("+")
    if plus and re.fullmatch(r"[0-9a-f]{8}", key_id):
        key = _decoded(body)
        if len(key) != 33 or key[0] != 1:
            return "is a verifier key, but not of Ed25519", remedy
        if _key_id(name, key) != key_id:
            return "is a verifier key whose hash does not fit", "copy it again, whole"
        key = key[1:]
    else:
        key = _decoded(value)
    if len(key) == 64:
        return "is 64 bytes long, so it may be a private key", remedy
    if len(key) != 32:
        return "is not 32 bytes in base64", remedy
    if len(set(key)) == 1:
        return "is a placeholder", "write the owner's own public key"
    return None


def _decoded(text: str) -> bytes:
    """Strict base64 decoded; empty when it is not."""
    import binascii

    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return b""


def _key_id(name: str, typed_key: bytes) -> str:
    import hashlib

    return hashlib.sha256(name.encode() + b"\n" + typed_key).digest()[:4].hex()
