"""Who may ask for what, what staff and devices bring about, and that deciding changes nothing."""

from __future__ import annotations

import corekit as kit
import pytest
from corekit import AUDITOR, DEPOSITOR, OPERATOR, TECHNICIAN, Cabinet, declined
from hazards import Hazard, SeedPick

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.decide import MAY, decide
from lockerd.core.draft import Declined
from lockerd.core.effects import Pulse, effects_of
from lockerd.core.fold import rehearse
from lockerd.core.messages import Level
from lockerd.core.people import ROLES, STAFF_MAX
from lockerd.core.reference import reference
from lockerd.core.snapshot import dump
from lockerd.core.state import Staff, State
from lockerd.core.tables import ImpossibleHistory

# -- authority ------------------------------------------------------------------------------------

ORDER = msg.OrderHandover(
    OPERATOR, "d" * 16, "r", "i", "documents", "S", None, None, "R. Person", "Papers"
)
ACTED: dict[type[msg.Message], tuple[object, ...]] = {
    msg.OrderHandover: ("a" * 16, "r", "i", "documents", "S", None, None, "R. Person", "Papers"),
    msg.CancelHandover: ("a" * 16, "no longer"),
    msg.StartDeposit: ("a" * 16,),
    msg.ReopenDeposit: ("a" * 16,),
    msg.AbandonDeposit: ("a" * 16, "nothing placed"),
    msg.ConfirmDeposit: (kit.minted("a" * 16, "c"),),
    msg.EnrolStaff: ("9", "depositor", "b-9", (), True, "N."),
    msg.ResetPin: ("2", "badge-2", ()),
    msg.IssueBadge: ("2", "b-9", "badge-2", "lost", ()),
    msg.RetireStaff: ("2", "left"),
    msg.SetRole: ("2", "auditor", "promoted"),
    msg.LinkStaff: ("1", 1_000, True),
    msg.HandShiftOver: ("nothing special",),
    msg.IssueCards: (msg.CardsMade("set", (), ()),),
    msg.TestDoor: ("A1",),
    msg.RetireDoor: ("A1", "worn"),
    msg.RestoreDoor: ("A1",),
    msg.RetireCabinet: ("smoke",),
    msg.RestoreCabinet: (),
    msg.Acknowledge: ("forced:A1",),
    msg.Resolve: ("forced:A1", "a gust", "noted"),
    msg.ErasePrivate: ("ho:7", "request", ("digest",)),
    msg.HoldPrivate: ("ho:7", "a dispute", True),
    msg.ExtendHandover: ("a" * 16, 1, "on holiday"),
    msg.ReissueCredential: (kit.minted("a" * 16, "c"), "lost"),
    msg.ReassignHandover: ("a" * 16, "r", "ill"),
    msg.ReturnHandover: ("a" * 16, "not wanted"),
    msg.RefuseHandover: ("a" * 16, "it leaks"),
    msg.NoteCorrection: (0, "another size"),
    msg.MoveHandover: ("a" * 16, "wet"),
    msg.PlaceMoved: ("a" * 16,),
    msg.ConfirmMove: ("a" * 16,),
    msg.StopMove: ("a" * 16, "later"),
    msg.DeclareKey: ("a" * 16, "the strike is dead"),
    msg.CompleteByKey: ("a" * 16, "no power"),
    msg.EnlargeDeposit: ("a" * 16,),
    msg.OrderHandovers: ((ORDER,),),
    msg.PermitWindow: ("a" * 16, "its window is wide"),
    msg.SetTime: (kit.NOON,),
    msg.FetchBack: ("a" * 16,),
    msg.BreakGlass: ("emergency", "nobody else is here"),
    msg.OpenAll: ((), "smoke"),
    msg.StopOpening: (),
    msg.OpenMaintenance: ("T-1",),
    msg.CloseMaintenance: (),
    msg.WalkDoor: ("A2",),
    msg.RecordCheck: ("ruler", True),
    msg.RunSelftest: (),
    msg.InspectDoor: ("A1", "it rattles"),
    msg.GiveTelephoneKey: (),
    msg.EnterCount: ((("A1", "item"),),),
    msg.StartCount: (),
    msg.SayCounted: ("A1", "item"),
    msg.SkipCounted: ("A1",),
    msg.PauseCount: (),
    msg.EndCount: (),
    msg.WritePapers: ("week",),
    msg.OpenUnknown: ("A1", "the card died"),
    msg.AdoptEmpty: ("A1",),
    msg.AdoptDeposit: ("A1", kit.minted("a" * 16, "c")),
    msg.AdoptItem: ("A1", "a" * 16, "r", "i", "A grey box"),
}


