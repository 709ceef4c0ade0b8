"""A case bundle: what the record says about a few handovers, as files that anyone can check.

Theory of operation.  `collect` gathers the entries of the handovers, from every epoch that a state
directory keeps: their own, what happened at their compartment and to the cabinet while something
lay there, what authorised any of it, what was decided about them in the operator's queue, what was
corrected, holds and erasures, the enrolment of the staff who acted, and the first entry of the log.
`write` makes one receipt of each under one signed head, and a report for people (`report`).

    DIR/README  report.html
    DIR/vkey  checkpoint  certificate.note  disclosures.jsonl  events/<index>-<type>.tlog-proof
    DIR/epoch-<n>/...                    the same of an epoch before, which had a key of its own

Standard: C2SP tlog-proof and signed-note, RFC 9901 disclosures.

Rules.  Only an empty or a new directory is written to.  The report is a reading aid: what it says
is proven by the receipts, and it says how.  The key in a bundle is a copy; whoever verifies brings
their own.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lockerd.core import events as ev
from lockerd.core.handover import FINAL
from lockerd.core.now import Now
from lockerd.journal import certificate as cert
from lockerd.journal import leaf as lf
from lockerd.journal import proof, tlog
from lockerd.journal.erase import folded, journals
from lockerd.journal.errors import explain_os
from lockerd.journal.export import CHECKPOINT, DISCLOSURES, README, VKEY
from lockerd.journal.reader import Reader
from lockerd.ports import JournalError

REPORT = "report.html"
EVENTS = "events"
HANDOVERS_MAX = 200
ENTRIES_MAX = 20_000

Progress = Callable[[int, int], None]


class CaseError(JournalError):
    """There is no such case, or it cannot be written there."""


class Wanted(NamedTuple):
    """Which handovers; one of the three.  `item_no`: the item's number in the record, or on it."""

    ho: str | None = None
    reference: str | None = None
    item_no: str | None = None


