"""Parsing many leaves quickly: one regular expression for each kind of event.

Theory of operation.  A leaf of one kind is always the same text with holes: keys are sorted,
nothing is spaced, numbers have one form.  So the canonical leaves of a kind whose texts need no
escapes are a regular language, and one match both proves the form and yields the values.  Whatever
does not match (an escape, a large number, an absent default, anything wrong) goes to `leaf.parse`,
which decides.  A million entries are judged in half the time; nothing else depends on this.

Rules.  `read` accepts, refuses and returns exactly what `leaf.parse` does; a test holds the two
against each other.  An expression is compiled when its kind has been seen often enough to pay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.journal import leaf as lf

WORTH_IT = 64
"""Leaves of a kind that are parsed slowly before its expression is compiled (1 ms)."""

_TEXT = r'"([^"\\\x00-\x1f]*)"'
_TEXTS = r'\[((?:"[^"\\\x00-\x1f]*"(?:,"[^"\\\x00-\x1f]*")*)?)\]'
_NATURAL = r"(0|[1-9][0-9]{0,14})"
_WHOLE = r"(0|-?[1-9][0-9]{0,14})"
_DIGESTS = r'\[("[A-Za-z0-9_-]{43}"(?:,"[A-Za-z0-9_-]{43}")*)\]'
_OWN = {
    "boot": '"([0-9a-f]{8})"',
    "clk": rf'\{{"err_ms":(?:null|{_NATURAL}),"src":"([a-z][a-z0-9_-]{{0,15}})"\}}',
    "seq": _NATURAL,
    "t": r'"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z)"',
    "up_ms": _NATURAL,
    "v": "1",
}

Convert = Callable[[str], Any]


class _Field(NamedTuple):
    """A field of the event: its name, its group, and what makes its value of the text there."""

    name: str
    group: int
    convert: Convert | None


class _Shape(NamedTuple):
    """One kind of leaf: its expression, the event's fields, the groups of the log's own.

    `sd` is None where the kind discloses nothing.
    """

    cls: type[ev.Event]
    fullmatch: Callable[[str], re.Match[str] | None]
    fields: tuple[_Field, ...]
    sd: int | None
    actor: int
    boot: int
    cause: int
    clk: int
    seq: int
    t: int
    up_ms: int


_shapes: dict[str, _Shape] = {}
_seen: Counter[str] = Counter()


def read(leaf: bytes) -> lf.Leaf:
    """What `leaf.parse` returns.  Raises LeafError where it does."""
    try:
        text = leaf.decode("utf-8")
    except UnicodeDecodeError:
        return lf.parse(leaf)
    start = text.rfind('"type":"') + 8
    shape = _shapes.get(text[start : text.find('"', start)])
    if shape is None:
        found = lf.parse(leaf)
        _notice(type(found.event))
        return found
    match = shape.fullmatch(text) if len(leaf) <= lf.MAX_LEAF_BYTES else None
    quick = None if match is None else _build(shape, match.groups())
    return lf.parse(leaf) if quick is None else quick


def _build(shape: _Shape, groups: tuple[Any, ...]) -> lf.Leaf | None:
    """The leaf of a match; None where the match alone does not prove it."""
    cls, _, fields, sd, actor, boot, cause, clk, seq, t, up_ms = shape
    digests: tuple[str, ...] = ()
    if sd is not None and groups[sd] is not None:
        digests = tuple(groups[sd].replace('"', "").split(","))
        if len(digests) > len(cls.DISCLOSED) or list(digests) != sorted(set(digests)):
            return None
    time: str = groups[t]
    lo = _minute(time[:17]) + int(time[17:19] + time[20:23])
    if lo < 0:
        return None
    width = groups[clk]
    hi = None if width is None else lo + int(width)
    values: dict[str, Any] = {"actor": _actor(groups[actor + 1], groups[actor])}
    if groups[cause] is not None:
        values["cause"] = _new(ev.Cause, (int(groups[cause]), int(groups[cause + 1])))
    for name, group, convert in fields:
        value = groups[group]
        if value is not None:
            values[name] = value if convert is None else convert(value)
    now = _new(Now, (groups[boot], int(groups[up_ms]), lo, hi, groups[clk + 1]))
    return _new(lf.Leaf, (int(groups[seq]), cls.of_fields(values), now, digests))


_new = tuple.__new__  # of a named tuple: half the time of its own constructor
_actor = lru_cache(maxsize=64)(ev.Actor)


@lru_cache(maxsize=64)
def _minute(text: str) -> int:
    """Unix ms of `YYYY-MM-DDTHH:MM:`; far below zero for what is no date of this epoch."""
    try:
        return lf.parse_time(f"{text}00.000Z")
    except lf.LeafError:
        return -1_000_000_000


# -- making an expression -------------------------------------------------------------------------


def _notice(cls: type[ev.Event]) -> None:
    _seen[cls.TYPE] += 1
    if _seen[cls.TYPE] >= WORTH_IT:
        _shapes[cls.TYPE] = _compile(cls)


def _compile(cls: type[ev.Event]) -> _Shape:
    """The expression of the leaves that `leaf.make` writes of this class."""
    own = {name: _of_hint(hint) for name, hint in ev.hints(cls).items()}
    optional = {"cause", "unit", "ho"} | {name for name in own if not _always(cls, name)}
    patterns = {
        **_OWN,
        "type": f'"{re.escape(cls.TYPE)}"',
        "actor": rf'\{{"id":{_TEXT},"role":{_TEXT}\}}',
        "cause": rf"\[{_WHOLE},{_WHOLE}\]",
        "unit": _TEXT,
        "ho": _TEXT,
        **{name: pattern for name, (pattern, _) in own.items()},
    }
    whole, group, at = r"\{", 0, {}
    if cls.DISCLOSED:
        whole, group, at = rf'\{{(?:"_sd":{_DIGESTS},)?', 1, {"_sd": 0}
    for name in sorted(patterns):
        pair = f'"{name}":{patterns[name]}'
        at[name] = group
        group += re.compile(pair).groups
        comma = "" if name == min(patterns) else ","
        whole += f"(?:{comma}{pair})?" if name in optional else comma + pair
    assert min(patterns) not in optional, "the first field after _sd is always there"
    fields = [_Field(name, at[name], None) for name in ("unit", "ho")]
    fields += [_Field(name, at[name], convert) for name, (_, convert) in own.items()]
    own_at = (at[name] for name in ("actor", "boot", "cause", "clk", "seq", "t", "up_ms"))
    return _Shape(cls, re.compile(whole + r"\}").fullmatch, tuple(fields), at.get("_sd"), *own_at)


def _always(cls: type[ev.Event], name: str) -> bool:
    """Whether `encode` always writes the field: None is what it leaves out."""
    return getattr(cls, name, "") is not None


def _of_hint(hint: Any) -> tuple[str, Convert | None]:
    """The expression of a field's value, and what makes the value of its group."""
    if hint == tuple[str, ...]:
        return _TEXTS, _texts
    for kind, known in _BY_TYPE.items():
        if hint == kind or hint == kind | None:
            return known
    raise AssertionError(f"no leaf carries a {hint!r}")


def _texts(inner: str) -> tuple[str, ...]:
    return tuple(inner[1:-1].split('","')) if inner else ()


_BY_TYPE: dict[type, tuple[str, Convert | None]] = {
    str: (_TEXT, None),
    int: (_WHOLE, int),
    bool: ("(true|false)", "true".__eq__),
}