def test_every_message_with_an_actor_is_in_the_table() -> None:
    """What is not in it is sent by the device for a person who was already asked."""
    kinds = [one for one in vars(msg).values() if isinstance(one, type)]
    messages = [one for one in kinds if issubclass(one, msg.Message)]
    spoken = {one for one in messages if "actor" in one.FIELDS}
    assert spoken - set(MAY) == {msg.LeaveDeposit, msg.CodeDelivered}
    assert set(ACTED) == set(MAY)


@pytest.mark.parametrize("kind", list(MAY), ids=lambda one: one.__name__)
@pytest.mark.parametrize("role", [*ROLES, "device", "recipient", "", "root"])
def test_only_the_roles_of_the_table(kind: type[msg.Message], role: str) -> None:
    c = Cabinet()
    c.door("A1", "open")
    if role in ROLES:
        c.state.staff["1"] = Staff("1", role, "c1", False, 0)
    message = kind(ev.Actor(role, "1"), *ACTED[kind])
    if role in MAY[kind]:
        try:
            c.send(message)
        except Declined as why:
            assert why.why != "role"
    else:
        assert declined(c, message) == "role"


# -- staff ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("staff", ["", "x", "1234567", "1 ", "-1", "²", "٣"])
def test_a_staff_number_is_a_short_number(staff: str) -> None:
    c = Cabinet()
    assert declined(c, msg.EnrolStaff(OPERATOR, staff, "depositor", "b", (), True, "N")) == "number"


def test_staff_is_enrolled_once_in_a_known_role_and_within_bounds() -> None:
    c = Cabinet()
    assert declined(c, msg.EnrolStaff(OPERATOR, "1", "operator", "b", (), True, "N")) == "exists"
    assert declined(c, msg.EnrolStaff(OPERATOR, "9", "king", "b", (), True, "N")) == "role"
    for number in range(len(c.state.staff), STAFF_MAX):
        c.send(msg.EnrolStaff(OPERATOR, str(1_000 + number), "depositor", "b", (), True, "N"))
    assert declined(c, msg.EnrolStaff(OPERATOR, "9", "depositor", "b", (), True, "N")) == "full"


def test_a_session_begins_and_ends_once() -> None:
    c = Cabinet()
    assert c.send(msg.SignOut("1", "asked")) == []
    assert ev.names(c.send(msg.StaffPinChecked("badge-1", True))) == ["staff.signed_in"]
    assert c.send(msg.SignOut("2", "asked")) == []
    assert ev.names(c.send(msg.SignOut("1", "asked"))) == ["staff.signed_out"]
    assert c.send(msg.SignOut("1", "asked")) == []


def test_a_proven_badge_alone_is_nothing_yet() -> None:
    c = Cabinet()
    assert c.send(msg.BadgeChecked("badge-1")) == []


