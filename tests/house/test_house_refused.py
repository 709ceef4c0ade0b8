"""A device whose record cannot be gone on with: why, on its screen, and no door is touched."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from house_kit import SITE

from drivers.errors import DriverError
from lockerd import serve
from lockerd.appliance import Appliance
from ui.backend.headless import Headless

NO_BUS = "the bus does not answer; check its cable"
Harm = Callable[[Path], object]


class _Idle:
    """Nobody proves a code here."""

    def __init__(self, post: object) -> None: ...

    def run(self, job: object) -> None: ...

    def stop(self) -> None: ...


class Device:
    """What `lockerd run` is once its screen is there; its loop is turned by hand."""

    def __init__(self, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = state
        self.asked = 0
        self._later: list[Callable[[], None]] = []
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(serve, "Worker", _Idle)
        monkeypatch.setattr(serve, "open_cabinet", self._cabinet)

    def _cabinet(self, *_: object, **__: object) -> None:
        self.asked += 1
        raise DriverError(NO_BUS)

    def run(self, *meanwhile: Callable[[], object]) -> list[str]:
        """Start it, then let each of these happen before it tries again; what each screen said."""
        seen: list[str] = []
        appliance = Appliance(SITE, Headless((800, 480)))

        def turn() -> None:
            for harm in (*meanwhile, None):
                said = (one["text"] for one in appliance.front.trace(False)["widgets"])
                seen.append(" ".join(" ".join(said).split()).casefold())
                if harm is not None:
                    harm()
                    self._later.pop()()

        def after(ms: int, act: Callable[[], None]) -> None:
            self._later.append(act)

        self._monkeypatch.setattr(appliance, "run", turn)
        self._monkeypatch.setattr(appliance.loop, "after", after)
        try:
            assert serve.serve(appliance, SITE, self.state, lambda effect, directory: None) == 0
        finally:
            appliance.close()
        return seen


def _sql(state: Path, *lines: str) -> None:
    db = sqlite3.connect(state / "journal.db")
    for line in lines:
        db.execute(line)
    db.commit()
    db.close()


def _foreign(state: Path) -> None:
    (state / "journal.db").unlink()
    _sql(state, "CREATE TABLE x(y)")


def _zeros(state: Path) -> None:
    data = (state / "journal.db").read_bytes()
    (state / "journal.db").write_bytes(bytes(len(data)))


def _other_key(state: Path) -> None:
    key = state / "keys" / "log.key"
    key.write_text(key.read_text()[:-10] + "AAAAAAAA=\n")


HARMS: dict[str, tuple[Harm, str]] = {
    "newer": (lambda state: _sql(state, "PRAGMA user_version=99"), "use the newer release"),
    "foreign": (_foreign, "give another path"),
    "damaged": (_zeros, "journal.db"),
    "no key": (lambda state: (state / "keys" / "log.key").unlink(), "journal restore"),
    "another key": (_other_key, "journal restore"),
    "no pepper": (lambda state: (state / "keys" / "pepper").unlink(), "journal restore"),
    "open to all": (lambda state: (state / "keys" / "log.key").chmod(0o644), "chmod 600"),
    "no journal": (lambda state: (state / "journal.db").unlink(), "restore it from a copy"),
}


@pytest.mark.parametrize("what", HARMS)
def test_its_screen_says_why_and_it_goes_on_when_that_is_mended(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, whole = tmp_path / "state", tmp_path / "whole"
    device = Device(state, monkeypatch)
    (first,) = device.run()
    assert NO_BUS in first and device.asked == 1, "the twin: the record is in order"
    shutil.copytree(state, whole)
    harm, words = HARMS[what]
    harm(state)
    files = {one: one.read_bytes() for one in state.rglob("*") if one.is_file()}

    def unchanged() -> None:
        assert device.asked == 1, "a door was asked for"
        for one, data in files.items():
            assert one.name == "lock" or one.read_bytes() == data, one

    def mend() -> None:
        unchanged()
        shutil.rmtree(state)
        shutil.copytree(whole, state)

    said, again, mended = device.run(unchanged, mend)
    assert words in said and said == again, said
    assert NO_BUS in mended and device.asked == 2
