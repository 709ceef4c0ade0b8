"""The judge of a cut: what the disk, the hall and the people remember must agree.

Theory of operation.  After a cut the journal is read as it lies there; then the cabinet is started
again, once for every level that the door may show, and somebody comes with the code.  What must
have happened is worked out here from the kinds of entries alone, without the program's own rules.

Rules, each with its words in `Violation`:
* The journal verifies, every seal of it, and its history is possible.
* At most one pulse for each `pulse.ordered` on disk, none without, none again after a start.
* Whatever a person was shown is on disk; whatever the disk says of a door, the door did.
* A wrong attempt that was answered is counted.
* Authorised without evidence: door open -> opened; closed -> interrupted; unknown -> frozen.
* The code works unless the door was seen open or an operator has to look.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from crash_rig import Hall, Life, happened
from crash_scenes import HO, Run
from crash_site import ASK, DOOR, REST_MS
from crash_trace import Call

from lockerd.core.replay import replay
from lockerd.core.snapshot import dump
from lockerd.core.state import WRONG_PINS_MAX
from lockerd.journal.reader import DATABASE, Reader
from lockerd.journal.snapshots import fold
from lockerd.journal.verify import verify
from lockerd.ports import JournalError

PROOF: dict[str, tuple[str, ...]] = {
    "pulse": ("pulse.ordered",),
    "badge": ("staff.enrolled",),
    "code": ("credential.minted",),
    "screen refused unproven": ("code.refused", "staff.refused"),
    "screen opening": ("release.authorised",),
    "screen open": ("release.opened",),
    "screen receipt": ("handover.collected",),
    "screen deposit_opening": ("deposit.started",),
    "screen deposit_open": ("deposit.opened",),
    "screen deposit_confirm": ("deposit.closed",),
    "screen deposit_done": ("credential.minted",),
}
"""What is said or done, and the entry that must be on disk before."""


SHOWN_AGAIN = ("screen deposit_confirm",)
"""What is shown once more when the step after it was not possible."""

_OPENED = ("deposit.opened", "release.opened", "door.opened", "door.forced")
_SHUT = ("deposit.closed", "handover.collected", "door.closed")


class Violation(AssertionError):
    """A promise was broken."""


class Line(NamedTuple):
    """What the judge reads of an entry."""

    type: str
    unit: str | None
    ho: str | None


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise Violation(what)


def read(state: Path) -> list[Line]:
    """The entries of a state directory; none where there is no journal yet."""
    if not (state / DATABASE).exists():
        return []
    with Reader.read(state) as journal:
        return [Line(one.event.TYPE, one.event.unit, one.event.ho) for one in journal.entries()]


# -- order in time: what the trace of an uncut run says --------------------------------------------

_LEAF = re.compile(rb'"seq":(\d+),[^{}]*?"type":"([a-z_.]+)"(?:,"unit":"([^"]+)")?')


def judge_trace(calls: Sequence[Call], base: int) -> int:
    """Every act comes after fdatasync has returned for its entry; how many acts were judged.

    `base`: how many entries there were before.
    """
    written: set[tuple[int, str]] = set()
    durable: set[tuple[int, str]] = set()
    unsynced = False
    acts: Counter[str] = Counter()
    for call in calls:
        if call.path.endswith("-wal") and call.name.startswith(("pwrite", "write")):
            unsynced = True
            written |= {(int(seq), kind.decode()) for seq, kind, _ in _LEAF.findall(call.data)}
        elif call.path.endswith("-wal") and call.name in ("fsync", "fdatasync"):
            _demand(call.result == "0", f"{call.name} failed in a run without faults")
            unsynced = False
            durable |= written
        elif call.name == "sendto":
            line = call.data.decode().strip()
            for said, kinds in PROOF.items():
                if line == said or line.startswith(f"{said} "):
                    acts[said] += 1
                    _demand(not unsynced, f"{line!r} came before its entry was synced")
                    found = sum(seq >= base and kind in kinds for seq, kind in durable)
                    _demand(found >= acts[said], f"{line!r} came without an entry on disk")
    return acts.total()


# -- what a start must find ------------------------------------------------------------------------


@dataclass(frozen=True)
class Custody:
    """Where the handover stands, told from the kinds of its entries.

    `phase`: `none` (no codes), `live`, `in flight` (authorised, no evidence), `open`, `frozen`,
    `collected`, `unconfirmed`.
    """

    phase: str = "none"
    pulsed: bool = False
    wrong: int = 0


_NEXT: dict[str, str] = {
    "credential.minted": "live",
    "deposit.unconfirmed": "unconfirmed",
    "release.authorised": "in flight",
    "release.failed": "live",
    "release.interrupted": "live",
    "release.opened": "open",
    "handover.frozen": "frozen",
    "handover.collected": "collected",
}


_RELEASE = ("release.opened", "release.interrupted", "handover.frozen", "handover.collected")


def custody(lines: Sequence[Line]) -> Custody:
    """Where the handover stands after these entries."""
    found = Custody()
    for line in lines:
        if line.ho != HO:
            continue
        if line.type in _NEXT:
            found = replace(found, phase=_NEXT[line.type], pulsed=False)
        elif line.type == "pulse.ordered":
            found = replace(found, pulsed=found.phase == "in flight")
        elif line.type == "code.refused":
            found = replace(found, wrong=found.wrong + 1)
    return found


def due_at_start(before: Custody, level: str, profile: str) -> list[str]:
    """Which entries about the release a start must add."""
    if before.phase == "open":
        return ["handover.collected"] if level == "closed" else []
    if before.phase != "in flight":
        return []
    if level == "open":
        return ["release.opened"] if before.pulsed else ["handover.frozen"]
    if level == "unknown":
        return ["handover.frozen"]
    return ["release.interrupted", *(["handover.frozen"] if profile == ASK else [])]


def levels_to_try(before: Custody, hall: Hall) -> tuple[str, ...]:
    """What the contact may show after the cut: the truth, or anything while nobody saw."""
    if before.phase == "in flight":
        return ("open", "closed", "unknown")
    return (hall.level(DOOR),)


# -- the restart -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scar:
    """What a cut left: the life that was cut, its run, and the entries before and after it."""

    run: Run
    life: Life
    base: int
    lines: list[Line]

    @property
    def mine(self) -> list[Line]:
        """The entries of the life that was cut."""
        return self.lines[self.base :]


def examine(run: Run, life: Life, base: int, aside: Path) -> Scar:
    """Judge what lies on disk after a cut, and what is known of the life that ended there."""
    lines: list[Line] = []
    if run.state.exists():
        shutil.copytree(run.state, aside)
        lines = read(aside)
        shutil.rmtree(aside)
    scar = Scar(run, life, base, lines)
    ordered = Counter(one.unit for one in scar.mine if one.type == "pulse.ordered")
    for unit in ordered.keys() | run.hall.pulses.keys():
        pulses = run.hall.pulses[unit or ""]
        _demand(pulses <= ordered[unit], f"{pulses} pulses of {unit}, {ordered[unit]} on disk")
        _demand(ordered[unit] <= pulses + 1, f"{ordered[unit]} orders for {pulses} pulses")
    for types, level in ((_OPENED, "open"), (_SHUT, "closed")):
        found = sum(one.type in types for one in scar.mine)
        edges = sum(count for (_, to), count in run.hall.edges.items() if to == level)
        _demand(found <= edges, f"{found} entries say {level}, doors did it {edges} times")
    for said, kinds in PROOF.items():
        shown = sum(one == said or one.startswith(f"{said} ") for one in life.said)
        found = sum(one.type in kinds for one in scar.mine)
        shown = min(shown, 1) if said in SHOWN_AGAIN else shown
        _demand(shown <= found, f"{said!r} {shown} times, {found} of {kinds} on disk")
    wrong = custody(scar.mine).wrong
    _demand(
        run.answered <= wrong <= run.typed,
        f"{run.answered} wrong PINs were answered, {run.typed} typed, {wrong} counted",
    )
    return scar


def judge_fault(life: Life) -> None:
    """A life whose disk failed: it lived on, said what to do about it, and pulsed nothing more.

    A fault that only the closing of the files met is nobody's business until the next start.
    """
    ended = life.said[-1].split(" ", 1)[0] if life.said else ""
    _demand(life.code == 0 or ended == "refused", f"it ended with {life.code}: {life.said[-1:]}")
    told = [at for at, one in enumerate(life.said) if one.startswith(("fault ", "refused "))]
    for at in told:
        _demand("; " in life.said[at], f"no remedy: {life.said[at]!r}")
    pulsed = [at for at, one in enumerate(life.said) if one.startswith("pulse ")]
    _demand(not told or not pulsed or pulsed[-1] < told[0], "it pulsed after the disk had failed")


def restarts(scar: Scar, room: Path) -> Iterator[tuple[str, Run]]:
    """A run in a copy of what the cut left, for every level that the door may show."""
    for level in levels_to_try(custody(scar.lines), scar.run.hall):
        hall = scar.run.hall.copy()
        hall.jams.clear()
        hall.open.discard(DOOR)
        hall.blind.discard(DOOR)
        if level == "open":
            hall.open.add(DOOR)
        elif level == "unknown":
            hall.blind.add(DOOR)
        state = room / level
        if scar.run.state.exists():
            shutil.copytree(scar.run.state, state)
        wall_ms = scar.run.wall_ms + 3_600_000
        options = {k: v for k, v in scar.run.options.items() if k != "knife"}
        yield (
            level,
            Run(scar.run.zygote, scar.run.plan, state, hall, "00000f00", wall_ms, options),
        )


def judge_restart(scar: Scar, level: str, run: Run) -> None:
    """Start again, let somebody come with the code, and judge all of it."""
    pulses = run.hall.pulses.total()
    with run.life() as life:
        life.start()
        _demand(life.code is None, f"the start was refused: {life.said[-1:]}")
        life.ask("pass", str(REST_MS))
        _demand(run.hall.pulses.total() == pulses, "a start pulsed a strike by itself")
        run.hall.push(DOOR)
        life.ask("pass", "1000")
        came = come_with_code(run, life, custody(scar.lines).wrong)
        life.stop()
    _demand(life.code == 0, f"the life after the cut ended with {life.code}")
    lines = read(run.state)
    _demand(lines[: len(scar.lines)] == scar.lines, "entries changed over the restart")
    _started(scar, level, lines)
    _coded(scar, lines, came)
    ordered = sum(one.type == "pulse.ordered" for one in lines[len(scar.lines) :])
    _demand(run.hall.pulses.total() - pulses == ordered, "pulses and orders differ")
    verified(run.state)


def come_with_code(run: Run, life: Life, wrong: int) -> list[str]:
    """Somebody types the PIN, or shows the QR code when the PIN is dead; what was shown."""
    if not run.plan.pin:
        return []
    if wrong < WRONG_PINS_MAX:
        life.ask("press", "enter-code")
        said = life.ask("type", run.plan.pin)
    else:
        said = life.ask("scan", run.plan.qr)
    run.hall.push(DOOR)
    return said + life.ask("pass", "1000")


def _started(scar: Scar, level: str, lines: Sequence[Line]) -> None:
    """The boot's own entries about the release are those that are due."""
    fresh = lines[len(scar.lines) :]
    _demand("log.boot" in [one.type for one in fresh], "a start without its entry")
    used = [one.type.startswith("code.") or one.type == "release.authorised" for one in fresh]
    end = used.index(True) if True in used else len(fresh)
    found = [one.type for one in fresh[:end] if one.ho == HO and one.type in _RELEASE]
    before = custody(scar.lines)
    due = due_at_start(before, level, scar.run.plan.profile)
    if level == "open" and (before.phase == "open" or "release.opened" in due):
        # After the start somebody pushes the door shut, which completes what it had proven.
        due = [*due, "handover.collected"]
    _demand(found == due, f"door {level}, {before}: expected {due}, found {found}")