def test_a_system_user_is_linked_by_an_operator_or_by_the_person_at_the_kiosk() -> None:
    c = Cabinet()
    assert declined(c, msg.LinkStaff(DEPOSITOR, "3", 1_000)) == "role"
    assert declined(c, msg.LinkStaff(DEPOSITOR, "2", 1_000, True)) == "present"
    c.send(msg.StaffPinChecked("badge-2", True))
    assert declined(c, msg.LinkStaff(TECHNICIAN, "2", 1_000, True)) == "present"
    assert ev.names(c.send(msg.LinkStaff(DEPOSITOR, "2", 1_000, True))) == ["staff.linked"]
    assert declined(c, msg.LinkStaff(OPERATOR, "3", 1_000)) == "linked"
    assert ev.names(c.send(msg.LinkStaff(OPERATOR, "2", None))) == ["staff.linked"]
    assert ev.names(c.send(msg.LinkStaff(OPERATOR, "3", 1_000))) == ["staff.linked"]
    assert (c.state.staff["2"].uid, c.state.staff["3"].uid) == (None, 1_000)


# -- doors ----------------------------------------------------------------------------------------


def test_a_door_test_from_start_to_end() -> None:
    c = Cabinet()
    (pulse,) = c.send(msg.TestDoor(OPERATOR, "A1"))
    assert isinstance(pulse, ev.PulseOrdered)
    assert (pulse.purpose, pulse.actor, pulse.ho) == ("test", OPERATOR, None)
    assert ev.names(c.door("A1", "open")) == ["door.opened"]
    assert c.run(3_600_000) == []
    assert ev.names(c.door("A1", "closed")) == ["door.closed"]
    assert c.state.doors["A1"].lease is None
    c.send(msg.TestDoor(OPERATOR, "A2"))
    assert ev.names(c.run(60_000)) == ["door.not_opened"]


def test_a_door_is_tested_when_it_is_empty_closed_and_rested() -> None:
    c = Cabinet(kit.site(5))
    c.collectable()
    deposit = c.order(size="S")
    c.send(msg.StartDeposit(DEPOSITOR, deposit))
    assert c.unit(deposit) == "A4"
    c.door("A2", "open")
    c.door("A3", "unknown")
    c.send(msg.TestDoor(OPERATOR, "A5"))
    for unit, why in (
        ("A1", "occupied"), ("A4", "occupied"), ("A2", "open"), ("A3", "open"), ("A5", "cooling"),
        ("Z9", "unit"),
    ):  # fmt: skip
        assert declined(c, msg.TestDoor(OPERATOR, unit)) == why


def test_a_retired_door_keeps_what_it_holds_and_gives_it_out() -> None:
    c = Cabinet()
    ho = c.collectable()
    c.send(msg.RetireDoor(OPERATOR, "A1", "worn"))
    door = c.state.doors["A1"]
    assert (door.retired, door.phase) == ("worn", "closed")
    assert ev.names(c.offer(ho)) == ["release.authorised", "pulse.ordered"]
    c.send(msg.RestoreDoor(OPERATOR, "A1"))
    assert (door.retired, door.phase) == (None, "commanded")
    assert declined(c, msg.RetireDoor(OPERATOR, "Z9", "x")) == "unit"
    assert declined(c, msg.RestoreDoor(OPERATOR, "Z9")) == "unit"
    for reason in ("", " ", "x" * 201, "a\nb"):
        assert declined(c, msg.RetireDoor(OPERATOR, "A1", reason)) == "reason"


def test_the_cabinet_goes_out_of_service_once_and_comes_back() -> None:
    c = Cabinet()
    assert declined(c, msg.RestoreCabinet(OPERATOR)) == "serving"
    assert ev.names(c.send(msg.RetireCabinet(OPERATOR, "smoke"))) == ["cabinet.retired"]
    assert c.send(msg.RetireCabinet(OPERATOR, "fire")) == []
    assert c.state.retired_for == "smoke"
    assert declined(c, msg.RetireCabinet(OPERATOR, "")) == "reason"
    assert ev.names(c.send(msg.RestoreCabinet(OPERATOR))) == ["cabinet.restored"]
    assert (c.state.duty, c.state.retired_for) == ("serving", "")


# -- the device's own -----------------------------------------------------------------------------


