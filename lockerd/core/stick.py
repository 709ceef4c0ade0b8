"""Papers to take along: what a member of staff has written to a stick at the kiosk, and who did.

Theory of operation.  Asking makes `export.started`, which is on disk before the first byte leaves
the device; the porter does the work beside the loop and answers.  `export.written` carries the
digest of what the stick holds, so that a paper can be told from another later.  One at a time.

Rules.  A report counts and names nobody; the journal leaves without names; only a case file, for
one handover, has names in it.  Whatever goes wrong is one of `REASONS`.  A power cut ends an export
and the next start says so.  An answer to an export that is over changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.draft import Declined, Draft, Handles
from lockerd.core.judge import Question, by, demand
from lockerd.core.now import Now
from lockerd.core.state import Export, State

WHAT: Final = ("week", "month", "journal", "case")
"""The report of seven or of 31 days, the journal without names, a case file with names."""

REASONS: Final = frozenset(
    {"missing", "full", "read-only", "pulled", "different", "unknown", "record", "power"}
)
"""No stick; no room; not writable; gone, or broken, while it was written; it reads otherwise than
it was written; no such handover; the journal cannot be read; the supply was cut."""

FOLDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
_ABOUT = re.compile(r"[0-9a-f]{4,16}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)

WRITERS: Final = frozenset({"operator", "auditor"})


def start(draft: Draft, message: msg.WritePapers) -> None:
    """Say who takes what, and begin."""
    if message.what not in WHAT:
        raise Declined("what", f"nothing is called {message.what!r}; give one of {', '.join(WHAT)}")
    if (message.what == "case") != bool(_ABOUT.fullmatch(message.about)):
        raise Declined("about", "this names no handover; type the reference on its slip or receipt")
    if not draft.site.stick_dir:
        raise Declined("stick", "no stick is set up; name its directory in [stick] of the config")
    if draft.state.export is not None:
        raise Declined("running", "something is being written already; wait until it is done")
    draft.add(ev.ExportStarted(actor=message.actor, what=message.what, about=message.about))


def written(draft: Draft, message: msg.PapersWritten) -> None:
    """Everything is on the stick and was read back."""
    if _of(draft.state, message.entry):
        cause = draft.entry(message.entry)
        draft.add(
            ev.ExportWritten(
                cause=cause,
                folder=message.folder,
                files=message.files,
                bytes=message.bytes,
                digest=message.digest,
            )
        )


def failed(draft: Draft, message: msg.PapersFailed) -> None:
    """Nothing on the stick is to be believed."""
    if _of(draft.state, message.entry):
        draft.add(ev.ExportFailed(cause=draft.entry(message.entry), why=message.why))


def cut(draft: Draft) -> None:
    """A start after a cut that fell into an export."""
    known = draft.state.export
    if known is not None:
        draft.add(ev.ExportFailed(cause=draft.entry(known.entry), why="power"))


def _of(state: State, entry: int) -> bool:
    return state.export is not None and state.export.entry == entry


# -- what the events change -----------------------------------------------------------------------


def _started(state: State, event: ev.ExportStarted, idx: int, now: Now) -> None:
    state.export = Export(idx, event.what)


def _over(state: State, event: ev.Event, idx: int, now: Now) -> None:
    state.export = None


# -- what an auditor asks -------------------------------------------------------------------------


def _was_started(state: State, event: Any, idx: int, now: Now) -> None:
    by(event, *WRITERS)
    demand(state.export is None, event, "another one was going on")
    demand(event.what in WHAT, event, "nothing of this name leaves")
    known = (event.what == "case") == bool(_ABOUT.fullmatch(event.about))
    demand(known, event, "a case is about one handover, and nothing else is")


def _caused(state: State, event: Any) -> None:
    known = state.export
    caused = known is not None and event.cause == (state.epoch, known.entry)
    demand(caused, event, "nothing was being written")


def _was_written(state: State, event: Any, idx: int, now: Now) -> None:
    _caused(state, event)
    named = FOLDER.fullmatch(event.folder) and _DIGEST.fullmatch(event.digest)
    demand(bool(named) and event.files > 0 < event.bytes, event, "no such thing was written")


def _had_failed(state: State, event: Any, idx: int, now: Now) -> None:
    _caused(state, event)
    demand(event.why in REASONS, event, "no such reason")


HANDLES: Handles = {
    msg.WritePapers: start,
    msg.PapersWritten: written,
    msg.PapersFailed: failed,
}
MAY: Mapping[type[msg.Message], frozenset[str]] = {msg.WritePapers: WRITERS}
FOLDS: Mapping[type[ev.Event], Callable[[State, Any, int, Now], None]] = {
    ev.ExportStarted: _started,
    ev.ExportWritten: _over,
    ev.ExportFailed: _over,
}
QUESTIONS: Mapping[type[ev.Event], Question] = {
    ev.ExportStarted: _was_started,
    ev.ExportWritten: _was_written,
    ev.ExportFailed: _had_failed,
}
