"""The first hour: what is compared, who may, what the self-test says, what a new config undoes."""

from __future__ import annotations

import pytest
from corekit import DEPOSITOR, OPERATOR, TECHNICIAN, Cabinet, site
from reachsetup import comparing, sheet
from visitreach import owned

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import setup, snapshot
from lockerd.core.draft import Declined
from lockerd.core.fingerprint import WORDS, spelled
from lockerd.core.messages import Level

GREEN = ("cabinet", "doors", "screen", "touch", "scanner", "keypad")


def new() -> Cabinet:
    """A cabinet that nobody has claimed."""
    return Cabinet(owned(), people=False)


def grades(c: Cabinet) -> dict[str, str]:
    return {one.part: one.why for one in setup.checks(c.site, c.state, c.now)}


def form(c: Cabinet, **fields: str) -> list[ev.Event]:
    return c.act(msg.FormSent(fields, ("x", "y", "z")))


def checked(events: list[ev.Event]) -> list[tuple[str, bool, str]]:
    return [(one.what, one.right, one.found) for one in events if isinstance(one, ev.SetupChecked)]


# -- the self-test --------------------------------------------------------------------------------


def test_a_new_cabinet_is_amber_where_nobody_has_looked() -> None:
    found = grades(new())
    assert {part for part, why in found.items() if not why} >= set(GREEN)
    compared = ("strikes", "ruler", "corners", "key")
    assert {part: found[part] for part in compared} == dict.fromkeys(compared, "unchecked")
    assert (found["people"], found["copy"]) == ("unclaimed", "none")


def test_everything_is_green_in_the_end() -> None:
    c = Cabinet(owned().but(copy_dir="/media/copy"))
    c.enrol(ev.Actor("operator", "9"))
    for what in ("ruler", "corners", "clock", "key"):
        c.send(msg.RecordCheck(OPERATOR, what, True))
    for one in c.site.compartments:
        c.send(msg.RecordCheck(OPERATOR, "door", True, f"{one.unit}/{one.unit}", one.unit))
    (done,) = c.send(msg.RunSelftest(OPERATOR))
    assert isinstance(done, ev.SelftestDone)
    assert (done.amber, done.red, done.findings) == (0, 0, ())
    assert done.green == len(grades(c))


@pytest.mark.parametrize(
    ("breaks", "part", "why"),
    [
        (lambda c: c.send(msg.PartChanged("scanner", False, "gone")), "scanner", "gone"),
        (lambda c: c.send(msg.PartChanged("screen", False, "unplugged")), "screen", "unplugged"),
        (lambda c: c.door("A2", "unknown"), "doors", "unknown"),
        (lambda c: c.send(msg.PulseEnded("A1", "no current")), "strikes", "failed"),
        (lambda c: c.send(msg.CopyChanged("its card is full")), "copy", "failed"),
        (lambda c: c.send(msg.RecordCheck(OPERATOR, "clock", False)), "clock", "wrong"),
        (
            lambda c: c.send(msg.RecordCheck(OPERATOR, "door", False, "A2/A2", "A1")),
            "strikes",
            "wrong",
        ),
        (lambda c: c.send(msg.RetireCabinet(OPERATOR, "moved")), "cabinet", "retired"),
    ],
)
def test_what_does_not_work_is_red(breaks: object, part: str, why: str) -> None:
    c = Cabinet(owned().but(copy_dir="/media/copy"))
    assert grades(c)[part] != why
    assert callable(breaks)
    breaks(c)
    (found,) = (one for one in setup.checks(c.site, c.state, c.now) if one.part == part)
    assert (found.why, found.grade) == (why, "red")
    (done,) = c.send(msg.RunSelftest(OPERATOR))
    assert isinstance(done, ev.SelftestDone) and f"{part}:{why}" in done.findings


@pytest.mark.parametrize(
    ("does", "part", "why"),
    [
        (lambda c: c.send(msg.PartChanged("touch", False, "silent")), "touch", "silent"),
        (lambda c: c.door("A2", "open"), "doors", "open"),
        (lambda c: c.send(msg.RetireDoor(OPERATOR, "A1", "worn")), "doors", "out"),
        (lambda c: setattr(c, "width_ms", None), "clock", "unproven"),
    ],
)
def test_what_a_person_should_see_to_is_amber(does: object, part: str, why: str) -> None:
    c = Cabinet(owned())
    assert callable(does)
    does(c)
    (found,) = (one for one in setup.checks(c.site, c.state, c.now) if one.part == part)
    assert (found.why, found.grade) == (why, "amber")


