"""How long the core takes: `python tests/core/bench_core.py`.

Prints microseconds (the median of 60) for one release from the proven code to collected, and what
is asked for every message, at three numbers of live handovers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]


def spent_us(call: Callable[[], object]) -> float:
    """Microseconds that a call takes."""
    began = perf_counter()
    call()
    return (perf_counter() - began) * 1e6


def measure(live: int) -> None:
    """Print the figures with that many live handovers."""
    import corekit as kit

    from lockerd.core import messages as msg
    from lockerd.core import policy
    from lockerd.core.decide import decide
    from lockerd.core.fold import apply
    from lockerd.core.replay import replay
    from lockerd.core.snapshot import dump, load
    from lockerd.core.state import State

    c = kit.Cabinet(kit.site(live + 60))
    for _ in range(live + 60):
        c.collectable()
    chain, deadline = [], []
    for ho in list(c.state.handovers)[live // 2 : live // 2 + 60]:
        unit = c.unit(ho)

        def release(ho: str = ho, unit: str = unit) -> None:
            c.offer(ho)
            c.door(unit, "open")
            c.door(unit, "closed")

        chain.append(spent_us(release))
        deadline.append(spent_us(lambda: policy.next_due(c.site, c.state, c.now)))
    refusal = median(
        spent_us(lambda: decide(c.site, c.state, msg.CodeChecked("pin", None, False), c.now))
        for _ in range(60)
    )

    def fold() -> None:
        state = State()
        for line in c.log:
            apply(state, line.event, line.idx, line.now)

    data = dump(c.state)
    print(
        f"{live:5d} live:  release {median(chain):6.0f}  refusal {refusal:4.0f}  "
        f"next_due {median(deadline):4.0f}  dump {spent_us(lambda: dump(c.state)):6.0f}  "
        f"load {spent_us(lambda: load(data)):6.0f}  "
        f"per entry: apply {spent_us(fold) / len(c.log):5.1f}  "
        f"replay {spent_us(lambda: replay(c.log)) / len(c.log):5.1f}"
    )


if __name__ == "__main__":
    for number in (1, 200, 1_000):
        measure(number)
