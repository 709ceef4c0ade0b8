"""The examiner itself: it accepts what is right, and each of its questions can be answered no."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from lab_check import Broke, Case, examine
from lab_marks import Floor, floors
from lab_record import Recording, state_dir, write_image
from lab_story import MODES
from lab_trace import Mark
from lab_work import a_room, record_stories, walk


@pytest.fixture(scope="module")
def recording() -> Iterator[Recording]:
    """One story's record."""
    with a_room() as room:
        yield record_stories(room, MODES[0], 11, ["codes"])[0]


@pytest.fixture
def case(recording: Recording, tmp_path: Path) -> Case:
    """The state after the last append of all, with nothing lost."""
    for position, disk, floor in walk(recording):
        if floor.size == len(recording.histories[1].leaves) and position:
            write_image(tmp_path / "disk", disk.image(disk.cut(1, Random(0)), Random(0)))
            known = {1: recording.histories[1].until(floor.size)}
            return Case(tmp_path / "disk", known, None, floor, set())
    raise AssertionError("nothing was acknowledged")


def test_a_state_that_lost_nothing_keeps_every_promise(case: Case) -> None:
    assert examine(case, Random(1), deep=True) == len(case.histories[1].leaves)


def test_a_story_forgets_codes_counts_guesses_and_opens_doors(case: Case) -> None:
    floor = case.floor
    assert floor.size == floor.ceiling == len(case.histories[1].leaves) > 100
    assert floor.pulses > 5 and floor.refusals > 4 and len(floor.forgotten) > 3
    assert case.histories[1].transactions[-1].verifiers and case.histories[1].shown(floor.size)


def test_an_append_that_was_cut_may_come_back_until_the_next_is_acknowledged(
    recording: Recording,
) -> None:
    said = [one.what for one in recording.ops if isinstance(one, Mark)]
    place = next(n for n, one in enumerate(said) if one["mark"] == "acked" and n > 60)
    begun, acked = said[place - 1], said[place]
    opened = next(one for one in said if one["mark"] == "opened")
    size = begun["first"]
    cut = recording.floors[place]  # the append had begun
    assert begun["mark"] == "begin" and cut.ceiling == size + begun["count"] > cut.size == size
    known = {1: recording.histories[1].until(size)}
    again = [{**opened, "size": size}, begun, acked]
    after_cut = floors(again, known, replace(cut, former=True, ceiling=size + 9))
    assert [one.former for one in after_cut] == [True, True, True, False]
    assert [one.ceiling for one in after_cut[1:3]] == [size + 9] * 2
    assert after_cut[3].ceiling == after_cut[3].size == cut.ceiling


def _last_transaction(case: Case) -> Case:
    """As if the last transaction were one that nobody ever began."""
    history = case.histories[1]
    known = {1: history.until(history.transactions[-1].first)}
    return case._replace(histories=known, floor=replace(case.floor, size=1))


def _other_leaf(case: Case) -> Case:
    case.histories[1].leaves[40] += b" "
    return case


def _other_name(case: Case) -> Case:
    case.histories[1].disclosures.pop()
    return case


def _other_verifiers(case: Case) -> Case:
    last = case.histories[1].transactions[-1]
    rows = tuple(one._replace(spent=not one.spent) for one in last.verifiers)
    case.histories[1].put(last._replace(verifiers=rows))
    return case


def _other_state(case: Case) -> Case:
    size = case.floor.size
    case.histories[1].folded_as(size, case.histories[1].state(size) + b" ")
    return case


def _without(path: str) -> Callable[[Case], Case]:
    def tamper(case: Case) -> Case:
        (state_dir(case.root) / path).unlink()
        return case

    return tamper


def _without_the_log(case: Case) -> Case:
    """As a medium that lied: what the last appends wrote is not there."""
    wal = state_dir(case.root) / "journal.db-wal"
    data = wal.read_bytes().rstrip(b"\0")  # the room ahead was never written
    wal.write_bytes(data[: len(data) // 2])
    return case


def _floor(change: Callable[[Floor], Floor]) -> Callable[[Case], Case]:
    return lambda case: case._replace(floor=change(case.floor))


@pytest.mark.parametrize(
    ("kind", "tamper"),
    [
        ("lost", _floor(lambda one: replace(one, size=one.size + 1))),
        ("lost", _without_the_log),
        ("invented", _floor(lambda one: replace(one, size=1, ceiling=one.size - 1))),
        ("partial", _last_transaction),
        ("pulses", _floor(lambda one: replace(one, pulses=99))),
        ("guesses", _floor(lambda one: replace(one, refusals=99))),
        ("key", _floor(lambda one: replace(one, vkey="another"))),
        ("key", _floor(lambda one: replace(one, pepper="another"))),
        ("changed", _other_leaf),
        ("disclosures", _other_name),
        ("verifiers", _other_verifiers),
        ("state", _other_state),
        ("remembered", _floor(lambda one: replace(one, forgotten=frozenset((b"release.opened",))))),
        ("refused", _without("journal.db")),
        ("refused", _without("keys/pepper")),
        ("refused", _without("keys/log.key")),
    ],
)
def test_a_broken_promise_is_named(case: Case, kind: str, tamper: Callable[[Case], Case]) -> None:
    with pytest.raises(Broke) as told:
        examine(tamper(case), Random(1), deep=True)
    assert told.value.kind == kind, str(told.value)
