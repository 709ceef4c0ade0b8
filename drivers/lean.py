"""Import gpiozero without what it never uses here.

Theory of operation.  gpiozero asks `importlib.metadata` for the pin factories of other packages,
but only when it was given none, and here it always is.  Importing that module costs 10 ms and 3 MB,
a mail parser among them.  gpiozero tries the name of its backport first; while gpiozero is
imported, that name stands for a module whose `entry_points` fetches the real one when it is called.
The same is done for the other functions in `LENT`: a median for sensors that flicker, the colours
of lamps.

It also brings in boards of lamps, motors and robots, and what measures the processor's heat.  The
modules in `LATER` are stood in for while it is imported, and their names are fetched when somebody
asks gpiozero for them.

Rules.  Nothing is taken away: whoever calls it gets what the real one answers, and whoever asks for
a robot gets one.  Every module here that needs gpiozero imports it through `load`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final

GPIOZERO: Final = "gpiozero"
BACKPORT: Final = "importlib_metadata"
LENT: Final = {
    BACKPORT: ("importlib.metadata", ("entry_points",)),
    "statistics": ("statistics", ("mean", "median")),
    "colorzero": ("colorzero", ("Color",)),
}
"""By the name that gpiozero imports: the real module, and what gpiozero wants of it."""

LATER: Final = ("boards", "internal_devices")


class _StandIn(ModuleType):
    """A module that has every name; `asked` collects which were wanted."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)
        self.asked.append(name)


def _lender(home: str, name: str) -> Callable[..., Any]:
    """A function that fetches the one it stands for when it is called."""

    def lent(*given: Any, **named: Any) -> Any:
        return getattr(import_module(home), name)(*given, **named)

    lent.__name__ = name
    return lent


def _lent(name: str) -> ModuleType:
    module = ModuleType(name)
    home, functions = LENT[name]
    vars(module).update({one: _lender(home, one) for one in functions})
    return module


def load(name: str) -> ModuleType:
    """A module of gpiozero."""
    if name in sys.modules:
        return import_module(name)
    first = GPIOZERO not in sys.modules
    later = {f"{GPIOZERO}.{one}": _StandIn(one) for one in LATER} if first else {}
    with _standing_in({**{one: _lent(one) for one in LENT}, **later}):
        module = import_module(name)
    if first:
        _fetched_later(sys.modules[GPIOZERO], later)
    return module


@contextmanager
def _standing_in(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    """Modules in place of those that are not imported yet."""
    put = [name for name in modules if name not in sys.modules]
    sys.modules.update({name: modules[name] for name in put})
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]


def _fetched_later(package: ModuleType, later: Mapping[str, _StandIn]) -> None:
    """Let the names that were stood in for come from their modules when somebody asks (PEP 562)."""
    homes = {name: home for home, one in later.items() for name in one.asked}
    for name in (*homes, *LATER):
        vars(package).pop(name, None)

    def fetch(name: str) -> Any:
        if name in LATER:
            return import_module(f"{GPIOZERO}.{name}")
        if name not in homes:
            raise AttributeError(f"module {GPIOZERO!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    vars(package)["__getattr__"] = fetch
