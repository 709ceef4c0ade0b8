"""Twenty lives of a clock, ten windows around the moment, two profiles: never a wrong release.

Theory of operation.  The truth is kept apart: `Timed.lo` is what time it is, and nothing in the
device can read it.  The device has a crystal that runs off, a wall clock that stops, jumps or comes
back in 1970, a time service that comes and goes, and power that fails.  A life ends with a proven
code in front of the cabinet; the truth then says whether the answer was right.

Rules of the oracle.  A door opens only inside the window, or, where the profile says so, flagged
and only in doubt.  "Too early" and "expired" are said only when they are true.  Doubt is allowed
only where the interval really straddles an edge, and the interval always contains the truth.
Downtime lengthens a window by no more than it took.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import corekit as kit
import pytest
from corekit import OPERATOR, Cabinet

from lockerd.clock import BUILD_MS, DRIFT_PPM, BoardClock
from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import policy
from lockerd.core.messages import Level
from lockerd.core.now import Now, Side, side_of
from lockerd.core.site import Profile
from lockerd.core.state import HOUR_MS

ERROR_MS = 2_000
SECOND_MS = 1_000
DAY_MS = 24 * HOUR_MS
YEAR_2099_MS = 4_070_908_800_000
TRUE_MS = BUILD_MS + 30 * DAY_MS
SECOND = ev.Actor("operator", "6")


class Timed(Cabinet):
    """A cabinet on a board with a clock of its own; `lo` is the truth, which it cannot see."""

    def __init__(self, *, battery: bool = False, synced: bool = True, ppm: int = 60) -> None:
        self.battery, self.synced, self.ppm = battery, synced, ppm
        self.wall = TRUE_MS
        self.off_by = self.ahead = 0
        self.heard = 0
        """The truth at the last entry: nothing later is proven to have been in service."""
        self.dark: list[tuple[int, int]] = []
        self.device: BoardClock | None = None
        profiles = (Profile("deny", straddle="deny"), Profile("flag", straddle="release-and-flag"))
        super().__init__(kit.site().but(profiles=profiles))
        self.enrol(SECOND)

    @property
    def now(self) -> Now:
        if self.device is None:
            self.lo = TRUE_MS
            self.begin(None)
        assert self.device is not None
        return self.device.now()

    def begin(self, floor: Now | None) -> None:
        """A start of the program: what it knows of the time is its floor."""
        self.device = BoardClock(
            floor,
            self.battery,
            ERROR_MS,
            f"{self.boots:08x}",
            up=lambda: self.up_ms,
            wall=lambda: self.wall,
            synced=lambda: self.synced,
        )
        if floor is not None:
            self.device.anchor(self.state.vouched)

    def write(self, events: list[ev.Event]) -> None:
        super().write(events)
        if events:
            self.heard = self.lo

    def wait(self, for_ms: int) -> None:
        """The crystal's time passes; the truth runs off from it."""
        self.up_ms += for_ms
        self.off_by += for_ms * self.ppm
        before, self.ahead = self.ahead, self.off_by // 1_000_000
        self.lo += for_ms + self.ahead - before
        self.wall = self.lo if self.synced else self.wall + for_ms

    def run(self, for_ms: int) -> list[ev.Event]:
        """As the loop does it; a deadline that proven time has not reached yet is set again."""
        end, found = self.up_ms + for_ms, list[ev.Event]()
        for _ in range(1_000):
            due = policy.next_due(self.site, self.state, self.now)
            if due is None or due > end:
                break
            self.wait(max(1, due - self.up_ms))
            found += self.send(msg.Tick())
        else:
            raise AssertionError("ticks do not end")
        self.wait(end - self.up_ms)
        return found

    def cut(self, doors: Mapping[str, Level] | None = None, off_ms: int = 60_000) -> list[ev.Event]:
        """Power fails.  Only a battery goes on counting without it."""
        floor, gone = self.log[-1].now, off_ms + off_ms * self.ppm // 1_000_000
        self.dark.append((self.heard, self.lo + gone))
        self.boots += 1
        self.lo += gone
        self.up_ms = 8_000
        if self.battery:
            self.wall += off_ms
        self.synced = False
        self.begin(floor)
        return self.start(doors)

    def says(self, at: int) -> None:
        """The wall clock is stepped by hand, by a script, by a dead battery."""
        self.wall, self.synced = at, False

    def sync(self) -> None:
        """The time service answers."""
        self.wall, self.synced = self.lo, True

    def told(self) -> None:
        """Two people read the minute off their watches."""
        at = self.lo // 60_000 * 60_000
        self.send(msg.ApprovalChecked(f"badge-{SECOND.id}", True, "time", OPERATOR.id, ""))
        self.send(msg.SetTime(OPERATOR, at))
        kept = self.state.kept_time
        assert kept is not None and self.device is not None
        self.device.tell(kept.lo, kept.hi, kept.up_ms)


