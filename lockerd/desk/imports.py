"""A day's handovers in one go: every bad row is told, and none is announced unless all are.

Theory of operation.  `import.rows` takes the list piece by piece, each row with the arguments of
`handover.create`.  `import.check` says what is wrong with which row: the arguments as for a single
handover, the same decision that the core will make, and references that stand twice, in the list or
among the handovers that are not finished.  `import.commit` announces the whole list as one message,
which is one transaction of the journal.

Rules.  A row is told by its number, counted from 1, and by the column, never by its contents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lockerd.control.codec import RequestError
from lockerd.core import announced
from lockerd.core import messages as msg
from lockerd.desk import rows
from lockerd.desk.acts import Bench, entries, ordered
from lockerd.desk.arguments import Arg, count, take, text
from lockerd.desk.op import PAGE, Args, Op
from lockerd.desk.staging import Row, Staging

PIECE_MAX = 40_000
NAME = text("list", "a name for this list, the same in every piece", high=32)

Wrong = tuple[int, str, str]
"""A row, a constant word, and a text that ends with the remedy."""


def put(bench: Bench, args: Args) -> dict[str, Any]:
    """Take a piece of the list."""
    try:
        given = json.loads(args["rows"])
    except ValueError:
        given = None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise RequestError("usage", "rows is a JSON list of objects; write one")
    made = [Row(one, (bench.id(), bench.id(), bench.id())) for one in given]
    return {"held": _staged(bench).put(args["list"], args["first"], made)}


def _staged(bench: Bench) -> Staging:
    assert bench.staged is not None, "a desk keeps the list on its way in"
    return bench.staged


def check(bench: Bench, args: Args) -> dict[str, Any]:
    """What is wrong with which row, a page of it."""
    _, wrong = _read(bench, args["list"])
    found = ({"row": row, "why": why, "text": said} for row, why, said in sorted(wrong))
    return rows.page(rows.after(found, args["after"]))


def commit(bench: Bench, args: Args) -> dict[str, Any]:
    """Announce all of it."""
    orders, wrong = _read(bench, args["list"])
    if wrong:
        raise RequestError(
            "declined",
            f"{len({row for row, _, _ in wrong})} rows are wrong and nothing was announced; "
            "see: import.check",
            why="rows",
        )
    done = entries(bench.house, msg.OrderHandovers(bench.actor, tuple(orders)))
    _staged(bench).clear()
    return {"entry": done["entry"], "announced": len(orders)}


def _read(bench: Bench, name: str) -> tuple[list[msg.OrderHandover], list[Wrong]]:
    """The orders of the rows that can be read, and everything that is wrong with the list."""
    orders: list[msg.OrderHandover] = []
    places: list[int] = []
    wrong: list[Wrong] = []
    for row, one in enumerate(_staged(bench).rows(name), 1):
        try:
            args = take("import", columns(), {k: v for k, v in one.given.items() if v != ""})
            orders.append(ordered(bench, args, one.ids))
            places.append(row)
        except RequestError as no:
            wrong.append((row, no.why or no.code, str(no).replace(" of import", "")))
    shelf = bench.shelf
    declined = announced.wrong(shelf.site, shelf.state, orders, shelf.now)
    wrong += [(places[place], why.why, str(why)) for place, why in declined]
    wrong += _twice(bench, orders, places)
    return orders, wrong


def _twice(bench: Bench, orders: list[msg.OrderHandover], places: list[int]) -> Iterator[Wrong]:
    """References that stand for two handovers at once."""
    shelf = bench.shelf
    live = {
        reference.casefold()
        for known in shelf.state.handovers.values()
        if (reference := shelf.journal.disclosed(known.ordered).get("reference")) is not None
    }
    seen: dict[str, int] = {}
    for row, order in zip(places, orders, strict=True):
        reference = order.reference.strip().casefold()
        if not reference:
            continue
        if reference in live:
            yield row, "twice", "a handover with this reference is live; leave the row out"
        elif reference in seen:
            yield row, "twice", f"its reference stands in row {seen[reference]} too; keep one"
        seen.setdefault(reference, row)


def columns() -> tuple[Arg, ...]:
    """What a row may say: the arguments of `handover.create`."""
    from lockerd.desk.table import BY_NAME

    return BY_NAME["handover.create"].args


OPS: tuple[Op, ...] = (
    Op(
        "import.rows",
        "act",
        (
            NAME,
            count("first", "how many rows were sent before"),
            text("rows", "a JSON list of the arguments of handover.create", high=PIECE_MAX),
        ),
        "Take a piece of a list of handovers; nothing is announced yet.",
        put,
    ),
    Op("import.check", "act", (NAME, PAGE), "What is wrong with which row of a list.", check),
    Op("import.commit", "act", (NAME,), "Announce a whole list, or nothing of it.", commit),
)

GIVES: Mapping[str, str] = {
    "import.rows": "held",
    "import.check": "row why text",
    "import.commit": "entry announced",
}
