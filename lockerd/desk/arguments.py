"""The arguments of operations: declared once, checked before anything else looks at them.

Rules.  Everything has a bound.  An argument that is not declared is refused.  What was sent is not
repeated in an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lockerd.control.codec import INT_MAX, RequestError

TEXT_MAX = 200


class Arg(NamedTuple):
    """One argument.  `kind`: `text` (printable, at most `high` characters), `count` (low to high)
    or `flag`.  `choices`: the only texts that are taken, if any."""

    name: str
    kind: str
    doc: str
    required: bool = True
    low: int = 0
    high: int = TEXT_MAX
    choices: tuple[str, ...] = ()


def text(name: str, doc: str, *, required: bool = True, high: int = TEXT_MAX) -> Arg:
    """Printable text."""
    return Arg(name, "text", doc, required, 0, high)


def choice(name: str, doc: str, choices: tuple[str, ...], *, required: bool = True) -> Arg:
    """One of a few words."""
    return Arg(name, "text", doc, required, 0, TEXT_MAX, choices)


def count(name: str, doc: str, *, required: bool = True, low: int = 0, high: int = INT_MAX) -> Arg:
    """An integer."""
    return Arg(name, "count", doc, required, low, high)


def flag(name: str, doc: str) -> Arg:
    """True or false, false when left out."""
    return Arg(name, "flag", doc, False)


def take(op: str, declared: tuple[Arg, ...], args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a request, those that were left out as None (False for a flag).

    Raises RequestError for one that is missing, unknown or wrong.
    """
    known = {one.name: one for one in declared}
    if not set(args) <= set(known):
        names = ", ".join(known) or "none"
        raise RequestError("usage", f"{op} does not take this argument; it takes: {names}")
    return {name: _one(op, one, args.get(name)) for name, one in known.items()}


def _one(op: str, arg: Arg, value: Any) -> Any:
    if value is None:
        if arg.required:
            raise RequestError("usage", f"{op} needs {arg.name}; give {arg.doc}")
        return False if arg.kind == "flag" else None
    if arg.kind == "flag":
        if type(value) is not bool:
            raise RequestError("usage", f"{arg.name} of {op} is true or false; write one of them")
    elif arg.kind == "count":
        if type(value) is not int or not arg.low <= value <= arg.high:
            raise RequestError(
                "usage", f"{arg.name} of {op} is a number from {arg.low} to {arg.high}; write one"
            )
    elif arg.choices:
        if value not in arg.choices:
            raise RequestError(
                "usage", f"{arg.name} of {op} is one of: {', '.join(arg.choices)}; write one"
            )
    elif not isinstance(value, str) or len(value) > arg.high or not value.isprintable():
        raise RequestError(
            "usage",
            f"{arg.name} of {op} is text of at most {arg.high} printable characters; shorten it",
        )
    return value