Life = Callable[[Timed], None]
H, D = HOUR_MS, DAY_MS


def does(*steps: tuple[str, int]) -> Life:
    """A life as steps: (what, how long or which time in ms)."""

    def live(c: Timed) -> None:
        for what, value in steps:
            match what:
                case "run":
                    c.run(value)
                case "off":
                    c.cut(off_ms=value)
                case "stamp":
                    c.says(value)
                case "back":
                    c.says(c.wall - value)
                case "lost":
                    c.synced = False
                case "sync":
                    c.sync()
                case "told":
                    c.told()
                case _:
                    raise AssertionError(what)

    return live


LIVES: Mapping[str, tuple[dict[str, Any], Life]] = {
    "synchronised throughout": ({}, does(("run", 4 * D))),
    "network lost, the crystal fast": ({"ppm": -90}, does(("lost", 0), ("run", 4 * D))),
    "network lost, the crystal slow": ({"ppm": 90}, does(("lost", 0), ("run", 4 * D))),
    "network lost for a month": ({"ppm": 80}, does(("lost", 0), ("run", 30 * D))),
    "2099 stamped once": ({}, does(("run", D), ("stamp", YEAR_2099_MS), ("run", 3 * D))),
    "2099 stamped, then a power cut": (
        {},
        does(("run", D), ("stamp", YEAR_2099_MS), ("off", 60_000), ("run", 3 * D)),
    ),
    "2099 in a clock with a battery": (
        {"battery": True},
        does(("lost", 0), ("run", D), ("stamp", YEAR_2099_MS), ("off", 60_000), ("run", 3 * D)),
    ),
    "2099 stamped, then synchronised": (
        {},
        does(("stamp", YEAR_2099_MS), ("run", D), ("sync", 0), ("run", 3 * D)),
    ),
    "1970 after a cut": ({}, does(("run", D), ("off", H), ("stamp", 0), ("run", 3 * D))),
    "1970 in a clock with a battery": (
        {"battery": True},
        does(("lost", 0), ("run", D), ("off", H), ("stamp", 0), ("run", 3 * D)),
    ),
    "no battery, a night without power": ({}, does(("run", 3 * D), ("off", 14 * H))),
    "no battery, a night, then the network": (
        {},
        does(("run", 3 * D), ("off", 14 * H), ("run", H), ("sync", 0), ("run", H)),
    ),
    "no battery, a night, then two people": (
        {},
        does(("run", 3 * D), ("off", 14 * H), ("run", H), ("told", 0), ("run", H)),
    ),
    "two people, then another cut": (
        {},
        does(("run", 3 * D), ("off", 14 * H), ("told", 0), ("run", H), ("off", 20 * 60_000)),
    ),
    "a battery through a night": (
        {"battery": True},
        does(("lost", 0), ("run", 3 * D), ("off", 14 * H), ("run", H)),
    ),
    "a battery through a month": ({"battery": True}, does(("lost", 0), ("off", 30 * D))),
    "five cuts in a day": ({}, does(*[("run", 15 * H), ("off", 10 * 60_000)] * 5)),
    "back by a day": ({}, does(("run", 3 * D), ("back", D), ("run", D))),
    "back by 25 hours across a cut": (
        {},
        does(("run", 3 * D), ("off", H), ("back", 25 * H), ("run", H)),
    ),
    "the network comes and goes": (
        {"ppm": -70},
        does(*[("lost", 0), ("run", 20 * H), ("sync", 0), ("run", 1_000)] * 4),
    ),
}

WINDOWS: Mapping[str, tuple[int, int]] = {
    "open for days": (-20 * D, 20 * D),
    "open since thirty seconds": (-30 * SECOND_MS, D),
    "open since now": (0, D),
    "closing in thirty seconds": (-2 * D, 30 * SECOND_MS),
    "closing now": (-2 * D, 0),
    "one minute long": (-30 * SECOND_MS, 30 * SECOND_MS),
    "closed since thirty seconds": (-2 * D, -30 * SECOND_MS),
    "closed since a day": (-2 * D, -D),
    "from in thirty seconds": (30 * SECOND_MS, D),
    "from tomorrow": (D, 3 * D),
}
"""Where a window begins and ends, from the moment at which its code is shown, ms of truth."""

