"""A first start that was killed begins anew, and nothing that somebody used is ever cleared.

Wherever it was killed, the next start has staff that can sign in and messages on the telephone.
"""

from __future__ import annotations

import os
import shutil
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.power import PowerLost
from lockerd.core.events import DEVICE
from lockerd.core.messages import CodeTyped, EnrolStaff
from lockerd.house import House
from lockerd.journal.errors import AlreadyRunning
from lockerd.journal.keys import hold
from lockerd.journal.reader import Reader
from lockerd.journal.store import Store
from lockerd.simulation import kept
from lockerd.simulation import populate as populating
from lockerd.simulation import staff as people
from lockerd.simulation.hands import Hands
from lockerd.simulation.phone import Phone
from lockerd.simulation.populate import UNFINISHED, is_new, populate
from lockerd.simulation.staff import FILE, PEOPLE, Badge, load
from lockerd.simulation.stage import Stage
from support.demo_site import demo_site
from support.workbench import WALL_MS


def killed(state_dir: Path) -> None:
    """A first start that loses its power before its end."""

    def cut(stage: Stage) -> None:
        stage.world.power(False)
        raise PowerLost

    with pytest.raises(PowerLost):
        populate(demo_site(), state_dir, WALL_MS, 7, cut)


def origin_key(state_dir: Path) -> str:
    return (state_dir / "vkey").read_text()


