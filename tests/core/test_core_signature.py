"""A recipient's signature: asked for after the door, bounded, and never in the way."""

from __future__ import annotations

import corekit as kit
import pytest
from corekit import OPERATOR, Cabinet
from corekit import declined as why
from forged_signature import HO, RECIPIENT, asked, opened, unasked
from hypothesis import given
from hypothesis import strategies as st

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import policy, strokes
from lockerd.core.replay import replay
from lockerd.core.signature import SIGN_MS
from lockerd.core.snapshot import dump, load

DRAWN = strokes.encode((((100, 200), (180, 90), (260, 210)), ((300, 150),)))


# -- the line -------------------------------------------------------------------------------------

POINTS = st.tuples(st.integers(0, strokes.WIDE - 1), st.integers(0, strokes.TALL_MAX - 1))


@given(st.lists(st.lists(POINTS, min_size=1, max_size=30), max_size=8))
def test_a_line_is_the_same_after_its_text(drawn: list[list[tuple[int, int]]]) -> None:
    made: strokes.Strokes = ()
    for stroke in drawn:
        made = strokes.begun(made, stroke[0])
        for point in stroke[1:]:
            made = strokes.drawn(made, point)
    text = strokes.encode(made)
    assert strokes.decode(text) == made
    assert len(text) <= strokes.CHARS_MAX


@given(st.text(alphabet="Ml -0123456789z,", max_size=40))
def test_whatever_is_taken_is_spelled_one_way(text: str) -> None:
    try:
        made = strokes.decode(text)
    except ValueError:
        return
    assert strokes.encode(made) == text


@pytest.mark.parametrize(
    "text",
    ["M1 1", "M1 1l", "M01 1l5 5", "M1 1l5", "M1 1l-5 0", "M999 1l5 0", "M1 1l5 5 ", "m1 1l5 5",
     "M1 1l+5 5", "M1 1l5 5\n", "M1 1l0 0 0 0 -0 0", "<svg>", "M1 1l5 5Z"],
)  # fmt: skip
def test_another_spelling_is_no_line(text: str) -> None:
    with pytest.raises(ValueError, match="not a drawn line"):
        strokes.decode(text)


def test_a_line_has_an_end() -> None:
    made: strokes.Strokes = ()
    for n in range(3 * strokes.STROKES_MAX):
        made = strokes.begun(made, (n, n))
    assert len(made) == strokes.STROKES_MAX
    for n in range(3 * strokes.POINTS_MAX):
        made = strokes.drawn(made, (0, 0) if n % 2 else (999, 999))
    assert strokes.points(made) == strokes.POINTS_MAX
    assert strokes.begun(made, (5, 5)) is made
    assert len(strokes.encode(made)) <= strokes.CHARS_MAX
    longer = strokes.encode(made) + "M1 1l5 5" * strokes.STROKES_MAX
    with pytest.raises(ValueError, match="not a drawn line"):
        strokes.decode(longer)


def test_a_point_too_near_is_left_out_and_the_pads_edge_holds() -> None:
    made = strokes.begun((), (-5, 2_000))
    assert made == (((0, 999),),)
    assert strokes.drawn(made, (2, 999)) is made
    assert strokes.box(strokes.drawn(made, (50, 900))) == (0, 900, 50, 99)


# -- asked, signed, not signed --------------------------------------------------------------------


def test_a_signature_follows_the_door_and_names_it() -> None:
    c = asked()
    collected = len(c.log) - 1
    assert c.log[-1].event == ev.HandoverCollected(
        unit="A1", ho=HO, cause=c.log[-1].event.cause, opened=collected - 1, sign=True
    )
    (signed,) = c.send(msg.SignCollection(HO, "drawn", DRAWN))
    assert isinstance(signed, ev.CollectionSigned)
    assert (signed.actor, signed.cause) == (RECIPIENT, ev.Cause(1, collected))
    assert (signed.means, signed.how, signed.strokes) == ("received", "drawn", DRAWN)
    leaf, shown = ev.encode(signed)
    assert "strokes" not in leaf and shown == {"strokes": DRAWN}
    assert DRAWN not in repr(signed), "a hand is personal"
    assert not c.state.queue and not c.state.signing
    replay(c.log)


