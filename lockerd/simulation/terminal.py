"""What a person types in a terminal to drive, see and check a running simulation.

Rules.  A command that is shown works as it stands: `lockerctl` is named by its path unless the
shell finds it by its name, and the state directory is named absolutely.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from lockerd.core.site import Site

TOOL = "lockerctl"


def call(state_dir: Path, program: str | None = None) -> tuple[str, str]:
    """How `lockerctl` is called on a state directory: the program, and its option.

    `program`: the path of the program that runs (default: this one); `lockerctl` is beside it.
    """
    beside = Path(sys.argv[0] if program is None else program).absolute().with_name(TOOL)
    found = shutil.which(TOOL)
    by_name = not beside.exists() or (found is not None and Path(found).samefile(beside))
    tool = TOOL if by_name else shlex.quote(str(beside))
    return tool, f"--state {shlex.quote(str(state_dir.absolute()))}"


def headless(site: Site, state_dir: Path) -> str:
    """What a person without a window needs to know."""
    return (
        f"lockerd simulates {site.name} without a screen.  In another terminal:\n"
        f"{_hands(state_dir)}\n"
        "Stop with Ctrl-C."
    )


def windowed(site: Site, state_dir: Path) -> str:
    """What a person at the workbench needs to know."""
    return (
        f"lockerd simulates {site.name} in a window; its state is kept in {state_dir}.\n"
        "Stop with Ctrl-C, or close the window."
    )


def kiosk_alone(site: Site, state_dir: Path) -> str:
    """What a person needs to know who has the kiosk in a window and nothing else."""
    return (
        f"lockerd simulates {site.name}; the window is the kiosk alone.  In another terminal:\n"
        f"{_hands(state_dir)}\n"
        "Stop with Ctrl-C, or close the window."
    )


def _hands(state_dir: Path) -> str:
    at = " ".join(call(state_dir))
    return (
        f'  lc() {{ {at} "$@"; }}\n'
        "  lc screenshot --out kiosk.png   # what the kiosk shows\n"
        "  lc sim phone                    # the messages; the newest can be used now\n"
        "  lc sim key 482913064 ok         # type its PIN, and OK; its door springs open\n"
        "  lc sim state                    # how the doors stand\n"
        "  lc sim push 9                   # push that door shut: collected\n"
        "  lc receipt verify               # check the receipt you just earned\n"
        "  lc sim phone --qr               # the codes as QR codes; --png DIR: as pictures\n"
        "  lc status                       # how the cabinet stands\n"
        "  lc sim --help                   # every other hand: jam, cut, power, clock, ..."
    )