def test_devices_come_and_go() -> None:
    c = Cabinet()
    assert ev.names(c.send(msg.PartChanged("scanner", False))) == ["part.failed"]
    assert "part:scanner" in c.state.queue
    assert ev.names(c.send(msg.PartChanged("scanner", True))) == ["part.back"]
    assert c.state.queue == {}
    assert ev.names(c.send(msg.ClockJumped(-9_000, "floor"))) == ["clock.stepped"]
    assert ev.names(c.send(msg.SnapshotTaken("00" * 32, 99))) == ["state.snapshot"]
    assert c.state.snapshot_at == len(c.log) - 1
    assert c.send(msg.PulseEnded("A1")) == []
    assert c.send(msg.Activity()) == [], "what a person does is the visit's business"


def test_an_epoch_begins_once() -> None:
    c = Cabinet()
    with pytest.raises(AssertionError, match="begins once"):
        c.send(msg.Started("a/b/1", "v", "device", "1", "d", 2))


def test_a_reference_is_short_and_readable() -> None:
    c = Cabinet()
    assert reference(c.site, "0" * 16) == "RL07-0000"
    assert reference(c.site, "f" * 16) == "RL07-ZZZZ"
    made = {reference(c.site, f"{number:05x}" + "0" * 11) for number in range(4_096)}
    assert len(made) == 4_096
    assert all(not set("ILOU") & set(one.partition("-")[2]) for one in made)


# -- purity ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_the_same_question_has_the_same_answer_and_changes_nothing(seed: int) -> None:
    print(f"seed {seed}")
    pick, h = SeedPick(seed), Hazard()
    for _ in range(60):
        h.act(pick.one(Hazard.ACTS), pick)
        c = h.c
        before = dump(c.state)
        for message in (
            msg.Tick(),
            msg.Booted("1", "d", {"A1": Level.OPEN, "A2": Level.UNKNOWN, "A3": Level.CLOSED}),
            msg.DoorMoved("A1", Level.CLOSED, 0, 0, 2),
            msg.CodeChecked("pin", None, False),
            msg.Stopping("asked"),
        ):
            answers = []
            for _ in range(2):
                try:
                    answers.append(decide(c.site, c.state, message, c.now))
                except Declined as why:
                    answers.append([ev.StrikeFault(what=str(why))])
            assert answers[0] == answers[1]
        assert dump(c.state) == before


def test_a_rehearsal_finds_what_apply_would_and_changes_nothing() -> None:
    c = Cabinet()
    ho = c.collectable()
    before = dump(c.state)
    good = decide(c.site, c.state, msg.CodeChecked("qr", f"c-{ho}", True), c.now)
    rehearse(c.state, good)
    for bad in (
        [ev.ReleaseNotOpened(unit="A1", ho=ho, attempt=1)],
        [*good, ev.HandoverCollected(unit="A1", ho=ho, opened=1)],
        [ev.DoorOpened(unit="A1", purpose="test"), ev.DoorForced(unit="A1")],
        [ev.CabinetRestored()],
        [ev.CabinetRetired(reason="x"), ev.CabinetRetired(reason="x")],
    ):
        with pytest.raises(ImpossibleHistory):
            rehearse(c.state, bad)
    assert dump(c.state) == before
    rehearse(State(), [])


def test_only_ordered_pulses_become_effects() -> None:
    c = Cabinet()
    ho = c.collectable()
    first = len(c.log)
    assert effects_of(c.offer(ho), first) == [Pulse("A1", 500, first + 1)]
    for line in c.log:
        wanted = [line.idx] if isinstance(line.event, ev.PulseOrdered) else []
        made = [one.entry for one in effects_of([line.event], line.idx) if isinstance(one, Pulse)]
        assert made == wanted


def test_nobody_else_s_number_counts() -> None:
    """A role is asked, not a name: an auditor who is also number 1 may still not operate."""
    c = Cabinet()
    assert declined(c, msg.Acknowledge(ev.Actor("auditor", OPERATOR.id), "forced:A1")) == "role"
    assert declined(c, msg.TestDoor(AUDITOR, "A1")) == "role"
