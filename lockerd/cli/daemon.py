"""`lockerd`: run a cabinet, or simulate one.

Theory of operation.  Options are parsed before anything of the daemon is imported; the command's
own module is imported last and given what they say.  A person who waits in front of a black screen
pays for argparse and for nothing else here.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lockerd.cli.parsing import STATE, Parser, commands

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = "/etc/lockerd/site.toml"
DEMONSTRATION = ("config", "demo.toml")
PANELS = ("7", "10", "7-standing")


def parser() -> argparse.ArgumentParser:
    """The options of `lockerd`."""
    top = Parser(
        prog="lockerd",
        description="The daemon of a handover locker.",
        epilog="Exit codes: 0 done, 1 it could not run, 2 usage.",
    )
    group = commands(top)
    run = group.add_parser(
        "run",
        help="run the cabinet that the config describes",
        description="Run the cabinet that the config describes, until it is told to stop.",
    )
    _common(run, f"(default {STATE})", f"(default {CONFIG})")
    run.add_argument("--headless", action="store_true", help="without a screen")
    run.set_defaults(start=_run)
    simulate = group.add_parser(
        "simulate",
        help="run the same daemon with a simulated cabinet",
        description=(
            "Run the same daemon with a simulated cabinet. A new state directory begins with a "
            "populated cabinet; the state is kept for the next time. Without a display it runs "
            "headless: lockerctl sim is then the hands and lockerctl screenshot the eyes, and the "
            "code of every deposit is drawn in the terminal."
        ),
    )
    _common(
        simulate,
        "(default: ~/.local/state/lockerd/demonstration)",
        "(default: the demonstration cabinet)",
    )
    simulate.add_argument("--headless", action="store_true", help="without a window")
    simulate.add_argument(
        "--kiosk-only", action="store_true", help="a window of the kiosk, without the workbench"
    )
    simulate.add_argument(
        "--seed", type=int, metavar="N", help="chance (default: another each run)"
    )
    simulate.add_argument(
        "--codes",
        type=_path,
        metavar="DIR",
        help="write the QR code of every deposit into this directory, as REFERENCE.png",
    )
    simulate.add_argument(
        "--panel",
        choices=PANELS,
        help="another panel than the config's: 7 or 10 inches, or 7 inches standing",
    )
    simulate.set_defaults(start=_simulate)
    return top


def _common(made: argparse.ArgumentParser, state: str, config: str) -> None:
    made.add_argument("--state", type=_path, metavar="DIR", help=f"the state directory {state}")
    made.add_argument("--config", type=_path, metavar="FILE", help=f"the config file {config}")


def _path(text: str) -> Path:
    from pathlib import Path

    return Path(text)


def demonstration() -> Path:
    """The demonstration cabinet's config, beside the package."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return _path(os.path.join(here, *DEMONSTRATION))


def main(argv: Sequence[str] | None = None) -> int:
    """Start; the exit code."""
    args = parser().parse_args(argv)
    code: int = args.start(args)
    return code


def _run(args: argparse.Namespace) -> int:
    from lockerd.daemon import run

    return run(args.state or _path(STATE), args.config or _path(CONFIG), args.headless)


def _simulate(args: argparse.Namespace) -> int:
    config = args.config or demonstration()
    if not config.exists():
        sys.stderr.write(f"lockerd: {config} is not there; give --config FILE\n")
        return 2
    from lockerd.simulation.main import simulate

    return simulate(
        args.state, config, args.headless, args.seed, args.kiosk_only, args.codes, args.panel
    )
