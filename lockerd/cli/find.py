"""Which handover a word on the command line means, finished ones included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lockerd.cli.progress import Progress
from lockerd.cli.tool import Stopped, Tool

if TYPE_CHECKING:
    from lockerd.cli.epochs import Epochs

ID_DIGITS = 16


def find(tool: Tool, word: str) -> Mapping[str, Any]:
    """`{handover, ho, ordered, live}` of the one that is meant.  Raises Stopped."""
    found: list[Mapping[str, Any]] = []
    with Progress(tool, "searching the journal") as progress:
        for page in tool.pages("handover.find", {"handover": word}):
            found += page["rows"]
            progress(page["next"] or page["size"], page["size"])
    return _only(found)


def _only(found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if not found:
        raise Stopped("no handover has this reference or id; see: lockerctl handover list")
    if len(found) > 1:
        names = ", ".join(f"{one['handover']} = {one['ho']}" for one in found[:5])
        raise Stopped(f"several handovers are meant: {names}; give more digits of the id")
    return found[0]


def find_in(epochs: Epochs, word: str) -> Mapping[str, Any]:
    """The same in every epoch that is at hand: what is not finished first.  Raises Stopped."""
    found: dict[str, Mapping[str, Any]] = {}
    with Progress(epochs.tool, "searching the journal") as progress:
        for epoch in reversed(list(epochs)):
            for page in epoch.pages("handover.find", {"handover": word}):
                for one in page["rows"]:
                    found.setdefault(one["ho"], one)
                progress(page["next"] or page["size"], page["size"])
            if any(one["live"] for one in found.values()):
                break
    return _only(list(found.values()))


def id_of(tool: Tool, word: str) -> str:
    """The id of the handover that is meant, of whichever epoch.  Raises Stopped."""
    from lockerd.cli.epochs import Epochs

    try:
        with Epochs(tool) as epochs:
            return str(find_in(epochs, word)["ho"])
    except Stopped:
        if len(word) == ID_DIGITS and all(one in "0123456789abcdef" for one in word):
            return word
        raise