def test_a_key_says_the_same_and_draws_nothing() -> None:
    c = asked()
    (signed,) = c.send(msg.SignCollection(HO, "key", DRAWN))
    assert isinstance(signed, ev.CollectionSigned)
    assert (signed.how, signed.strokes) == ("key", None)


def test_without_the_profile_nobody_signs() -> None:
    c = unasked()
    assert why(c, msg.SignCollection(HO, "key")) == "unasked"
    assert why(c, msg.LeaveUnsigned(HO, "left")) == "unasked"


@pytest.mark.parametrize("text", ["", "M1 1l0 0", "M1 1l20 20", "nonsense", DRAWN + "\x00"])
def test_hardly_anything_is_no_signature(text: str) -> None:
    c = asked()
    assert why(c, msg.SignCollection(HO, "drawn", text)) == "strokes"
    assert c.send(msg.SignCollection(HO, "drawn", DRAWN)), "the twin is one"
    assert why(c, msg.SignCollection(HO, "drawn", DRAWN)) == "unasked", "once"


def test_what_is_not_known_is_declined() -> None:
    c = asked()
    assert why(c, msg.SignCollection(HO, "stamp")) == "how"
    assert why(c, msg.LeaveUnsigned(HO, "tired")) == "reason"


@pytest.mark.parametrize(
    ("reason", "actor"), [("declined", RECIPIENT), ("left", ev.DEVICE)]
)  # fmt: skip
def test_who_does_not_sign_leaves_a_line_in_the_queue(reason: str, actor: ev.Actor) -> None:
    c = asked()
    tomb = c.state.tombs["A1"]
    (event,) = c.send(msg.LeaveUnsigned(HO, reason))
    assert isinstance(event, ev.CollectionUnsigned) and event.actor == actor
    (item,) = c.state.queue.values()
    assert (item.rule, item.ho, item.unit, item.detail) == ("unsigned", HO, "A1", reason)
    assert c.state.tombs["A1"] is tomb, "what the door did stands"
    c.send(msg.Resolve(OPERATOR, item.key, "called, all is well", "noted"))
    assert not c.state.queue
    replay(c.log)


def test_time_ends_it_exactly_once() -> None:
    c = asked()
    due = policy.next_due(c.site, c.state, c.now)
    assert due is not None and due - c.up_ms <= SIGN_MS + 1
    c.wait(SIGN_MS)
    assert c.send(msg.Tick()) == [], "not a moment too soon"
    c.wait(1)
    assert why(c, msg.SignCollection(HO, "key")) == "unasked"
    assert ev.names(c.send(msg.Tick())) == ["collection.unsigned"]
    assert c.send(msg.Tick()) == []
    replay(c.log)


def test_a_power_cut_ends_it() -> None:
    c = asked()
    c.cut()
    assert why(c, msg.SignCollection(HO, "key")) == "unasked", "nobody stands there any more"
    if "unsigned:" + HO not in c.state.queue:
        c.send(msg.Tick())
    assert [one.rule for one in c.state.queue.values()] == ["unsigned"]
    replay(c.log)


def test_what_is_disputed_is_not_signed_for() -> None:
    c = asked()
    c.send(msg.DisputeHandover(HO, "empty"))
    assert why(c, msg.SignCollection(HO, "key")) == "unasked"
    c.wait(2 * SIGN_MS)
    c.send(msg.Tick())
    assert [one.rule for one in c.state.queue.values()] == ["disputed"]


