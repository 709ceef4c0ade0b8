"""What goes onto a stick at the kiosk: the same reports and exports that `lockerctl` makes.

Theory of operation.  Everything is read from the database beside the daemon, over a connection of
its own, so that the loop is not held however long the history is.

Rules.  Reports and the journal leave without names; a case file has them, because that is what it
is for.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from lockerd.cli.offline import Offline, Shut
from lockerd.cli.tool import Stopped, Tool
from lockerd.control.client import Asks, Refused
from lockerd.core.effects import Carry
from lockerd.core.site import Site
from lockerd.porter import NothingToCarry, Papers
from lockerd.ports import JournalError

if TYPE_CHECKING:
    from lockerd.desk.parts import Shelf

SINCE = {"week": "-7d", "month": "-31d"}
UNKNOWN = "no handover, or more than one, has this name; look at the reference again"


def papers_of(site: Site, state_dir: Path) -> Papers:
    """What makes the papers of this cabinet."""

    def make(effect: Carry, directory: Path) -> None:
        from lockerd.journal.certificate import CertificateError

        try:
            if effect.what in SINCE:
                _report(site, state_dir, SINCE[effect.what], directory)
            elif effect.what == "journal":
                _journal(state_dir, directory)
            else:
                _case(site, state_dir, effect.about, directory)
        except (Stopped, Refused, CertificateError) as wrong:
            raise JournalError(str(wrong)) from None

    return make


class _Quiet(Tool):
    """A command without a terminal, answered from the database alone."""

    def __init__(self, asks: Asks) -> None:
        super().__init__("", True, io.StringIO(), io.StringIO())
        self._desk = asks

    def _reading(self) -> Asks:
        return self._desk


def _report(site: Site, state_dir: Path, since: str, directory: Path) -> None:
    from lockerd.cli.figures_page import page, sheet
    from lockerd.cli.report_commands import counted

    shelf = Shut(state_dir, site)
    try:
        tool = _Quiet(Offline(shelf, "the journal cannot be read; look at it with lockerctl"))
        told = tool.ask("report.period", {"from": since})
        figures = counted(tool, told["from"], told["until"])
    finally:
        shelf.journal.close()
    made = page(figures, told["name"], told["origin"])
    (directory / "report.html").write_text(made, encoding="utf-8")
    (directory / "report.csv").write_text(sheet(figures), encoding="utf-8")


def _journal(state_dir: Path, directory: Path) -> None:
    from lockerd.journal.export import export
    from lockerd.journal.reader import Reader

    with Reader.read(state_dir) as journal:
        export(journal, directory, disclose=False)


def _case(site: Site, state_dir: Path, about: str, directory: Path) -> None:
    from lockerd.cli.case_commands import naming, saying
    from lockerd.desk.moments import zone
    from lockerd.journal import casefile
    from lockerd.journal.report import Report

    shelf = Shut(state_dir, site)
    try:
        ho = _meant(shelf, about)
    finally:
        shelf.journal.close()
    case = casefile.collect(state_dir, casefile.Wanted(ho=ho))
    here = site.time_zone
    page = Report(case, saying(here), naming(case), zone(here)).page()
    casefile.write(state_dir, case, directory, page)


def _meant(shelf: Shelf, about: str) -> str:
    """The one handover whose id begins so.  Raises NothingToCarry."""
    from lockerd.desk.find import ordered_in

    found = {ho for _, ho in ordered_in(shelf, about, 0, shelf.journal.size)}
    if len(found) != 1:
        raise NothingToCarry(UNKNOWN)
    return found.pop()