class Entry(NamedTuple):
    """One entry of a case.  `own`: it is about the handover itself, not only about its time.

    `sd`: the digests that stand in it.
    """

    idx: int
    event: ev.Event
    now: Now
    digests: int
    disclosed: Mapping[str, str]
    own: bool
    sd: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The name of its receipt within `events`."""
        return f"{self.idx:08}-{self.event.TYPE}.tlog-proof"


class Part(NamedTuple):
    """What one epoch says.  `head`: the signed head under which every receipt is made."""

    origin: str
    epoch: int
    vkey: str
    head: str
    size: int
    entries: tuple[Entry, ...]
    certified: bool

    @property
    def folder(self) -> str:
        """Where its files are, below the bundle, of an epoch before the last."""
        return f"epoch-{self.epoch}"


class Case(NamedTuple):
    """A case: the handovers, oldest first, and the epochs that speak of them, the newest last."""

    handovers: tuple[str, ...]
    parts: tuple[Part, ...]

    def entries(self) -> Iterator[tuple[Part, Entry]]:
        """Every entry in order."""
        return ((part, one) for part in self.parts for one in part.entries)


# -- gathering ----------------------------------------------------------------------------------


def collect(state_dir: Path, wanted: Wanted, *, disclose: bool = True) -> Case:
    """What there is of a case.  Raises CaseError, JournalError."""
    if not any(folded(one) for one in wanted if one is not None):
        raise CaseError("nothing is named; give a reference or a number that is not empty")
    paths = journals(state_dir)
    meant: dict[str, None] = {}
    items = frozenset[str]() if wanted.item_no is None else _items(paths, wanted.item_no)
    for path in paths:
        with Reader.read(path) as journal:
            meant |= dict.fromkeys(_meant(journal, wanted, items))
    if not meant:
        raise CaseError("the journal knows no such handover; look: lockerctl journal search")
    if len(meant) > HANDOVERS_MAX:
        raise CaseError(f"{len(meant)} handovers are meant; name at most {HANDOVERS_MAX}")
    parts = []
    for path in paths:
        with Reader.read(path) as journal:
            part = _part(journal, meant, disclose)
            if part is not None:
                parts.append(part)
    return Case(tuple(meant), tuple(parts))


def _items(paths: Iterable[Path], number: str) -> frozenset[str]:
    """The numbers in the record of the thing that bears this one: its own, or its asset number.

    A thing keeps its number in the record, so legs whose names were erased are found with it.
    """
    asset, found = folded(number), {number}
    for path in paths:
        with Reader.read(path) as journal:
            for entry in _holding(journal, ('"_sd":', '"item_no":"')):
                if folded(journal.disclosed(entry.idx).get("asset", "")) == asset:
                    found.add(str(getattr(entry.event, "item_no", number)))
    return frozenset(found)


def _meant(journal: Reader, wanted: Wanted, items: Collection[str]) -> Iterator[str]:
    """The ids of the handovers that are meant, as far as this journal knows them."""
    needles: tuple[str, ...] = ('"_sd":', '"ho":')
    if wanted.ho is not None:
        needles = (f'"ho":"{wanted.ho}"',)
    elif wanted.item_no is not None:
        needles = ('"item_no":"',)
    case = None if wanted.reference is None else folded(wanted.reference)
    for entry in _holding(journal, needles):
        event = entry.event
        if not isinstance(event, ev.HandoverOrdered | ev.OrderCarried) or event.ho is None:
            continue
        if wanted.item_no is not None and event.item_no not in items:
            continue
        if case is None or folded(journal.disclosed(entry.idx).get("reference", "")) == case:
            yield event.ho


def _holding(
    journal: Reader, needles: Iterable[str], start: int = 0, stop: int | None = None
) -> Iterator[lf.Leaf]:
    """Entries whose bytes hold every needle."""
    wanted = [one.encode() for one in needles]
    for idx, leaf in journal.leaves(start, stop):
        if all(one in leaf for one in wanted):
            yield journal.entry(idx)


def _part(journal: Reader, meant: Collection[str], disclose: bool) -> Part | None:
    own = {one.idx: one for one in _about(journal, meant)}
    if not own:
        return None
    stays = list(_stays(journal, own.values(), meant))
    around = {one.idx: one for one in _meanwhile(journal, stays)}
    let = {one.idx: one for one in _authorised(journal, {**around, **own}, meant)}
    decided = {one.idx: one for one in _decided(journal, {**let, **around, **own}, meant)}
    found = {**let, **around, **decided, **own}
    found |= {one.idx: one for one in _people(journal, found.values())}
    found[0] = journal.entry(0)
    if len(found) > ENTRIES_MAX:
        raise CaseError(f"the case has {len(found)} entries; export fewer handovers at once")
    entries = tuple(
        Entry(
            idx,
            one.event,
            one.now,
            len(one.digests),
            journal.disclosed(idx) if disclose else {},
            idx in own or idx in decided or one.event.unit is not None,
            tuple(one.digests),
        )
        for idx, one in sorted(found.items())
    )
    certified = cert.read(journal.path.parent) is not None
    return Part(
        journal.origin,
        journal.epoch,
        journal.vkey,
        journal.checkpoint(),
        journal.size,
        entries,
        certified,
    )


def _about(journal: Reader, meant: Collection[str]) -> Iterator[lf.Leaf]:
    """The entries of these handovers."""
    for idx, leaf in journal.leaves():
        found = _HO.search(leaf)
        if found is not None and found[1].decode() in meant:
            entry = journal.entry(idx)
            if entry.event.ho in meant:
                yield entry


_HO = re.compile(rb'"ho":"([0-9A-Za-z]+)"')
_MEANWHILE = (ev.LogBoot, ev.LogStopped, ev.ClockStepped, ev.CabinetRetired, ev.CabinetRestored)


class _Stay(NamedTuple):
    """The entries [start, stop) during which something of a handover lay in a compartment."""

    start: int
    stop: int
    units: frozenset[str | None]


def _stays(journal: Reader, own: Iterable[lf.Leaf], meant: Collection[str]) -> Iterator[_Stay]:
    entries: dict[str | None, list[lf.Leaf]] = {ho: [] for ho in meant}
    for one in own:
        entries[one.event.ho].append(one)
    for mine in entries.values():
        placed = [one for one in mine if one.event.unit is not None]
        if placed:
            stop = mine[-1].idx + 1 if is_final(mine[-1].event) else journal.size
            yield _Stay(placed[0].idx, stop, frozenset(one.event.unit for one in placed))


def _meanwhile(journal: Reader, stays: Collection[_Stay]) -> Iterator[lf.Leaf]:
    """What happened at the compartments and to the cabinet during these stays."""
    if not stays:
        return
    units = {unit for one in stays for unit in one.units}
    needles = [f'"unit":"{one}"'.encode() for one in units]
    needles += [f'"type":"{one.TYPE}"'.encode() for one in _MEANWHILE]
    start, stop = min(one.start for one in stays), max(one.stop for one in stays)
    for idx, leaf in journal.leaves(start, stop):
        if any(one in leaf for one in needles):
            found = journal.entry(idx)
            event = found.event
            during = [one for one in stays if one.start <= idx < one.stop]
            at_door = event.ho is None and any(event.unit in one.units for one in during)
            if at_door or (during and isinstance(event, _MEANWHILE)):
                yield found


def _authorised(
    journal: Reader, found: Mapping[int, lf.Leaf], meant: Collection[str]
) -> Iterator[lf.Leaf]:
    """What these entries name as their cause, and what that names, but nothing of others."""
    seen = set(found)
    waiting = [one.event.cause for one in found.values()]
    while waiting:
        cause = waiting.pop()
        if cause is None or cause.epoch != journal.epoch or cause.idx in seen:
            continue
        seen.add(cause.idx)
        entry = journal.entry(cause.idx)
        if entry.event.ho is None or entry.event.ho in meant:
            yield entry
            waiting.append(entry.event.cause)


def is_final(event: ev.Event) -> bool:
    """Whether a handover ends with this."""
    return event.TYPE.partition(".")[2] in FINAL


def _decided(
    journal: Reader, found: Mapping[int, lf.Leaf], meant: Collection[str]
) -> Iterator[lf.Leaf]:
    """What people decided about it elsewhere: in the queue, alone, about its names or entries."""
    known = set(found)
    for idx, leaf in journal.leaves(min(found)):
        if any(one in leaf for one in _ELSEWHERE):
            entry = journal.entry(idx)
            event = entry.event
            cause = event.cause
            if subject_of(event) in meant or (
                cause is not None and cause.epoch == journal.epoch and cause.idx in known
            ):
                known.add(idx)  # a review is of what somebody did alone
                yield entry


_ELSEWHERE = tuple(
    f'"type":"{one}'.encode()
    for one in ("attention.", "privacy.", ev.CorrectionNoted.TYPE, ev.GlassBroken.TYPE)
)


def subject_of(event: ev.Event) -> str:
    """What an entry of the queue, an erasure or broken glass is about, by its id; or nothing."""
    return str(getattr(event, "key", getattr(event, "subject", ""))).partition(":")[2]


def _people(journal: Reader, found: Iterable[lf.Leaf]) -> Iterator[lf.Leaf]:
    """The enrolments of everybody who acted, and of who enrolled them."""
    enrolled: dict[str, lf.Leaf] = {}
    for one in _holding(journal, ('"type":"staff.', '"staff":')):
        if isinstance(one.event, ev.StaffEnrolled | ev.StaffCarried):
            enrolled[one.event.staff] = one
    waiting = [who for one in found for who in (staff_of(one.event), second_of(one.event))]
    seen: set[str | None] = {None}
    while waiting:
        staff = waiting.pop()
        if staff not in seen and staff in enrolled:
            yield enrolled[staff]
            waiting.append(staff_of(enrolled[staff].event))
        seen.add(staff)


def staff_of(event: ev.Event) -> str | None:
    """The number of the member of staff who acted; None for the cabinet and for recipients."""
    return None if event.actor.role in ("device", "recipient") else event.actor.id


_SECOND = ("approver", "witness")


def second_of(event: ev.Event) -> str | None:
    """The number of the second member of staff whom an entry names; None where it names none."""
    if staff_of(event) is None:
        return None
    return next((found for name in _SECOND if (found := getattr(event, name, None))), None)


# -- writing ------------------------------------------------------------------------------------

_README = """\
A custody case: {handovers} handover(s), {entries} entries of the record {origin}.

