"""Scenes of one handover, as people in front of the cabinet live through them.

Theory of operation.  A scene begins with a prepared state directory (which the scene before it
left) and drives one life.  Codes are known beforehand, since random bytes are seeded: `Plan` is
what an uncut run of the deposit handed out.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crash_rig import Hall, Killed, Life, Zygote
from crash_site import CONFIRM_MS, DOOR, REST_MS, RETRY
from crash_trace import Cut, Fault

HO = "00000000000000a1"
PIN_OF_STAFF = "222222"
SEED = 20_261_121
BEGIN_MS = 1_795_420_800_000
MINUTE_MS = 60_000


@dataclass(frozen=True)
class Plan:
    """What was prepared, the name of the next boot, and the codes of the handover in it.

    The boot's name seeds the next life, so that the codes that a deposit mints are known.
    """

    state: Path
    boot: str
    wall_ms: int = BEGIN_MS
    badge: str = ""
    pin: str = ""
    qr: str = ""
    profile: str = RETRY

    @property
    def wrong(self) -> str:
        """A PIN of the same handover, with its last digit wrong."""
        return self.pin[:-1] + str((int(self.pin[-1]) + 1) % 10)


@dataclass
class Run:
    """One life in its world, and what people there know.

    `typed`: wrong PINs that were sent off; `answered`: refusals that were shown for them.
    """

    zygote: Zygote
    plan: Plan
    state: Path
    hall: Hall
    boot: str
    wall_ms: int
    options: dict[str, Any] = field(default_factory=dict)
    typed: int = 0
    answered: int = 0

    def life(
        self, log: Path | None = None, cut: Cut | Fault | None = None, whole: bool = False
    ) -> Life:
        """A new life in front of the hall; it has not started."""
        job = {
            "state": str(self.state),
            "seed": int(self.boot, 16) ^ SEED,
            "wall_ms": self.wall_ms,
            "boot": self.boot,
            **self.options,
        }
        return Life(self.zygote, self.hall, job, log=log, cut=cut, whole=whole)


Scene = Callable[[Run, Life], None]


# -- what people do --------------------------------------------------------------------------------


def install(run: Run, life: Life) -> None:
    """The first start, and one depositor."""
    life.start()
    life.ask("enrol", "1", "operator", "111111")
    life.ask("enrol", "2", "depositor", PIN_OF_STAFF)
    life.stop()


def deposit(run: Run, life: Life) -> None:
    """From the announcement to the codes in the recipient's hands."""
    life.start()
    life.ask("order", HO, run.plan.profile)
    life.ask("scan", run.plan.badge)
    life.ask("type", PIN_OF_STAFF)
    life.ask("press", "deposit")
    life.ask("press", "pick", HO)
    run.hall.push(DOOR)
    life.ask("pass", "1000")
    life.ask("press", "confirm")
    life.ask("press", "back")
    life.ask("press", "sign-out")
    life.stop()


def collect(run: Run, life: Life) -> None:
    """A wrong PIN, the right one, the door opens and closes."""
    life.start()
    life.ask("pass", str(REST_MS))
    wrong_pin(run, life)
    right_pin(run, life)
    shut(run, life)
    life.ask("press", "home")
    life.ask("pass", "5000")
    life.stop()


def jam(run: Run, life: Life) -> None:
    """The first pulse frees nothing; the second one, after the rest, does."""
    run.hall.jams[DOOR] = 1
    life.start()
    life.ask("pass", str(REST_MS))
    right_pin(run, life)
    life.ask("pass", str(CONFIRM_MS))
    life.ask("pass", str(REST_MS))
    shut(run, life)
    life.stop()


def guess(run: Run, life: Life) -> None:
    """Five wrong PINs kill the PIN, the journal is folded, the QR code still opens."""
    life.start()
    life.ask("pass", str(REST_MS))
    for _ in range(5):
        wrong_pin(run, life)
    life.ask("pass", "5000")
    life.ask("scan", run.plan.qr)
    shut(run, life)
    life.stop()


def start_only(run: Run, life: Life) -> None:
    """A start, and nothing else."""
    life.start()
    life.stop()


def wrong_pin(run: Run, life: Life) -> None:
    """Type a wrong PIN of this handover."""
    life.ask("press", "enter-code")
    run.typed += 1
    try:
        life.ask("type", run.plan.wrong)
    finally:
        run.answered = life.screens.count("refused unproven")
    life.ask("press", "home")


def right_pin(run: Run, life: Life) -> None:
    """Type the PIN."""
    life.ask("press", "enter-code")
    life.ask("type", run.plan.pin)


def shut(run: Run, life: Life) -> None:
    """Take the item and push the door shut."""
    run.hall.push(DOOR)
    life.ask("pass", "1000")


# -- preparing -------------------------------------------------------------------------------------


def fresh(plan: Plan, to: Path) -> Path:
    """A copy of a prepared state directory."""
    if plan.state.exists():
        shutil.copytree(plan.state, to)
    return to


def prepare(zygote: Zygote, base: Path, profile: str = RETRY) -> tuple[Plan, Plan, Plan]:
    """Plans to begin with nothing, with an installed cabinet, and with a deposited item."""
    empty = Plan(base / "nothing", "0000000a", profile=profile)
    state = base / "installed"
    life = played(zygote, empty, state, install)
    badge = next(one.split()[2] for one in life.said if one.startswith("badge 2 "))
    installed = Plan(state, "0000000b", BEGIN_MS + MINUTE_MS, badge, profile=profile)
    state = fresh(installed, base / "deposited")
    life = played(zygote, installed, state, deposit)
    _, _, pin, qr = next(one.split() for one in life.said if one.startswith("code "))
    deposited = Plan(state, "0000000c", BEGIN_MS + 2 * MINUTE_MS, badge, pin, qr, profile)
    return empty, replace(installed, pin=pin, qr=qr), deposited


def played(zygote: Zygote, plan: Plan, state: Path, scene: Scene) -> Life:
    """A scene from its beginning to its end."""
    run = Run(zygote, plan, state, Hall(), plan.boot, plan.wall_ms)
    with run.life() as life:
        scene(run, life)
    assert life.code == 0, life.said
    return life


def cut_short(run: Run, scene: Scene, log: Path | None, cut: Cut | Fault | None) -> Life:
    """A scene during which the knife falls."""
    with run.life(log, cut) as life, contextlib.suppress(Killed):
        scene(run, life)
    return life
