"""Parsing many leaves quickly: one regular expression for each kind of event.

Theory of operation.  A leaf of one kind is always the same text with holes: keys are sorted,
nothing is spaced, numbers have one form.  So the canonical leaves of a kind whose texts need no
escapes are a regular language, and one match both proves the form and yields the values.  Whatever
does not match (an escape, a large number, an absent default, anything wrong) goes to `leaf.parse`,
which decides.  A million entries are judged in half the time; nothing else depends on this.

What hardly changes from one leaf to the next (who acted, for what cause, what vouched for the time,
the minute) is matched as a whole and its meaning remembered.

Rules.  `read` accepts, refuses and returns exactly what `leaf.parse` does; a test holds the two
against each other.  An expression is compiled when its kind has been seen often enough to pay.  No
expression gives back what it took (`*+`), and what may be absent is a branch: both save a third.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.journal import leaf as lf

WORTH_IT = 64
"""Leaves of a kind that are parsed slowly before its expression is compiled (1 ms)."""

_TEXT = r'"([^"\\\x00-\x1f]*+)"'
_TEXTS = r'\[((?:"[^"\\\x00-\x1f]*+"(?:,"[^"\\\x00-\x1f]*+")*|))\]'
_NATURAL = r"(0|[1-9][0-9]{0,14}+)"
_WHOLE = r"(0|-?[1-9][0-9]{0,14}+)"
_INSIDE = r"\{([^}]*+)\}"
_MOST = lf.MAX_LEAF_BYTES
_DIGESTS = r'\[("[A-Za-z0-9_-]{43}"(?:,"[A-Za-z0-9_-]{43}")*)\]'
_OWN = {
    "boot": '"([0-9a-f]{8})"',
    "clk": _INSIDE,
    "seq": _NATURAL,
    "t": r'"(.{17})([0-5][0-9])\.([0-9]{3})Z"',
    "up_ms": _NATURAL,
    "v": "1",
}

Build = Callable[[tuple[Any, ...]], lf.Leaf | None]
"""Makes the leaf of a match's groups; None where the match alone does not prove it."""


class _Shape(NamedTuple):
    """One kind of leaf: its expression, and what makes a leaf of what it found."""

    fullmatch: Callable[[str], re.Match[str] | None]
    build: Build


_shapes: dict[str, _Shape] = {}
_seen: Counter[str] = Counter()


def read(leaf: bytes) -> lf.Leaf:
    """What `leaf.parse` returns.  Raises LeafError where it does."""
    try:
        text = leaf.decode()
    except UnicodeDecodeError:
        return lf.parse(leaf)
    start = text.rfind('"type":"') + 8
    shape = _shapes.get(text[start : text.find('"', start)])
    if shape is None:
        found = lf.parse(leaf)
        _notice(type(found.event))
        return found
    fullmatch, build = shape
    match = fullmatch(text) if len(leaf) <= _MOST else None
    quick = None if match is None else build(match.groups())
    return lf.parse(leaf) if quick is None else quick


_ACTOR = re.compile(rf'"id":{_TEXT},"role":{_TEXT}')
_PAIR = re.compile(f"{_WHOLE},{_WHOLE}")
_CLOCK = re.compile(rf'"err_ms":(?:null|{_NATURAL}),"src":"([a-z][a-z0-9_-]{{0,15}})"')


@lru_cache(maxsize=64)
def _actor(inner: str) -> ev.Actor | None:
    """Who acted, of the inside of `actor`; None when it is not in the usual form."""
    match = _ACTOR.fullmatch(inner)
    return None if match is None else ev.Actor(match[2], match[1])


@lru_cache(maxsize=64)
def _cause(inner: str) -> ev.Cause | None:
    """The inside of `cause`; None when it is not in the usual form."""
    match = _PAIR.fullmatch(inner)
    return None if match is None else ev.Cause(int(match[1]), int(match[2]))


@lru_cache(maxsize=256)
def _clock(inner: str) -> tuple[int | None, str] | None:
    """Width in ms and source, of the inside of `clk`; None when it is not in the usual form."""
    match = _CLOCK.fullmatch(inner)
    if match is None:
        return None
    return None if match[1] is None else int(match[1]), match[2]


@lru_cache(maxsize=64)
def _minute(text: str) -> int:
    """Unix ms of `YYYY-MM-DDTHH:MM:`; far below zero for what is no date of this epoch."""
    try:
        return lf.parse_time(f"{text}00.000Z")
    except lf.LeafError:
        return -1_000_000_000


def _digests(inner: str, most: int) -> tuple[str, ...] | None:
    """The digests of `_sd`; None when they are too many or not in order."""
    found = inner.replace('"', "").split(",")
    return tuple(found) if len(found) <= most and found == sorted(set(found)) else None


