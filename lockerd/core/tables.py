"""State tables as data: how the three machines are written, compiled and stepped.

Theory of operation.  A table is a list of rows in the form that `transitions.Machine` takes:
`{"trigger", "source", "dest"}`.  The trigger is an event's class name.  At run time a row is one
look-up in a plain dict compiled from the same list, since a step through the library costs forty
times as much and is done for every line of a replay; a test walks both and proves them equal.  The
library draws the tables into the documentation and answers what a table means.

Rules.  No guard, no callback, no queue, no time in a table: guards live in `decide`.  Whatever a
table does not list is impossible, and a journal that contains it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transitions import Machine

Row = Mapping[str, str]
Compiled = Mapping[tuple[str, str], str]


class ImpossibleHistory(ValueError):
    """An event that its table does not allow; no run of this program can have written it."""


def rows(trigger: str, sources: Iterable[str] | str, dest: str | None = None) -> list[Row]:
    """The rows of one trigger; `dest` None means that each source stays as it is."""
    froms = [sources] if isinstance(sources, str) else list(sources)
    return [{"trigger": trigger, "source": one, "dest": dest or one} for one in froms]


def compile_table(table: Sequence[Row]) -> Compiled:
    """The table as `(state, trigger) -> state`; two rows for one pair are a bug."""
    found: dict[tuple[str, str], str] = {}
    for row in table:
        key = (row["source"], row["trigger"])
        assert key not in found, f"two rows for {key}"
        found[key] = row["dest"]
    return found


def by_trigger(table: Sequence[Row]) -> Mapping[str, Mapping[str, str]]:
    """The table as `trigger -> state -> state`, for whoever knows the trigger beforehand."""
    found: dict[str, dict[str, str]] = {}
    for row in table:
        found.setdefault(row["trigger"], {})[row["source"]] = row["dest"]
    return found


def step(what: str, compiled: Compiled, state: str, trigger: str) -> str:
    """The next state.  `what` names the thing in the error."""
    try:
        return compiled[state, trigger]
    except KeyError:
        raise ImpossibleHistory(
            f"{trigger} cannot follow {state!r} for {what}; "
            "compare the journal with a copy that verifies"
        ) from None


def machine(states: Sequence[str], table: Sequence[Row], initial: str) -> Machine:
    """The same table in the `transitions` library, for documents and for the test of equality."""
    from transitions import Machine

    return Machine(
        model=None,
        states=list(states),
        transitions=[dict(row) for row in table],
        initial=initial,
        auto_transitions=False,
        send_event=False,
        queued=False,
    )