def test_a_first_start_that_was_killed_begins_anew(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    assert is_new(state_dir)
    killed(state_dir)
    before = origin_key(state_dir)
    assert is_new(state_dir) and (state_dir / "journal.db").exists()
    populate(demo_site(), state_dir, WALL_MS, 8)
    assert origin_key(state_dir) != before
    assert not is_new(state_dir) and not (state_dir / UNFINISHED).exists()
    with Reader.read(state_dir) as journal:
        assert journal.size > 90


def test_what_came_before_the_first_start_is_told_from_what_comes_later(tmp_path: Path) -> None:
    populate(demo_site(), tmp_path / "state", WALL_MS, 8)
    stage = Stage(demo_site(), tmp_path / "state", 9, begin_ms=WALL_MS)
    stage.world.start()
    assert len(stage.world.phone.messages) > 3
    assert all(one.before for one in stage.world.phone.messages)
    one_deposit(stage, WALL_MS)
    assert [one.before for one in stage.world.phone.messages[-2:]] == [True, False]
    stage.world.stop()
    assert [one.before for one in Phone(tmp_path / "state/phone.json").messages[-2:]] == [
        True,
        False,
    ]


def test_whatever_else_lies_there_stays(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    state_dir.mkdir(0o700)
    (state_dir / "notes.txt").write_text("mine")
    killed(state_dir)
    populate(demo_site(), state_dir, WALL_MS, 8)
    assert (state_dir / "notes.txt").read_text() == "mine"


def test_a_first_start_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    killed(state_dir)
    before = origin_key(state_dir)
    with hold(state_dir), pytest.raises(AlreadyRunning):
        populate(demo_site(), state_dir, WALL_MS, 8)
    assert origin_key(state_dir) == before


# -- killed at every step --------------------------------------------------------------------------

STEPS = ("open", "rename", "replace", "unlink", "mkdir", "fsync")
"""What a start asks of the file system; each commit of the journal is a step as well."""


ENDED, KILLED, BROKEN = 0, 9, 1


def start_killed(k: int, start: Callable[[], object]) -> bool:
    """Run `start` in a process of its own, which ends before its k-th step as a kill ends it.

    Whether it was killed before `start` came to its end.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which a child never needs
        child = os.fork()
    if child == 0:
        _kill_before(k)
        try:
            start()
        except BaseException:
            traceback.print_exc()
            os._exit(BROKEN)
        os._exit(ENDED)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (ENDED, KILLED), f"the start failed by itself before step {k}"
    return code == KILLED


def _kill_before(k: int) -> None:
    left = k

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os._exit(KILLED)
            return real(*args, **options)

        return step

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    Store.append = counted(Store.append)  # type: ignore[method-assign]  # this process ends soon


def one_deposit(stage: Stage, wall_ms: int) -> None:
    """A short life before the first start."""
    hands = Hands(stage)
    ho = hands.order("You", "A letter")
    hands.sign_in("2")
    hands.deposit(ho)
    hands.sign_out()


def next_start(state_dir: Path) -> tuple[list[str], int]:
    """What `lockerd simulate` does next: who of the demonstration staff can sign in; messages."""
    if is_new(state_dir):
        populate(demo_site(), state_dir, WALL_MS, 8)
    stage = Stage(demo_site(), state_dir, 9, begin_ms=WALL_MS)
    stage.world.start()
    stage.run_for(1_000)
    hands, good = Hands(stage), []
    for badge in list(stage.world.badges.values()):
        hands.home()
        hands.scan(badge.text)
        stage.do(CodeTyped(badge.pin), 400)
        if hands.step == "staff_menu":
            good.append(badge.name)
            hands.sign_out()
    messages = len(stage.world.phone.messages)
    stage.world.stop()
    return sorted(good), messages


EVERYBODY = sorted(name for _, name, _, _ in PEOPLE)


def first_start(state_dir: Path) -> Callable[[], object]:
    return lambda: populate(demo_site(), state_dir, WALL_MS, 7)


def bare_start(state_dir: Path) -> Callable[[], object]:
    """A start without the days before, as a story's: no mark stands over it."""
    return lambda: Stage(demo_site(), state_dir, 7, begin_ms=WALL_MS).world.start()


def sweep(directory: Path, start: Callable[[Path], Callable[[], object]]) -> Iterator[str]:
    """Kill a start before each of its steps; what was wrong with the next start, if anything."""
    for k in range(1, 1_000):
        state_dir = directory / str(k)
        killed = start_killed(k, start(state_dir))
        good, messages = next_start(state_dir)
        if good != EVERYBODY:
            yield f"step {k}: only {good} can sign in"
        elif start is first_start and messages < 1:
            yield f"step {k}: no message"
        if not killed:
            assert k > 30, "there were no steps"
            return
        shutil.rmtree(state_dir)
    raise AssertionError("a start has no end")


@pytest.fixture
def short_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(populating, "live", one_deposit)


@pytest.mark.slow
@pytest.mark.usefixtures("short_life")
def test_wherever_a_first_start_is_killed_the_next_one_has_staff_and_messages(
    tmp_path: Path,
) -> None:
    assert list(sweep(tmp_path, first_start)) == []


@pytest.mark.usefixtures("short_life")
def test_the_sweep_sees_a_first_start_that_sets_no_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(populating, "_begin", lambda state_dir: state_dir.mkdir(exist_ok=True))
    monkeypatch.setattr(populating, "_end", lambda state_dir: None)
    assert any("no message" in why for why in sweep(tmp_path, first_start))


@pytest.mark.slow
def test_wherever_staff_are_being_enrolled_the_next_start_has_them_all(tmp_path: Path) -> None:
    assert list(sweep(tmp_path, bare_start)) == []


@pytest.mark.slow
def test_the_sweep_sees_badges_that_are_kept_too_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(house: House) -> dict[str, Badge]:
        known = load(house.state_dir / FILE)
        if house.engine.state.staff:
            return known
        for staff, name, role, pin in PEOPLE:
            cred, text, rows = house.vault.badge(pin)
            house.take(EnrolStaff(DEVICE, staff, role, cred, rows, True, name))
            known[staff] = Badge(staff, name, role, text, pin, cred)
        kept.write(house.state_dir / FILE, known.values())
        return known

    monkeypatch.setattr(people, "enrol", late)
    assert any("can sign in" in why for why in sweep(tmp_path, bare_start))


def test_whoever_lost_a_badge_gets_one_under_another_number(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    assert not start_killed(1_000_000, bare_start(state_dir))
    (state_dir / FILE).unlink()
    others = [str(int(staff) + len(PEOPLE)) for staff, *_ in PEOPLE]
    assert next_start(state_dir)[0] == EVERYBODY
    assert sorted(load(state_dir / FILE)) == others
    assert next_start(state_dir)[0] == EVERYBODY
    assert sorted(load(state_dir / FILE)) == others


def test_badges_that_were_kept_without_their_credential_are_good(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    assert not start_killed(1_000_000, bare_start(state_dir))
    known = load(state_dir / FILE)
    kept.write(state_dir / FILE, [replace(one, cred="") for one in known.values()])
    assert next_start(state_dir)[0] == EVERYBODY
    assert sorted(load(state_dir / FILE)) == [staff for staff, *_ in PEOPLE]
