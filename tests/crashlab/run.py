"""Cut the power of a recorded cabinet in as many ways as asked for.

    python tests/crashlab/run.py --states 1000000
    python tests/crashlab/run.py --mode delete-full --states 20000
    python tests/crashlab/run.py --seed 7 --only codes:21:2 --keep /tmp/state

Exit code: 0 when every promise held in every state, 1 when one was broken, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import lab_work
from lab_record import STORIES
from lab_story import MODES


def main() -> int:
    """Read the arguments, run, report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--states", type=int, default=20_000, help="how many states to examine")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--mode", choices=MODES, default=MODES[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="worker processes")
    parser.add_argument("--story", action="append", choices=STORIES, help="only these; repeatable")
    parser.add_argument("--first", action="store_true", help="stop at the first broken promise")
    parser.add_argument("--only", metavar="STATE", help="examine one state, named as in a report")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="with --only: leave its tree here")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker is not None:
        lab_work.worker(given.worker)
        return 0
    print(f"mode {given.mode}, seed {given.seed}", flush=True)
    if given.only is not None:
        result = lab_work.again(given.mode, given.seed, given.only, given.keep)
    else:
        result = lab_work.run(
            given.mode,
            given.seed,
            given.states,
            given.jobs,
            given.first,
            lambda text: print(text, flush=True),
            given.story or (),
        )
    for name, what in result.failures:
        print(f"{name}  {what}")
        print(f"  again: run.py --mode {given.mode} --seed {given.seed} --only {name}")
    broken = sum(result.kinds.values())
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(result.kinds.items()))
    print(f"{broken} of {result.states} states broke a promise{': ' if kinds else ''}{kinds}")
    if broken:
        print(f"{result.nested_broken} of them were cuts during recovery")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