def test_what_is_not_fitted_is_not_missed() -> None:
    parts = setup.fitted(site().but(driver="gpio"))
    assert parts == ("screen", "touch")
    c = Cabinet(site().but(driver="gpio"))
    c.send(msg.PartChanged("scanner", False, "gone"))
    assert "scanner" not in grades(c)


# -- who may --------------------------------------------------------------------------------------


def test_the_device_acts_until_somebody_is_enrolled() -> None:
    c = new()
    asked: tuple[msg.Message, ...] = (
        msg.RecordCheck(ev.DEVICE, "ruler", True, "154.0"),
        msg.RunSelftest(ev.DEVICE),
        msg.WalkDoor(ev.DEVICE, "A1"),
    )
    for one in asked:
        assert c.send(one)
    c.enrol(OPERATOR)
    c.run(60_000)
    for one in asked:
        with pytest.raises(Declined, match="sign in first"):
            c.send(one)


def test_a_technician_walks_doors_in_a_session_only() -> None:
    c = Cabinet()
    with pytest.raises(Declined, match="maintenance session"):
        c.send(msg.WalkDoor(TECHNICIAN, "A1"))
    c.send(msg.OpenMaintenance(TECHNICIAN, "T-1"))
    assert ev.names(c.send(msg.WalkDoor(TECHNICIAN, "A1"))) == ["pulse.ordered"]


def test_a_compartment_in_use_is_not_walked() -> None:
    c = Cabinet()
    unit = c.unit(c.collectable())
    with pytest.raises(Declined, match="test an empty compartment"):
        c.send(msg.WalkDoor(OPERATOR, unit))


def test_a_depositor_may_nothing_of_it() -> None:
    c = Cabinet()
    with pytest.raises(Declined, match="may not do this"):
        c.send(msg.RunSelftest(DEPOSITOR))


@pytest.mark.parametrize(
    ("what", "unit", "found"),
    [
        ("weather", None, ""),
        ("door", None, ""),
        ("ruler", "A1", ""),
        ("door", "Z9", ""),
        ("ruler", None, "x" * 25),
        ("ruler", None, "\u0661"),
    ],
)
def test_a_comparison_of_nothing_is_declined(what: str, unit: str | None, found: str) -> None:
    with pytest.raises(Declined):
        Cabinet().send(msg.RecordCheck(OPERATOR, what, True, found, unit))


# -- at the screen --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "right"), [("1541", True), ("1530", True), ("1500", False), ("1600", False)]
)
def test_a_ruler_is_right_within_a_hundredth(width: str, right: bool) -> None:
    c = comparing("ruler")()
    assert checked(form(c, width=width)) == [("ruler", right, f"{width[:3]}.{width[3]}")]
    assert c.visit.step == "setup"


@pytest.mark.parametrize("width", ["", "wide", "-12", "1540000", "\u0661"])
def test_a_ruler_that_is_no_number_says_nothing(width: str) -> None:
    c = comparing("ruler")()
    assert form(c, width=width) == []
    assert c.visit.step == "setup_ruler"


def test_corners_are_touched_in_their_order() -> None:
    c = comparing("corners")()
    c.press("corner", "3")
    assert c.visit.tried == ()
    for one in range(4):
        assert c.press("corner", str(one)) == []
    assert checked(c.press("corner", "4")) == [("corners", True, "")]


def test_a_corner_that_cannot_be_hit() -> None:
    c = comparing("corners")()
    assert checked(c.press("wrong")) == [("corners", False, "")]
    assert grades(c)["corners"] == "wrong"


@pytest.mark.parametrize("what", ["clock", "key"])
@pytest.mark.parametrize("right", [True, False])
def test_what_is_compared_by_eye(what: str, right: bool) -> None:
    c = comparing(what)()
    assert checked(c.press("right" if right else "wrong")) == [(what, right, "")]
    assert c.visit.step == "setup"


