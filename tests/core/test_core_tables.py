"""The compiled tables are the `transitions` machines, pair by pair; and they make sense."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from transitions import Machine, MachineError

from lockerd.core import door, duty, events, handover, tables
from lockerd.core.tables import ImpossibleHistory, compile_table, machine, rows

ROOMS = [
    pytest.param(handover, handover.NONE, id="handover"),
    pytest.param(door, "unknown", id="door"),
    pytest.param(duty, "fresh", id="duty"),
]


class Model:
    """What the library moves; it hangs `trigger` and `state` onto it."""

    state: str
    trigger: Callable[[str], bool]


def library(room: ModuleType, initial: str) -> tuple[Machine, Model]:
    made = machine(room.PHASES, room.TABLE, initial)
    model = Model()
    made.add_model(model, initial=initial)
    return made, model


@pytest.mark.parametrize(("room", "initial"), ROOMS)
def test_compiled_equals_the_library_for_every_pair(room: ModuleType, initial: str) -> None:
    made, model = library(room, initial)
    compiled = compile_table(room.TABLE)
    reached = set()
    for state in room.PHASES:
        for trigger in room.TRIGGERS:
            made.set_state(state, model)
            wanted = compiled.get((state, trigger))
            if wanted is None:
                with pytest.raises(MachineError):
                    model.trigger(trigger)
                with pytest.raises(ImpossibleHistory, match="compare the journal"):
                    tables.step("it", compiled, state, trigger)
                assert model.state == state
            else:
                assert model.trigger(trigger)
                assert model.state == wanted
                assert tables.step("it", compiled, state, trigger) == wanted
                reached.add((state, trigger))
    assert reached == set(compiled)


@pytest.mark.parametrize(("room", "initial"), ROOMS)
def test_a_changed_row_is_noticed(room: ModuleType, initial: str) -> None:
    """The twin: one row bent in the compiled table makes the comparison fail."""
    compiled = dict(compile_table(room.TABLE))
    key, dest = next((k, d) for k, d in compiled.items() if k[0] != d)
    compiled[key] = key[0]
    made, model = library(room, initial)
    made.set_state(key[0], model)
    model.trigger(key[1])
    assert model.state == dest != compiled[key]


@pytest.mark.parametrize(("room", "initial"), ROOMS)
def test_the_library_adds_nothing(room: ModuleType, initial: str) -> None:
    made, _ = library(room, initial)
    assert set(made.events) == room.TRIGGERS
    assert list(made.states) == list(room.PHASES)


@pytest.mark.parametrize(("room", "initial"), ROOMS)
def test_every_phase_can_be_reached(room: ModuleType, initial: str) -> None:
    reached, grew = {initial}, True
    while grew:
        grew = False
        for row in room.TABLE:
            if row["source"] in reached and row["dest"] not in reached:
                reached.add(row["dest"])
                grew = True
    assert reached == set(room.PHASES)


@pytest.mark.parametrize(("room", "initial"), ROOMS)
def test_triggers_are_event_classes(room: ModuleType, initial: str) -> None:
    for trigger in room.TRIGGERS:
        assert hasattr(events, trigger.removesuffix("_open").removesuffix("_closed")), trigger


def test_final_phases_are_final_and_every_other_one_has_a_way_there() -> None:
    ways: dict[str, set[str]] = {one: set() for one in handover.PHASES}
    for row in handover.TABLE:
        ways[row["source"]].add(row["dest"])
    for phase in handover.FINAL:
        assert ways[phase] == set()
    ending, grew = set(handover.FINAL), True
    while grew:
        more = {one for one in handover.PHASES if ways[one] & ending}
        grew = not more <= ending
        ending |= more
    assert ending == set(handover.PHASES)


def test_a_pulse_never_opens_or_closes_a_door() -> None:
    for row in door.TABLE:
        if row["trigger"] == "PulseOrdered":
            assert row["dest"] in (row["source"], "commanded")
            assert row["dest"] != "commanded" or row["source"] in ("closed", "commanded")


def test_only_an_opening_reaches_open_and_only_from_there_is_anything_collected() -> None:
    into = {row["trigger"] for row in handover.TABLE if row["dest"] == "open"}
    assert into == {
        "ReleaseOpened",
        "CredentialDelivered",
        "CredentialUndelivered",
        "CredentialLocked",
        "ReleaseLeftOpen",
        "ItemLeft",
    }
    collected = [row for row in handover.TABLE if row["dest"] == "collected"]
    assert collected == rows("HandoverCollected", "open", "collected")


def test_codes_exist_only_after_a_confirmed_deposit() -> None:
    assert [row for row in handover.TABLE if row["trigger"] == "CredentialMinted"] == rows(
        "CredentialMinted", "deposited", "collectable"
    )
    assert {row["trigger"] for row in handover.TABLE if row["dest"] == "deposited"} == {
        "DepositConfirmed",
        "DepositAdopted",
    }


def test_two_rows_for_one_pair_are_refused() -> None:
    with pytest.raises(AssertionError, match="two rows"):
        compile_table([*rows("Go", "a", "b"), *rows("Go", "a", "c")])


def test_door_levels_are_part_of_the_trigger() -> None:
    certain = events.DoorCertain(unit="A1", level="open")
    assert door.trigger_of(certain) == "DoorCertain_open"
    assert door.step("A1", "unknown", certain) == "open"
    with pytest.raises(ImpossibleHistory, match="door A1"):
        door.step("A1", "unknown", events.DoorCertain(unit="A1", level="ajar"))
    with pytest.raises(ImpossibleHistory, match="handover 7"):
        handover.step("7", "collected", "ReleaseAuthorised")
    with pytest.raises(ImpossibleHistory, match="the cabinet"):
        duty.step("fresh", "CabinetRestored")