LONGEST_MS = 5_000
"""How wide the interval is where something vouches, nothing drifted, and doubt needs an excuse."""


def lived(life: str, profile: str, window: tuple[int, int] | None) -> tuple[Timed, str]:
    """The cabinet at the end of a life, and a handover with this window (Unix ms of truth)."""
    given, live = LIVES[life]
    c = Timed(**given)
    ho = c.new_id()
    opens, closes = window or (c.lo, c.lo + 300 * D)
    who = kit.DEPOSITOR
    c.send(
        msg.OrderHandover(who, ho, "r1", "i1", profile, "S", opens, closes, "R. Person", "Papers")
    )
    c.placed(ho)
    c.confirmed(ho)
    live(c)
    return c, ho


MOMENTS: dict[str, int] = {}
"""When each life ends, Unix ms of truth: it takes the same time whatever is in the cabinet."""


def at_the_door(life: str, window: str, profile: str) -> tuple[Timed, str]:
    """The same, with a window around the moment at which the code is shown."""
    if life not in MOMENTS:
        MOMENTS[life] = lived(life, profile, None)[0].lo
    at = MOMENTS[life]
    first, last = WINDOWS[window]
    c, ho = lived(life, profile, (at + first, at + last))
    assert c.lo == at
    return c, ho


def lengthened(c: Timed, closes: int) -> int:
    """The latest end that the downtime there really was can give to a window."""
    for since, until in c.dark:
        lost = max(0, min(closes, until) - since)
        if lost:
            closes = max(closes, until) + lost
    return closes


def answer(c: Timed, ho: str) -> tuple[str, ev.Event]:
    """What the cabinet says to a proven code: `open`, or why not."""
    events = c.offer(ho)
    for one in events:
        if isinstance(one, ev.ReleaseAuthorised):
            return "open", one
    turned = next(one for one in events if isinstance(one, ev.CodeTurnedAway))
    return turned.why, turned


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("life", LIVES)
def test_the_answer_is_right(life: str, window: str) -> None:
    for profile in ("deny", "flag"):
        c, ho = at_the_door(life, window, profile)
        known = c.of(ho)
        now, at = c.now, c.lo
        announced = at + WINDOWS[window][1]
        assert known.closes <= lengthened(c, announced), "a clock widened the window"
        assert now.lo <= at and (now.hi is None or at <= now.hi), "the truth is not in it"
        why, event = answer(c, ho)
        inside = known.opens <= at < known.closes
        match why:
            case "open" if getattr(event, "flag", None) == "clock":
                assert profile == "flag"
                assert side_of(now, known.opens, known.closes) is Side.UNSURE
            case "open":
                assert inside
            case "early":
                assert at < known.opens
            case "expired":
                assert at >= known.closes
            case _:
                assert (why, profile) == ("clock", "deny")
                near = min(abs(at - known.opens), abs(at - known.closes)) <= LONGEST_MS
                width = None if now.hi is None else now.hi - now.lo
                assert near or width is None or width > LONGEST_MS, "doubt without a reason"


def test_the_table_has_every_kind_of_answer() -> None:
    """An oracle that only ever sees doubt proves nothing."""
    assert len(LIVES) * len(WINDOWS) >= 200
    seen = {
        answer(*at_the_door(life, window, "deny"))[0]
        for life in ("synchronised throughout", "no battery, a night without power")
        for window in WINDOWS
    }
    assert seen >= {"open", "early", "expired", "clock"}, seen


def test_twin_a_clock_that_believes_the_wall_is_caught() -> None:
    """The same oracle over a device that takes its wall clock for the time."""
    given, live = LIVES["back by a day"]
    c = Timed(**given)
    live(c)
    naive = Now("0", c.up_ms, c.wall, c.wall, "synced")
    assert not naive.lo <= c.lo <= (naive.hi or 0)


def test_an_interval_that_holds_nothing_true_would_be_caught() -> None:
    """The twin of the drift: a crystal worse than the product allows for leaves its interval."""
    c = Timed(ppm=-5 * DRIFT_PPM)
    does(("lost", 0), ("run", 30 * D))(c)
    now = c.now
    assert not (now.lo <= c.lo and (now.hi is None or c.lo <= now.hi))
