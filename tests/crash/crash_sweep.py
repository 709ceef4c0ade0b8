"""Cut a scene everywhere: at every call that writes or syncs, and around every act of a port."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crash_judge import Violation, examine, judge_fault, judge_restart, read, restarts
from crash_rig import Crashed, Hall, Life, Zygote, happened
from crash_scenes import Plan, Run, Scene, cut_short, fresh
from crash_trace import Call, Cut, Fault, cuts

ACTS = ("start", "pulse", "screen", "fault", "code", "stop")


class Sweep:
    """One scene from one prepared state, run again and again."""

    def __init__(
        self,
        zygote: Zygote,
        plan: Plan,
        scene: Scene,
        room: Path,
        hall: Hall | None = None,
        **options: Any,
    ) -> None:
        """`options`: see `child.Life`.  `room`: an empty directory.  `hall`: as the scene finds
        it."""
        self.plan = plan
        self._zygote, self._scene, self._room, self._options = zygote, scene, room, options
        self._hall = hall or Hall()
        self._base = len(read(plan.state))
        room.mkdir()

    def run(self, name: str, **options: Any) -> Run:
        """A run of the scene in a fresh copy of its state, which nobody has begun."""
        state = fresh(self.plan, self._room / name)
        hall = self._hall.copy()
        return Run(
            self._zygote,
            self.plan,
            state,
            hall,
            self.plan.boot,
            self.plan.wall_ms,
            {**self._options, **options},
        )

    def whole(self) -> tuple[Life, list[Call]]:
        """The scene without a cut; its life and its calls."""
        run = self.run("whole")
        with run.life(self._room / "whole.trace", None, whole=True) as life:
            self._scene(run, life)
        assert life.code == 0, life.said
        shutil.rmtree(run.state, ignore_errors=True)
        return life, life.calls

    @property
    def base(self) -> int:
        """How many entries there are before the scene."""
        return self._base

    def at_every_call(self) -> int:
        """Cut at every call; how many restarts were judged."""
        _, calls = self.whole()
        return sum(self._cut(cut, [0, ""]) for cut in cuts(calls))

    def around_every_act(self) -> int:
        """Cut before and after every act of a port; how many restarts were judged."""
        life, _ = self.whole()
        acts = sum(happened(life.said, verb) for verb in ACTS)
        return sum(
            self._cut(None, [at, side]) for at in range(1, acts + 1) for side in ("before", "after")
        )

    def failing(self, name: str, error: str) -> int:
        """Let this call fail from each of its turns on; how many restarts were judged."""
        _, calls = self.whole()
        count = sum(one.name == name for one in calls)
        return sum(self._cut(Fault(name, nth, error), [0, ""]) for nth in range(1, count + 1))

    def first_violation(self) -> Violation | None:
        """The first promise that is broken anywhere, for tests of the tests."""
        _, calls = self.whole()
        for cut in cuts(calls):
            try:
                self._cut(cut, [0, ""])
            except Violation as broken:
                return broken
        return None

    def _cut(self, cut: Cut | Fault | None, knife: list[Any]) -> int:
        run = self.run("cut", knife=knife)
        log = self._room / "cut.trace" if cut is not None else None
        level = "as it was"
        judged = 0
        try:
            life = cut_short(run, self._scene, log, cut)
            if isinstance(cut, Fault):
                judge_fault(life)
            scar = examine(run, life, self._base, self._room / "aside")
            for level, again in self._restarts(scar):
                judge_restart(scar, level, again)
                judged += 1
        except (Violation, Crashed) as broken:
            where = cut if cut is not None else f"{knife[1]} act {knife[0]}"
            raise Violation(f"{where}, door {level}: {broken}") from broken
        finally:
            shutil.rmtree(self._room / "cut", ignore_errors=True)
        return judged

    def _restarts(self, scar: Any) -> Iterator[tuple[str, Run]]:
        after = self._room / "after"
        try:
            yield from restarts(scar, after)
        finally:
            shutil.rmtree(after, ignore_errors=True)
