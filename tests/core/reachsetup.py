"""The steps of the first hour, each reached by what an installer does."""

from __future__ import annotations

from collections.abc import Callable

from corekit import OPERATOR, Cabinet

from lockerd.core import setup


def sheet() -> Cabinet:
    c = Cabinet()
    c.sign_in(OPERATOR)
    c.press("setup")
    return c


def comparing(what: str) -> Callable[[], Cabinet]:
    def reach() -> Cabinet:
        c = sheet()
        c.press("check", what)
        return c

    return reach


REACH: dict[str, Callable[[], Cabinet]] = {
    "setup": sheet,
    **{f"setup_{what}": comparing(what) for what in setup.WHATS},
}
