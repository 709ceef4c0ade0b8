"""Import gpiozero without what it never uses here.

Theory of operation.  gpiozero asks `importlib.metadata` for the pin factories of other packages,
but only when it was given none, and here it always is.  Importing that module costs 10 ms and 3 MB,
a mail parser among them.  gpiozero tries the name of its backport first; while gpiozero is
imported, that name stands for a module whose `entry_points` fetches the real one when it is called.

Rules.  Nothing is taken away: whoever calls it gets what the standard library answers.  Every
module here that needs gpiozero imports it through `load`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

BACKPORT = "importlib_metadata"


def entry_points(**given: Any) -> Any:
    """`importlib.metadata.entry_points`."""
    from importlib.metadata import entry_points as found

    return found(**given)


def load(name: str) -> ModuleType:
    """A module of gpiozero."""
    if BACKPORT in sys.modules or name in sys.modules:
        return import_module(name)
    stand_in = ModuleType(BACKPORT)
    vars(stand_in)["entry_points"] = entry_points
    sys.modules[BACKPORT] = stand_in
    try:
        return import_module(name)
    finally:
        del sys.modules[BACKPORT]