def test_the_item_may_lie_in_its_compartment_again_while_somebody_signs() -> None:
    """A signature belongs to its collection, not to the compartment."""
    c = asked()
    c.wait(kit.REST_MS)
    other = c.collectable()
    assert c.unit(other) == "A1"
    assert ev.names(c.send(msg.SignCollection(HO, "key"))) == ["collection.signed"]
    replay(c.log)


def test_a_snapshot_keeps_who_is_asked() -> None:
    c = asked()
    again = load(dump(c.state))
    assert again == c.state and again.signing[HO].entry == len(c.log) - 1
    assert again.signing[HO].named == next(
        one.idx for one in c.log if one.event.TYPE == "handover.ordered"
    )


# -- at the kiosk ---------------------------------------------------------------------------------


def at_screen() -> Cabinet:
    c = Cabinet(opened().site)
    c.collectable(profile="signed")
    c.act(msg.Scanned("LK1X"))
    c.act(msg.CodeChecked("qr", f"c-{HO}", True))
    for level in (msg.Level.OPEN, msg.Level.CLOSED):
        c.levels["A1"] = level
        c.act(msg.DoorMoved("A1", level, c.up_ms, c.up_ms))
    return c


def test_the_kiosk_leads_from_the_door_to_the_receipt() -> None:
    c = at_screen()
    assert (c.visit.step, c.visit.receipt) == ("sign", len(c.log) - 1)
    receipt = c.visit.receipt
    c.act(msg.FormSent({"strokes": DRAWN}, ("x", "y", "z")))
    assert (c.visit.step, c.visit.signed, c.visit.receipt) == ("receipt", "drawn", receipt)


def test_a_slip_of_the_finger_is_asked_for_again() -> None:
    c = at_screen()
    c.act(msg.FormSent({"strokes": "M1 1l9 9"}, ("x", "y", "z")))
    assert (c.visit.step, c.visit.why) == ("sign", "strokes")
    c.press("sign-by-key")
    assert (c.visit.step, c.visit.signed) == ("receipt", "key")


def test_whoever_does_not_want_to_has_their_receipt() -> None:
    c = at_screen()
    events = c.press("unsigned")
    assert ev.names(events) == ["collection.unsigned"]
    assert (c.visit.step, c.visit.signed) == ("receipt", "")


def test_whoever_walks_away_has_not_signed() -> None:
    c = at_screen()
    for _ in range(2):
        c.wait(60_000)
        c.tick_visit()
    assert c.visit.step == "home"
    assert c.log[-1].event.TYPE == "collection.unsigned"


def test_ten_times_more_time_is_enough_time() -> None:
    c = at_screen()
    for _ in range(10):
        c.wait(46_000)
        c.tick_visit()
        assert c.visit.warned
        c.press("more-time")
    c.press("sign-by-key")
    assert c.visit.step == "receipt"


def test_the_next_person_scans_at_once() -> None:
    c = at_screen()
    c.act(msg.Scanned("LK1Y"))
    assert c.visit.step == "checking"
    assert c.log[-1].event == ev.CollectionUnsigned(
        unit="A1", ho=HO, cause=c.log[-1].event.cause, reason="left"
    )


def test_something_wrong_comes_before_a_signature() -> None:
    c = at_screen()
    c.press("amiss")
    assert c.visit.step == "amiss"
    c.press("back")
    assert c.visit.step == "sign", "back where it was"
    c.press("amiss")
    c.press("claim", "wrong")
    assert c.visit.step == "disputed" and not c.state.signing


def test_a_door_opened_once_more_leads_back_to_the_signature() -> None:
    c = at_screen()
    c.wait(kit.REST_MS)
    c.press("amiss")
    c.press("again")
    for level in (msg.Level.OPEN, msg.Level.CLOSED):
        c.levels["A1"] = level
        c.act(msg.DoorMoved("A1", level, c.up_ms, c.up_ms))
    assert (c.visit.step, c.visit.receipt is not None) == ("sign", True)