report.html        what happened, for people; it prints on A4
events/            one receipt for each entry (C2SP tlog-proof)
checkpoint         the signed head of the record under which every receipt stands
vkey               the device's verifier key (a copy: compare it with one that you trust)
certificate.note   the owner's signed word that the key is this device's, where there is one
disclosures.jsonl  the names behind the digests: entry, digest, RFC 9901 disclosure
                   (empty when the case was exported without names)
epoch-N/           the same of a log that this one continues, where the case began there

Nothing here has to be believed.  To check it all with the device's own program, or one receipt:
    lockerctl receipt verify DIRECTORY --vkey vkey
    lockerctl receipt verify events/FILE --vkey vkey
with openssl and a shell:
    verify-receipt.sh vkey events/FILE
or with any software that reads c2sp.org/tlog-proof@v1.
"""


def write(
    state_dir: Path, case: Case, directory: Path, page: str, progress: Progress | None = None
) -> int:
    """Write a case into an empty or a new directory, with the report's `page`; how many receipts.

    Raises CaseError, JournalError.
    """
    try:
        _make_room(directory)
        done, total = 0, sum(len(one.entries) for one in case.parts)
        for part in case.parts:
            last = part is case.parts[-1]
            place = directory if last else directory / part.folder
            with Reader.read(_journal_of(state_dir, part)) as journal:
                done = _write_part(journal, part, place, done, total, progress)
        _put(
            directory / README,
            _README.format(
                handovers=len(case.handovers), entries=total, origin=case.parts[-1].origin
            ),
        )
        _put(directory / REPORT, page)
        return total
    except OSError as error:
        raise explain_os(error, directory) from None


def _journal_of(state_dir: Path, part: Part) -> Path:
    paths = journals(state_dir)
    past = {one.parent.name: one for one in paths[:-1]}
    return past.get(str(part.epoch), paths[-1])


def _make_room(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise CaseError(f"{directory} is not empty; give a new directory")


def _put(path: Path, text: str) -> None:
    """A private file, since names are in it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with open(os.open(path, flags, 0o600), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _write_part(
    journal: Reader, part: Part, place: Path, done: int, total: int, progress: Progress | None
) -> int:
    (place / EVENTS).mkdir(mode=0o700, parents=True)
    shown: list[str] = []
    for one in part.entries:
        texts = journal.disclosures(one.idx) if one.disclosed else ()
        _put(place / EVENTS / one.file, _receipt(journal, part, one.idx, texts))
        for text in texts:
            row = {"index": one.idx, "digest": lf.digest_of(text), "disclosure": text}
            shown.append(json.dumps(row, separators=(",", ":")) + "\n")
        done += 1
        if progress is not None:
            progress(done, total)
    _put(place / DISCLOSURES, "".join(shown))
    _put(place / VKEY, part.vkey + "\n")
    _put(place / CHECKPOINT, part.head)
    certificate = cert.read(journal.path.parent)
    if certificate is not None:
        _put(place / cert.FILE, certificate)
    return done


def _receipt(journal: Reader, part: Part, idx: int, texts: Sequence[str]) -> str:
    """The receipt of an entry under the case's own head; the journal may have grown since."""
    extra = b"\n".join((journal.leaf(idx), *(one.encode("ascii") for one in texts)))
    path = tlog.inclusion_proof(journal.hashes, idx, part.size)
    return proof.Proof(extra, idx, tuple(path), part.head).text
