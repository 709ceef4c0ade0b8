"""Whether a panel is connected, as the kernel's display driver sees it.

Theory of operation.  Every connector of a display controller is a directory below
`/sys/class/drm`, whose file `status` says `connected`, `disconnected` or `unknown` (Documentation
of the kernel: sysfs-class-drm).  A panel on a ribbon is always connected; one on a cable is not.

Rules.  What cannot be read is not known: a machine without such a directory has no opinion.  A
writeback connector leads into memory: it is `unknown` for ever, and no panel.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path("/sys/class/drm")
STATUS_MAX = 64
MEMORY = "-Writeback-"


def plugged(root: Path = ROOT) -> bool | None:
    """Whether any panel is connected; None where no connector says so or not."""
    said = set()
    for file in sorted(root.glob("card*-*/status")):
        if MEMORY in file.parent.name:
            continue
        try:
            with file.open(encoding="ascii", errors="replace") as status:
                said.add(status.read(STATUS_MAX).strip())
        except OSError:  # the controller is on its way out
            continue
    if "connected" in said:
        return True
    return False if said == {"disconnected"} else None
