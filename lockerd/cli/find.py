"""Which handover a word on the command line means, finished ones included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lockerd.cli.progress import Progress
from lockerd.cli.tool import Stopped, Tool

ID_DIGITS = 16


def find(tool: Tool, word: str) -> Mapping[str, Any]:
    """`{handover, ho, ordered, live}` of the one that is meant.  Raises Stopped."""
    found: list[Mapping[str, Any]] = []
    with Progress(tool, "searching the journal") as progress:
        for page in tool.pages("handover.find", {"handover": word}):
            found += page["rows"]
            progress(page["next"] or page["size"], page["size"])
    if not found:
        raise Stopped("no handover has this reference or id; see: lockerctl handover list")
    if len(found) > 1:
        names = ", ".join(f"{one['handover']} = {one['ho']}" for one in found[:5])
        raise Stopped(f"several handovers are meant: {names}; give more digits of the id")
    return found[0]


def id_of(tool: Tool, word: str) -> str:
    """The id of the handover that is meant; of an epoch before by its whole id.  Raises Stopped."""
    try:
        return str(find(tool, word)["ho"])
    except Stopped:
        if len(word) == ID_DIGITS and all(one in "0123456789abcdef" for one in word):
            return word
        raise
