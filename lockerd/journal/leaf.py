"""A journal line: an event, its time and its index as canonical bytes, and back.

Theory of operation.  A leaf is one JSON object in UTF-8.  The log's own fields are `v` (1), `seq`
(the index), `t` (the proven lower bound of the time), `boot`, `up_ms`, `clk` (source and width of
the time interval) and `_sd` (digests of what is disclosed apart); the rest is the event's.  The
bytes are hashed and stored as they are and never written again from their parts.

Standard: RFC 8785 (canonical JSON) in a grammar where it is trivial: ASCII keys, integers within
2^53-1, no floats, no lone surrogates.  RFC 9901 for disclosures.  RFC 3339 for `t`.

Rules.  At most 65,535 bytes, so that a leaf fits an entry bundle.  Strict: what parses is exactly
what `make` would write, and gives back the same event, `Now` and index.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple

from lockerd.core import events as ev
from lockerd.core.now import Now

MAX_LEAF_BYTES = 65_535
MAX_INT = 2**53 - 1
MAX_DISCLOSURE_CHARS = 16_384
SALT_BYTES = 16

Random = Callable[[int], bytes]
"""`random(n)`: n unpredictable bytes."""

_OWN = ("v", "seq", "t", "boot", "up_ms", "clk", "_sd")
_BOOT = re.compile(r"[0-9a-f]{8}", re.ASCII)
_SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,15}", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})Z", re.ASCII
)
_DAY_MS = 86_400_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LAST_MS = (date(9999, 12, 31).toordinal() - _EPOCH_DAY + 1) * _DAY_MS - 1


class LeafError(ValueError):
    """The bytes are not a leaf, or the event cannot be one."""


class NotCanonical(LeafError):
    """The bytes are a leaf, but not in the form in which this program writes it."""


class Disclosure(NamedTuple):
    """A salted field apart from its leaf.  `digest` stands in the leaf, `text` is kept erasably."""

    digest: str
    text: str


class Made(NamedTuple):
    """What `make` made: the stored bytes, and what they commit to."""

    leaf: bytes
    disclosures: tuple[Disclosure, ...]


class Leaf(NamedTuple):
    """A parsed leaf; `digests` are those of its disclosures, sorted."""

    idx: int
    event: ev.Event
    now: Now
    digests: tuple[str, ...]


def _dump(value: Any) -> bytes:
    try:
        return _DUMPS(value).encode("utf-8")
    except UnicodeEncodeError:
        raise LeafError("a text has a lone surrogate; send well-formed text") from None


def _no_float(_: str) -> Any:
    raise LeafError("a leaf has integers only; it was not written by this program")


_DUMPS = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode
_LOADS = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float).decode


# -- time ---------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _day_text(day: int) -> str:
    return date.fromordinal(_EPOCH_DAY + day).isoformat()


@lru_cache(maxsize=4)
def _day_ms(year: str, month: str, day: str) -> int:
    return (date(int(year), int(month), int(day)).toordinal() - _EPOCH_DAY) * _DAY_MS


def format_time(ms: int) -> str:
    """Unix ms (1970 to 9999) as RFC 3339 UTC with three digits of a second."""
    if not 0 <= ms <= _LAST_MS:
        raise LeafError("the time is not between 1970 and 9999; set the clock")
    day, rest = divmod(ms, _DAY_MS)
    second, milli = divmod(rest, 1000)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{_day_text(day)}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"


def parse_time(text: str) -> int:
    """Unix ms from what `format_time` writes; LeafError for anything else."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise LeafError("t is not RFC 3339 UTC with milliseconds; the leaf is damaged")
    year, month, day, hour, minute, second, milli = found.groups()
    try:
        start = _day_ms(year, month, day)
    except ValueError:
        raise LeafError("t is no date; the leaf is damaged") from None
    if start < 0 or hour > "23" or minute > "59" or second > "59":
        raise LeafError("t is no time; the leaf is damaged")
    return start + ((int(hour) * 60 + int(minute)) * 60 + int(second)) * 1000 + int(milli)


# -- disclosures --------------------------------------------------------------------------------


def _b64url(data: bytes) -> str:
    return _B64(data, newline=False).rstrip(b"=").translate(_TO_URL).decode("ascii")


_B64 = binascii.b2a_base64
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


def digest_of(text: str) -> str:
    """The digest of a disclosure's text (RFC 9901 4.2.3): over the text, not over what it says."""
    return _B64(sha256(text.encode("ascii")).digest())[:43].translate(_TO_URL).decode("ascii")


def disclose(name: str, value: str, salt: bytes) -> Disclosure:
    """The disclosure of one field under a fresh salt of SALT_BYTES."""
    assert name not in ("_sd", "...") and len(salt) == SALT_BYTES
    text = _b64url(_dump([_b64url(salt), name, value]))
    if len(text) > MAX_DISCLOSURE_CHARS:
        raise LeafError(f"the field {name!r} is too long; shorten it")
    return Disclosure(digest_of(text), text)