def moves(c: Cabinet, unit: str, level: str) -> None:
    """The contact of a door changes while somebody stands at the kiosk."""
    c.act(msg.DoorMoved(unit, Level(level), c.up_ms, c.up_ms))


def walking() -> Cabinet:
    c = comparing("door")()
    assert (c.visit.step, c.visit.unit) == ("setup_door", "A1")
    return c


@pytest.mark.parametrize(
    ("opens", "said", "found"),
    [
        ("A1", "A1", "A1/A1"),
        ("A2", "A1", "A1/A2"),
        ("A2", "A2", "A2/A2"),
        ("A1", "A2", "A2/A1"),
        ("", "A1", "A1/"),
        ("", "none", "/"),
        ("A1", "none", "/A1"),
    ],
)
def test_a_door_is_right_when_eye_and_contact_agree(opens: str, said: str, found: str) -> None:
    c = walking()
    c.press("open")
    if opens:
        moves(c, opens, "open")
    right = found == "A1/A1"
    assert checked(c.press("pick", said)) == [("door", right, found)]
    assert c.visit.unit == ("A2" if right else "A1")
    assert c.visit.finding == ("" if right else "wrong")


def test_the_own_contact_counts_before_another() -> None:
    c = walking()
    c.press("open")
    moves(c, "A2", "open")
    moves(c, "A1", "open")
    moves(c, "A3", "open")
    assert checked(c.press("pick", "A1")) == [("door", True, "A1/A1")]


def test_nothing_is_said_of_a_door_that_was_not_opened() -> None:
    c = walking()
    assert c.press("pick", "A1") == []
    c.press("open")
    assert c.press("pick", "Z9") == []


def test_doors_that_were_right_are_not_asked_again() -> None:
    c = walking()
    c.press("skip")
    assert c.visit.unit == "A2"
    c.press("open")
    moves(c, "A2", "open")
    c.press("pick", "A2")
    assert c.visit.unit == "A3"
    c.press("skip")
    assert c.visit.step == "setup" and c.visit.notice
    c.press("check", "door")
    assert c.visit.unit == "A1"
    c.press("skip")
    assert c.visit.unit == "A3", "A2 was right"


def test_a_strike_that_rests_is_said() -> None:
    c = walking()
    c.press("open")
    moves(c, "A1", "open")
    moves(c, "A1", "closed")
    c.press("open")
    assert "resting" in c.visit.notice


def test_the_first_hour_begins_at_the_claim() -> None:
    c = new()
    c.press("home")
    assert c.visit.step == "claim"
    c.press("setup")
    assert c.visit.step == "setup"
    assert c.press("selftest")
    c.press("back")
    assert c.visit.step == "claim"


def test_a_claim_that_was_answered_meanwhile_ends_it() -> None:
    c = new()
    c.press("home")
    c.press("setup")
    c.act(msg.EnrolStaff(ev.DEVICE, "7", "operator", "c", (), True, "Some Body"))
    assert c.visit.step == "home"


def test_nobody_enters_it_from_a_claim_beside_staff() -> None:
    c = Cabinet(owned(), people=False)
    c.enrol(TECHNICIAN)
    c.press("home")
    c.press("setup")
    assert c.visit.step == "claim"


def test_a_session_ends_from_within() -> None:
    c = sheet()
    c.press("check", "clock")
    c.press("sign-out")
    assert c.visit.step == "home" and c.visit.staff is None


# -- what lasts -----------------------------------------------------------------------------------


def test_another_config_makes_everything_open_again() -> None:
    c = Cabinet()
    c.send(msg.RecordCheck(OPERATOR, "ruler", True))
    c.cut()
    assert c.state.setup == {"ruler": True}, "the same config: what was right is right"
    assert snapshot.load(snapshot.dump(c.state)).setup == {"ruler": True}
    c.send(msg.Booted("1", "another digest", dict(c.levels)))
    assert c.state.setup == {}


def test_a_key_is_spelled_in_ten_words() -> None:
    one, other = spelled("a/b/1+0123abcd+AQ=="), spelled("a/b/1+0123abcd+Ag==")
    assert len(one) == len(other) == WORDS
    assert one != other
    assert spelled(" a/b/1+0123abcd+AQ==\n") == one, "as it comes from a file"
    assert one == spelled("a/b/1+0123abcd+AQ==")
