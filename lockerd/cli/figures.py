"""What a time came to, in figures: counted from the lines of the journal and from nothing else.

Theory of operation.  `Figures` takes rows of `journal.entries` in order.  `before` takes those few
from before the time that say what had already begun: a cabinet or a door that was out of service.
`deposited` takes the deposits of what was collected in the time and deposited before it.

Rules.  No name and no code: staff are numbers, handovers references.  A time out of service is
counted once, whatever the reasons for it were.  What is not certain is not counted: a door that was
seen to open counts as a release, one that was told to open does not.  Two lists end at `LIST_MAX`:
`more` says how many discrepancies lie beyond it, the count of `handover.expired` how many handovers
there were.  Outages are all kept: the time out of service is worked out from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import fmean, median
from typing import Any, NamedTuple

from lockerd.cli.sentences import sentence

LIST_MAX = 5_000

Row = Mapping[str, Any]

COUNTED: Mapping[str, str] = {
    "handover.ordered": "announced",
    "deposit.confirmed": "deposited",
    "release.opened": "doors opened for a recipient",
    "handover.collected": "collected",
    "handover.collected_manually": "handed over with the mechanical key",
    "handover.returned": "returned to the depositor",
    "handover.withdrawn": "taken out by staff",
    "handover.cancelled": "cancelled before a deposit",
    "handover.expired": "not collected in time",
    "release.failed": "doors that did not open",
    "code.refused": "codes that were not proven",
}

OVERRIDES: Mapping[str, str] = {
    "handover.extended": "let a window end later",
    "credential.reissued": "gave new codes",
    "handover.reassigned": "named another recipient",
    "handover.awaiting_return": "sent an item back",
    "handover.refused": "did not keep a deposit",
    "handover.cancelled": "cancelled a handover",
    "handover.withdrawn": "took an item out",
    "handover.thawed": "let a held item be collected",
    "handover.collected_manually": "handed over with the key",
    "move.started": "moved an item",
    "key.declared": "declared the mechanical key",
    "window.permitted": "permitted a release in doubt",
    "glass.broken": "acted alone",
    "emergency.started": "opened doors in an emergency",
    "inspection.started": "looked into a compartment",
    "adoption.started": "looked into a compartment after a new epoch",
    "dispute.settled": "settled a dispute",
    "attention.resolved": "closed a line of the queue",
    "correction.noted": "noted a correction",
    "door.retired": "took a door out of service",
    "door.restored": "put a door back",
    "cabinet.retired": "took the cabinet out of service",
    "cabinet.restored": "put the cabinet back",
    "time.set": "set the time",
}

DISCREPANCIES = frozenset(
    {"handover.frozen", "handover.disputed", "collection.disputed", "dispute.settled"}
    | {"deposit.unconfirmed", "door.forced", "correction.noted", "move.stopped"}
    | {"deposit.carried", "handover.withdrawn", "adoption.empty", "item.found"}
)

_ENDS = ("handover.collected", "handover.collected_manually", "handover.returned")
_AFTER = frozenset({*_ENDS, "handover.withdrawn", "handover.extended", "heir.named"})
"""What may still become of a handover whose window has ended."""


class Outage(NamedTuple):
    """A time out of service, of a door or (without one) of the cabinet."""

    unit: str
    since: datetime
    until: datetime
    why: str
    entry: int | None

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded to the nearest."""
        return _minutes(self.until - self.since)


class Begun(NamedTuple):
    since: datetime
    why: str
    entry: int | None