def read_disclosure(text: str) -> tuple[str, str]:
    """`(field, value)` of a disclosure's text.  Raises LeafError."""
    if len(text) > MAX_DISCLOSURE_CHARS or not text.isascii():
        raise LeafError(_NO_DISCLOSURE)
    try:
        padded = text.encode().translate(_FROM_URL) + b"=" * (-len(text) % 4)
        raw = binascii.a2b_base64(padded, strict_mode=True)
        said = raw.decode("utf-8")
        plain = _PLAIN.fullmatch(said)
        parts = _LOADS(said) if plain is None else None
    except (ValueError, RecursionError):
        raise LeafError(_NO_DISCLOSURE) from None
    if _b64url(raw) != text:
        raise LeafError(_NO_DISCLOSURE)
    if plain is not None:
        return plain[1], plain[2]
    if not (isinstance(parts, list) and len(parts) == 3):
        raise LeafError(_NO_DISCLOSURE)
    if not all(isinstance(one, str) for one in parts) or parts[1] in ("_sd", "..."):
        raise LeafError(_NO_DISCLOSURE)
    return parts[1], parts[2]


_NO_DISCLOSURE = "a disclosure is not [salt, name, value]; get an undamaged copy"
_PLAIN = re.compile(r'\["[A-Za-z0-9_-]*", ?"([a-z][a-z0-9_]*)", ?"([^"\\\x00-\x1f]*)"\]')
"""A disclosure without escapes, nearly all of them: in this form it means what JSON says."""


def disclosed_fields(texts: Sequence[str], digests: Sequence[str]) -> dict[str, str]:
    """`{field: value}` of disclosures whose digests are all among `digests`.  Raises LeafError."""
    fields: dict[str, str] = {}
    for text in texts:
        if not text.isascii() or digest_of(text) not in digests:
            raise LeafError("a disclosure is of another entry; restore the journal from a copy")
        name, value = read_disclosure(text)
        if name in fields:
            raise LeafError("a field is disclosed twice; restore the journal from a copy")
        fields[name] = value
    return fields


# -- making -------------------------------------------------------------------------------------


def make(event: ev.Event, now: Now, idx: int, random: Random) -> Made:
    """The leaf of `event` at index `idx`, with fresh salts for what it discloses.

    Raises LeafError when the event holds anything that a leaf cannot carry or that would not be
    read back the same: nothing is ever written that replay would refuse.
    """
    obj = _plain_fields(event) or _fields(event)
    obj.update(_own_fields(now, idx))
    disclosures: tuple[Disclosure, ...] = ()
    if event.DISCLOSED:
        disclosures = tuple(disclose(*one, random(SALT_BYTES)) for one in _texts(event))
    if disclosures:
        obj["_sd"] = sorted(one.digest for one in disclosures)
    leaf = _dump(obj)
    if len(leaf) > MAX_LEAF_BYTES:
        raise LeafError(f"a {event.TYPE} of {len(leaf)} bytes does not fit; shorten its texts")
    return Made(leaf, disclosures)


def _fields(event: ev.Event) -> dict[str, Any]:
    """The event's own fields, proven to be read back the same.  Raises LeafError."""
    fields, _ = ev.encode(event)
    try:
        ev.decode(fields)
    except ev.EventError as wrong:
        raise LeafError(str(wrong)) from None
    for value in fields.values():
        _check_range(value)
    return dict(fields)


_Plan = tuple[tuple[str, type, bool], ...]
_PLANS: dict[type[ev.Event], _Plan | None] = {}


def _plan(cls: type[ev.Event]) -> _Plan | None:
    """Name, type and whether it may be None of each field; None for a kind that is not simple."""
    if cls not in _PLANS:
        _PLANS[cls] = _planned(cls)
    return _PLANS[cls]


def _planned(cls: type[ev.Event]) -> _Plan | None:
    if ev.CATALOGUE.get(cls.TYPE) is not cls:
        return None
    plan: list[tuple[str, type, bool]] = [("unit", str, True), ("ho", str, True)]
    for name, hint in ev.hints(cls).items():
        kinds = [one for one in (str, int, bool) if hint == one or hint == one | None]
        if not kinds:
            return None
        plan.append((name, kinds[0], getattr(cls, name, "") is None))
    return tuple(plan)


def _plain_fields(event: ev.Event) -> dict[str, Any] | None:
    """What `_fields` gives, at a third of its time; None wherever that has something to decide."""
    plan, cause = _plan(type(event)), event.cause
    if plan is None:
        return None
    role, who = event.actor
    if not (type(role) is str and type(who) is str):
        return None
    obj: dict[str, Any] = {"type": event.TYPE, "actor": {"role": role, "id": who}}
    for name, kind, optional in plan:
        value: Any = getattr(event, name)
        if type(value) is int and not -MAX_INT <= value <= MAX_INT:
            return None
        if type(value) is kind:
            obj[name] = value
        elif value is not None or not optional:
            return None
    if cause is not None:
        if not (_natural(cause.epoch) and _natural(cause.idx)):
            return None
        obj["cause"] = cause
    return obj


