"""The codes on the simulated telephone as a person can use them: drawn in a terminal, as pictures.

Rules.  This looks at a telephone that has its codes already: the cabinet handed nothing out, and
the journal says nothing.  A picture is a file that only its owner can read; nothing is overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from lockerd.cli.files import keep
from lockerd.cli.tool import USAGE, Stopped, Tool, when
from ui import qr

Row = Mapping[str, Any]

ID_LEAST = 4
NOTHING = "no message yet; deposit something, and its recipient gets one"


def chosen(rows: Sequence[Row], handover: str | None) -> list[Row]:
    """The messages about one handover, about all of them if None.  Raises Stopped."""
    if handover is None:
        return list(rows)
    short, digits = handover.upper(), handover.lower()
    found = [
        one
        for one in rows
        if one["handover"] == short or (len(digits) >= ID_LEAST and one["ho"].startswith(digits))
    ]
    if not found:
        raise Stopped(f"no message is about {handover}; see: lockerctl sim phone")
    return found


def as_symbols(tool: Tool, rows: Sequence[Row]) -> None:
    """Draw every code, with what it is for.  Raises Stopped."""
    encoding = getattr(tool.out, "encoding", None)
    try:
        qr.BLOCKS.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        raise Stopped(
            f"an output in {encoding} cannot hold a drawn code; set LANG=C.UTF-8, or give --png DIR"
        ) from None
    if not rows:
        tool.say(NOTHING)
    for row in rows:
        tool.say("", *told(row))
        tool.out.write(qr.blocks(row["qr"], tool.out.isatty()))


def told(row: Row) -> tuple[str, ...]:
    """What a message says, without the symbol."""
    pin = row["pin"]
    digits = " ".join(pin[at : at + 3] for at in range(0, len(pin), 3))
    return (
        f"{row['handover']}  {row['item'] or 'item no longer kept'}, for {row['recipient'] or '-'}",
        f"door {row['unit']}, from {when(row['opens'])} until {when(row['closes'])}",
        f"code {digits}, or:",
    )


def as_pictures(tool: Tool, rows: Sequence[Row], directory: str) -> None:
    """Write a PNG of the newest code of every handover.  Raises Stopped."""
    if not os.path.isdir(directory):
        what = "is no directory" if os.path.lexists(directory) else "is not there"
        raise Stopped(f"{directory} {what}; make one: mkdir {directory}", USAGE)
    newest = {row["ho"]: row for row in rows}
    for row, name in zip(newest.values(), names(list(newest.values())), strict=True):
        path = os.path.join(directory, name)
        made = keep(path, qr.png(row["qr"]))
        if tool.as_json:
            tool.give({"handover": row["handover"], "ho": row["ho"], "file": path, "new": made})
        else:
            there = "" if made else "  (there already)"
            tool.say(f"{path}  {row['item']}, for {row['recipient']}{there}")
    if not newest and not tool.as_json:
        tool.say(NOTHING)


def names(rows: Sequence[Row]) -> list[str]:
    """A file name for each: its reference, with digits of the id where two share one."""
    shorts = [one["handover"] for one in rows]
    return [
        f"{short}.png" if shorts.count(short) == 1 else f"{short}-{one['ho']}.png"
        for short, one in zip(shorts, rows, strict=True)
    ]
