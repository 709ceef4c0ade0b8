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
    at = " ".join(call(state_dir))
    return (
        f"lockerd simulates {site.name} without a screen.  In another terminal:\n"
        f'  lc() {{ {at} "$@"; }}\n'
        "  lc screenshot --out kiosk.png   # what the kiosk shows\n"
        "  lc sim phone                    # the messages, with their codes\n"
        "  lc sim key 482913064 ok         # type a code and OK, here on the keypad\n"
        "  lc sim state                    # how the doors stand\n"
        "  lc sim push 9                   # push a door shut\n"
        "  lc receipt verify               # check the receipt of the newest collection\n"
        "  lc status                       # how the cabinet stands\n"
        "Stop with Ctrl-C."
    )


def windowed(site: Site, state_dir: Path) -> str:
    """What a person with a window needs to know."""
    return (
        f"lockerd simulates {site.name} in a window; its state is kept in {state_dir}.\n"
        "Stop with Ctrl-C, or close the window."
    )