class Figures:
    """Of the time from `begin` until `end`, both with an offset."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.begin = begin
        self.end = max(begin, end)
        self.counts: Counter[str] = Counter()
        self.overrides: Counter[tuple[str, str, str]] = Counter()
        self.uncollected: dict[str, dict[str, Any]] = {}
        self.discrepancies: list[dict[str, Any]] = []
        self.outages: list[Outage] = []
        self.more = 0
        self.durations: list[timedelta] = []
        self.entries = 0
        self._out: dict[str, Begun] = {}
        self._last: Row | None = None
        self._deposits: dict[str, datetime] = {}
        self._collected: dict[str, datetime] = {}

    # -- taking ----------------------------------------------------------------------------------

    def before(self, row: Row) -> None:
        """A line from before the time."""
        self._service(row)
        for unit, known in list(self._out.items()):
            self._out[unit] = known._replace(since=max(known.since, self.begin))
        self.outages.clear()

    def take(self, row: Row) -> None:
        """The next line of the time."""
        kind, at = row["type"], _at(row)
        self.entries += 1
        if kind == "log.boot":
            self._dark(row, at)
        self._service(row)
        self.counts[kind] += kind in COUNTED
        if kind in OVERRIDES and row["role"] not in ("device", "recipient"):
            self.overrides[row["actor"], row["role"], kind] += 1
        if kind in DISCREPANCIES or (kind == "count.entered" and _differs(row)):
            self._listed(row)
        self._handover(row, at)
        self._last = row

    def deposited(self, row: Row) -> None:
        """A deposit from before the time."""
        began = self._collected.pop(row["ho"] or "", None)
        if began is not None:
            self.durations.append(began - _at(row))

    @property
    def missing(self) -> int:
        """How many were collected whose deposit has not been seen."""
        return len(self._collected)

    def finish(self) -> None:
        """The time is over: what is still going on ends with it."""
        if self._last is not None and self._last["type"] == "log.stopped":
            self._over("", _at(self._last), self.end, "stopped", self._last["index"])
        for unit, known in self._out.items():
            self._over(unit, known.since, self.end, known.why, known.entry)
        self._out.clear()

    def _handover(self, row: Row, at: datetime) -> None:
        kind, ho = row["type"], row["ho"] or ""
        if kind == "deposit.confirmed":
            self._deposits[ho] = at
        elif kind == "handover.expired" and len(self.uncollected) < LIST_MAX:
            self.uncollected[ho] = {
                "handover": row["handover"],
                "unit": row["unit"],
                "at": row["at"],
                "entry": row["index"],
                "then": "",
            }
        elif kind in _AFTER and ho in self.uncollected:
            self.uncollected[ho]["then"] = sentence(row)
        if kind in _ENDS:
            began = self._deposits.pop(ho, None)
            if kind != "handover.collected":
                return
            if began is None:
                self._collected[ho] = at
            else:
                self.durations.append(at - began)

    def _listed(self, row: Row) -> None:
        if len(self.discrepancies) >= LIST_MAX:
            self.more += 1
            return
        self.discrepancies.append(
            {
                "at": row["at"],
                "what": sentence(row),
                "unit": row["unit"],
                "handover": row["handover"],
                "staff": "" if row["role"] in ("device", "recipient") else row["actor"],
                "entry": row["index"],
            }
        )

    # -- out of service --------------------------------------------------------------------------

    def _service(self, row: Row) -> None:
        """What takes the cabinet or a door out, and what puts it back."""
        kind, unit = row["type"], row["unit"] or ""
        if kind in ("cabinet.retired", "door.retired"):
            why = str(row["fields"].get("reason", ""))
            self._out.setdefault(unit, Begun(_at(row), why, row["index"]))
        elif kind in ("cabinet.restored", "door.restored"):
            known = self._out.pop(unit, None)
            if known is not None:
                self._over(unit, known.since, _at(row), known.why, known.entry)

    def _dark(self, row: Row, at: datetime) -> None:
        """A start: nobody was served since the line before it."""
        if self._last is None:
            if row["index"] > 1:
                self._over("", self.begin, at, "not running", row["index"])
            return
        why = "stopped" if self._last["type"] == "log.stopped" else "not running"
        self._over("", _at(self._last), at, why, row["index"])

    def _over(
        self, unit: str, since: datetime, until: datetime, why: str, entry: int | None
    ) -> None:
        if until > since:
            self.outages.append(Outage(unit, since, until, why, entry))

    # -- what it came to -------------------------------------------------------------------------

    @property
    def out_minutes(self) -> int:
        """Minutes in which the cabinet served nobody."""
        return _minutes(_union(one for one in self.outages if not one.unit))

    @property
    def available(self) -> float:
        """The share of the time in which the cabinet served, in percent."""
        whole = self.end - self.begin
        if not whole:
            return 100.0
        dark = _union(one for one in self.outages if not one.unit)
        return round(100 * (1 - dark / whole), 2)

    @property
    def collection(self) -> Mapping[str, int] | None:
        """Minutes from a confirmed deposit to its collection; None without a collection."""
        if not self.durations:
            return None
        seconds = [one.total_seconds() for one in self.durations]
        return {
            "count": len(seconds),
            "mean_min": round(fmean(seconds) / 60),
            "median_min": round(median(seconds) / 60),
            "longest_min": round(max(seconds) / 60),
        }

    def people(self) -> list[dict[str, Any]]:
        """Overrides by person: who, what, how often."""
        return [
            {"staff": staff, "role": role, "what": OVERRIDES[kind], "type": kind, "count": count}
            for (staff, role, kind), count in sorted(self.overrides.items())
        ]

    def all(self) -> dict[str, Any]:
        """Everything as one object."""
        return {
            "from": self.begin.isoformat(timespec="seconds"),
            "until": self.end.isoformat(timespec="seconds"),
            "entries": self.entries,
            "counts": {kind: self.counts[kind] for kind in COUNTED},
            "overrides": self.people(),
            "uncollected": list(self.uncollected.values()),
            "discrepancies": self.discrepancies,
            "more_discrepancies": self.more,
            "out_of_service_min": self.out_minutes,
            "available_percent": self.available,
            "outages": [
                {
                    "unit": one.unit or None,
                    "from": one.since.isoformat(timespec="seconds"),
                    "until": one.until.isoformat(timespec="seconds"),
                    "minutes": one.minutes,
                    "why": one.why,
                    "entry": one.entry,
                }
                for one in self.outages
            ],
            "collection": self.collection,
        }


def _differs(row: Row) -> bool:
    """Whether a count found something else than the record said."""
    return bool(row["fields"].get("seen") != row["fields"].get("expected"))


def _at(row: Row) -> datetime:
    return datetime.fromisoformat(row["at"])


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


def _union(spans: Iterable[Outage]) -> timedelta:
    """How long at least one of them lasted."""
    found, end = timedelta(), None
    for one in sorted(spans, key=lambda span: span.since):
        since = one.since if end is None else max(one.since, end)
        if one.until > since:
            found += one.until - since
            end = one.until
    return found