def _coded(scar: Scar, lines: Sequence[Line], said: Sequence[str]) -> None:
    """What the code came to is what it had to come to."""
    if not scar.run.plan.pin:
        return
    fresh = lines[len(scar.lines) :]
    used = next(
        (at for at, one in enumerate(fresh) if one.type in ("code.refused", "code.turned_away")),
        next((at for at, one in enumerate(fresh) if one.type == "release.authorised"), len(fresh)),
    )
    phase = custody([*scar.lines, *fresh[:used]]).phase
    works = phase == "live"
    pulsed = happened(said, "pulse")
    _demand(pulsed == works, f"the code of a handover that is {phase!r} gave {pulsed} pulses")
    if works:
        _demand(custody(lines).phase == "collected", "the code worked, and nothing was collected")
    elif phase in ("none", "unconfirmed"):
        _demand("screen refused unproven" in said, f"{phase}: the code was told {said}")
    elif phase == "collected":
        _demand("screen refused collected" in said, f"{phase}: the code was told {said}")
    elif phase == "frozen":
        _demand("screen refused held" in said, f"{phase}: the code was told {said}")


def verified(state: Path) -> None:
    """The journal verifies with every seal, and folds to the same state with and without help."""
    try:
        verdict = verify(state, replay=replay, every_seal=True)
        _demand(verdict.good, f"the journal does not verify: {verdict}")
        with Reader.read(state) as journal:
            helped = fold(journal, state / "snapshots")
            plain = fold(journal, state / "none")
    except JournalError as broken:
        raise Violation(f"the journal cannot be read: {broken}") from broken
    _demand(dump(helped) == dump(plain), "a snapshot gives another state than the entries")