def _texts(event: ev.Event) -> Sequence[tuple[str, str]]:
    """`(field, text)` of what the event discloses."""
    shown = [(name, getattr(event, name)) for name in event.DISCLOSED]
    shown = [one for one in shown if one[1] is not None]
    for name, value in shown:
        if type(value) is not str:
            raise LeafError(f"{event.TYPE}: the field {name!r} is not text; send text")
    return shown


@lru_cache(maxsize=64)
def _known_clock(boot: str, source: str) -> bool:
    return bool(_BOOT.fullmatch(boot) and _SOURCE.fullmatch(source))


def _own_fields(now: Now, idx: int) -> dict[str, Any]:
    width = now.error_ms
    if not _known_clock(now.boot, now.source):
        raise LeafError("boot is 8 hex digits and source a short word; correct the clock")
    if now.up_ms < 0 or now.up_ms > MAX_INT or (width is not None and not 0 <= width <= MAX_INT):
        raise LeafError("the time interval is not an interval; correct the clock")
    return {
        "v": 1,
        "seq": idx,
        "t": format_time(now.lo),
        "boot": now.boot,
        "up_ms": now.up_ms,
        "clk": {"src": now.source, "err_ms": width},
    }


def _check_range(value: Any) -> None:
    if type(value) is int and not -MAX_INT <= value <= MAX_INT:
        raise LeafError("a number is beyond 2^53-1; send a smaller one")
    if isinstance(value, list):
        for one in value:
            _check_range(one)


# -- parsing ------------------------------------------------------------------------------------


def load(leaf: bytes) -> dict[str, Any]:
    """The JSON object of a leaf, read strictly.  LeafError, or NotCanonical for another spelling.

    Writing the object again must give the same bytes: this alone refuses duplicate keys, white
    space, another order, escapes that are not needed, and lone surrogates.
    """
    obj = load_loosely(leaf)
    if _dump(obj) != leaf:
        raise NotCanonical("the leaf is not canonical JSON; it was not written by this program")
    return obj


def load_loosely(leaf: bytes) -> dict[str, Any]:
    """As `load`, for any spelling.  LeafError."""
    if len(leaf) > MAX_LEAF_BYTES:
        raise LeafError(f"a leaf has at most {MAX_LEAF_BYTES} bytes; get an undamaged copy")
    try:
        obj = _LOADS(leaf.decode("utf-8"))
    except LeafError:
        raise
    except (ValueError, RecursionError):
        raise LeafError("the leaf is not JSON in UTF-8; get an undamaged copy") from None
    if type(obj) is not dict:
        raise LeafError("the leaf is not an object; get an undamaged copy")
    for value in obj.values():
        _check_range(value)
    return obj


def parse(leaf: bytes) -> Leaf:
    """The leaf's index, event, time and digests.  Raises LeafError for anything but such a leaf."""
    return interpret(load(leaf))


def interpret(obj: dict[str, Any]) -> Leaf:
    """What a leaf's object means; the object is used up.  Raises LeafError."""
    own = {name: obj.pop(name, None) for name in _OWN}
    if own["v"] != 1 or type(own["v"]) is not int:
        raise LeafError("the leaf is of another version; read it with a newer release")
    idx, up_ms, boot = own["seq"], own["up_ms"], own["boot"]
    if not (_natural(idx) and _natural(up_ms) and isinstance(boot, str)):
        raise LeafError("seq, up_ms or boot is missing or wrong; the leaf is damaged")
    if not _BOOT.fullmatch(boot) or not isinstance(own["t"], str):
        raise LeafError("boot or t is wrong; the leaf is damaged")
    lo = parse_time(own["t"])
    source, width = _clock(own["clk"])
    now = Now(boot, up_ms, lo, None if width is None else lo + width, source)
    try:
        event = ev.decode(obj)
    except ev.EventError as wrong:
        raise LeafError(str(wrong)) from None
    return Leaf(idx, event, now, _digests(own["_sd"], event))


def _natural(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_INT


def _clock(value: object) -> tuple[str, int | None]:
    if isinstance(value, dict) and len(value) == 2 and "err_ms" in value:
        source, width = value.get("src"), value["err_ms"]
        if isinstance(source, str) and _SOURCE.fullmatch(source):
            if width is None:
                return source, None
            if type(width) is int and 0 <= width <= MAX_INT:
                return source, width
    raise LeafError("clk is not {src, err_ms}; the leaf is damaged")


def _digests(value: object, event: ev.Event) -> tuple[str, ...]:
    if value is None:
        return ()
    if not (isinstance(value, list) and 0 < len(value) <= len(event.DISCLOSED)):
        raise LeafError("_sd does not fit the event's type; the leaf is damaged")
    for one in value:
        if not (isinstance(one, str) and _DIGEST.fullmatch(one)):
            raise LeafError("_sd holds something that is no digest; the leaf is damaged")
    if any(a >= b for a, b in pairwise(value)):
        raise LeafError("_sd is not sorted; the leaf is damaged")
    return tuple(value)
