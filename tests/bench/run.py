"""Measure the budgets: `run.py [GROUP ...] [--json FILE]`; exits with 1 if one is exceeded.

Each group is a module `bench_<group>` with `measure() -> list[Figure]`.  Measure on a machine that
does nothing else: a loaded one is slower and, for PSS, flatters.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from figures import Figure

HERE = Path(__file__).resolve().parent
GROUPS = tuple(sorted(one.stem[len("bench_") :] for one in HERE.glob("bench_*.py")))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the named groups, all of them if none is named."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure the budgets.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"any of: {', '.join(GROUPS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    args = parser.parse_args(argv)
    unknown = [one for one in args.groups if one not in GROUPS]
    if unknown:
        parser.error(f"no group {unknown[0]!r}; there are {', '.join(GROUPS)}")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.path[1:1] = [str(HERE.parent), str(HERE.parents[1])]  # for `support`, and for the product
    _warn()
    found: list[Figure] = []
    print(f"{'name':<32}{'value':>9} {'unit':<5}{'budget':>8}  ok")
    for group in args.groups or GROUPS:
        made: list[Figure] = import_module(f"bench_{group}").measure()
        for one in made:
            print(_line(one), flush=True)
        found += made
    if args.json is not None:
        args.json.write_text(json.dumps([_row(one) for one in found], indent=1) + "\n")
    return 0 if all(one.ok for one in found) else 1


def _warn() -> None:
    """Say so when others use this machine: its figures are no verdict then."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores / 2:
        text = f"note: a load of {load:.1f} on {cores} cores; measure again when it is idle"
        print(text, file=sys.stderr)


def _line(one: Figure) -> str:
    budget = "" if one.budget is None else f"{one.budget:.1f}"
    return f"{one.name:<32}{one.value:>9.2f} {one.unit:<5}{budget:>8}  {'yes' if one.ok else 'NO'}"


def _row(one: Figure) -> dict[str, object]:
    budget = None if one.budget is None else round(one.budget, 3)
    return {
        "name": one.name,
        "value": round(one.value, 3),
        "unit": one.unit,
        "budget": budget,
        "ok": one.ok,
    }


if __name__ == "__main__":
    sys.exit(main())