def _texts(inner: str) -> tuple[str, ...]:
    return tuple(inner[1:-1].split('","')) if inner else ()


# -- making an expression -------------------------------------------------------------------------


def _notice(cls: type[ev.Event]) -> None:
    _seen[cls.TYPE] += 1
    if _seen[cls.TYPE] >= WORTH_IT:
        _shapes[cls.TYPE] = _compile(cls)


def _compile(cls: type[ev.Event]) -> _Shape:
    """The expression of the leaves that `leaf.make` writes of this class, and its builder."""
    own = {name: _of_hint(hint) for name, hint in ev.hints(cls).items()}
    optional = {"cause", "unit", "ho"} | {name for name in own if not _always(cls, name)}
    patterns = {
        **_OWN,
        "type": f'"{re.escape(cls.TYPE)}"',
        "actor": _INSIDE,
        "cause": r"\[([^]]*+)\]",
        "unit": _TEXT,
        "ho": _TEXT,
        **{name: pattern for name, (pattern, _) in own.items()},
    }
    whole, group, at = r"\{", 0, {}
    if cls.DISCLOSED:
        whole, group, at = rf'\{{(?:"_sd":{_DIGESTS},|)', 1, {"_sd": 0}
    for name in sorted(patterns):
        pair = f'"{name}":{patterns[name]}'
        at[name] = group
        group += re.compile(pair).groups
        comma = "" if name == min(patterns) else ","
        whole += f"(?:{comma}{pair}|)" if name in optional else comma + pair
    assert min(patterns) not in optional, "the first field after _sd is always there"
    makes = {"unit": "{0}", "ho": "{0}", **{name: make for name, (_, make) in own.items()}}
    fields = [_pair(name, at[name], make, name in optional) for name, make in makes.items()]
    return _Shape(re.compile(whole + r"\}").fullmatch, _builder(cls, group, at, fields))


def _always(cls: type[ev.Event], name: str) -> bool:
    """Whether `encode` always writes the field: None is what it leaves out."""
    return getattr(cls, name, "") is not None


def _pair(name: str, group: int, make: str, optional: bool) -> str:
    """A field in the source of a dict; one that is not there has its default, None."""
    value = make.format(f"g{group}")
    guard = f"None if g{group} is None else " if optional and make != "{0}" else ""
    return f'"{name}": {guard}{value}'


def _builder(
    cls: type[ev.Event], groups: int, at: Mapping[str, int], fields: Sequence[str]
) -> Build:
    """A function of straight code: what a loop over the fields would ask of every leaf again."""
    group = {f"{name}{n}": f"g{first + n}" for name, first in at.items() for n in range(3)}
    source = _BUILD.format(
        groups=", ".join(f"g{n}" for n in range(groups)),
        fields=", ".join(fields),
        digests=_SD.format(**group) if cls.DISCLOSED else "()",
        **group,
    )
    space: dict[str, Any] = {
        "actor": _actor,
        "cause_of": _cause,
        "Leaf": lf.Leaf,
        "Now": Now,
        "clock": _clock,
        "digests_of": _digests,
        "event": cls.of_fields,
        "minute": _minute,
        "most": len(cls.DISCLOSED),
        "new": tuple.__new__,  # of a named tuple: half the time of its own constructor
        "texts": _texts,
    }
    exec(source, space)
    made: Build = space["build"]
    return made


_SD = "() if {_sd0} is None else digests_of({_sd0}, most)"
_BUILD = """
def build(groups):
    {groups} = groups
    lo = minute({t0}) + int({t1} + {t2})
    by, vouched, digests = actor({actor0}), clock({clk0}), {digests}
    cause = None if {cause0} is None else cause_of({cause0})
    if lo < 0 or by is None or vouched is None or digests is None:
        return None
    if cause is None and {cause0} is not None:
        return None
    width, source = vouched
    hi = None if width is None else lo + width
    made = event({{"actor": by, "cause": cause, {fields}}})
    now = new(Now, ({boot0}, int({up_ms0}), lo, hi, source))
    return new(Leaf, (int({seq0}), made, now, digests))
"""


def _of_hint(hint: Any) -> tuple[str, str]:
    """The expression of a field's value, and the source that makes the value of its group."""
    if hint == tuple[str, ...]:
        return _TEXTS, "texts({0})"
    for kind, known in _BY_TYPE.items():
        if hint == kind or hint == kind | None:
            return known
    raise AssertionError(f"no leaf carries a {hint!r}")


_BY_TYPE: dict[type, tuple[str, str]] = {
    str: (_TEXT, "{0}"),
    int: (_WHOLE, "int({0})"),
    bool: ("(true|false)", '{0} == "true"'),
}
