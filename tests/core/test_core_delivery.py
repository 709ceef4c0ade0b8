"""Codes on their way out: what a channel failed to take, what a cut lost, and that it is said once.

Every journal made here is also judged by replay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, Cabinet

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.delivery import REASON_MAX
from lockerd.core.draft import Declined
from lockerd.core.replay import replay

UNSAID = "credential.undelivered"


@pytest.fixture
def cab() -> Iterator[Cabinet]:
    one = Cabinet(kit.site(doors=4))
    yield one
    assert replay(one.log) == one.state


def minted(cab: Cabinet) -> str:
    """Codes that no channel has taken yet; the handover's id."""
    ho = cab.placed()
    cab.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(ho, f"c-{ho}")))
    cab.wait(kit.REST_MS)
    return ho


def failed(cab: Cabinet, ho: str, cred: str = "", reason: str = "no paper") -> list[str]:
    return ev.names(cab.send(msg.DeliveryFailed(ho, cred or f"c-{ho}", "slip", reason)))


def delivered(cab: Cabinet, ho: str, cred: str = "") -> list[str]:
    return ev.names(cab.send(msg.CodeDelivered(ev.DEVICE, ho, cred or f"c-{ho}", "slip")))


def joined(cab: Cabinet, ho: str) -> str:
    """Another item for the same recipient, on the same code; its id."""
    other = cab.new_id()
    same = cab.of(ho).recipient_no
    cab.send(
        msg.OrderHandover(
            DEPOSITOR, other, same, "i", "documents", "S", None, None, "R. Person", "A parcel"
        )
    )
    cab.placed(other)
    found = cab.send(msg.ConfirmDeposit(DEPOSITOR, kit.minted(other, "unused")))
    assert ev.names(found) == ["deposit.confirmed", "credential.joined"]
    return other


def test_a_channel_that_failed_is_said_once_and_cured_by_the_delivery(cab: Cabinet) -> None:
    ho = minted(cab)
    assert failed(cab, ho) == [UNSAID]
    assert failed(cab, ho) == []
    assert cab.state.queue[f"undelivered:c-{ho}"].detail == "no paper"
    assert delivered(cab, ho) == ["credential.delivered"]
    assert cab.state.queue == {}
    assert failed(cab, ho) == [], "it left by another channel"


def test_nothing_is_said_of_codes_that_were_replaced_or_used(cab: Cabinet) -> None:
    ho = minted(cab)
    cab.send(msg.ReissueCredential(OPERATOR, kit.minted(ho, "new"), "lost"))
    assert failed(cab, ho) == []
    with pytest.raises(Declined, match="newer ones"):
        delivered(cab, ho)
    assert failed(cab, ho, "new") == [UNSAID]
    assert failed(cab, "f" * 16) == []


def test_a_long_reason_is_cut(cab: Cabinet) -> None:
    ho = minted(cab)
    failed(cab, ho, reason="x" * 999)
    assert cab.state.queue[f"undelivered:c-{ho}"].detail == "x" * REASON_MAX


def test_a_cut_loses_what_no_channel_took(cab: Cabinet) -> None:
    ho = minted(cab)
    assert failed(cab, ho) == [UNSAID]
    assert ev.names(cab.cut()) == ["log.boot", UNSAID], "it will not be tried again"
    assert cab.state.queue[f"undelivered:c-{ho}"].detail == "power"
    assert ev.names(cab.cut()) == ["log.boot"]
    cab.send(msg.ReissueCredential(OPERATOR, kit.minted(ho, "new"), "lost in a cut"))
    assert cab.state.queue == {}
    delivered(cab, ho, "new")
    assert ev.names(cab.cut()) == ["log.boot"]


def test_a_code_that_left_is_not_lost(cab: Cabinet) -> None:
    """The twin: only the delivery tells the two starts apart."""
    cab.collectable()
    assert ev.names(cab.cut()) == ["log.boot"]


def test_a_code_that_opens_two_doors_leaves_once(cab: Cabinet) -> None:
    one = minted(cab)
    two = joined(cab, one)
    delivered(cab, one)
    assert (cab.of(one).delivered, cab.of(two).delivered) == (True, True)
    cab.send(msg.ReissueCredential(OPERATOR, kit.minted(two, "new"), "lost"))
    assert (cab.of(one).delivered, cab.of(two).delivered) == (False, False)
    delivered(cab, two, "new")
    assert ev.names(cab.cut()) == ["log.boot"]


def test_a_code_that_opens_two_doors_is_lost_once(cab: Cabinet) -> None:
    one = minted(cab)
    joined(cab, one)
    assert ev.names(cab.cut()) == ["log.boot", UNSAID]
    assert ev.names(cab.cut()) == ["log.boot"]


def test_a_cut_in_a_move_says_it_too(cab: Cabinet) -> None:
    ho = minted(cab)
    cab.send(msg.MoveHandover(OPERATOR, ho, "wet", "A4"))
    assert ev.names(cab.cut()) == ["log.boot", "move.stopped", UNSAID]
    assert ev.names(cab.cut()) == ["log.boot"]


def test_a_code_that_opens_two_doors_is_one_line(cab: Cabinet) -> None:
    """Whichever of its handovers is named: said once, taken on once, ended once."""
    one = minted(cab)
    two = joined(cab, one)
    key = f"undelivered:c-{one}"
    assert failed(cab, one) == [UNSAID]
    assert failed(cab, two, f"c-{one}") == []
    assert list(cab.state.queue) == [key]
    cab.send(msg.Acknowledge(OPERATOR, key))
    assert cab.state.queue[key].owner == OPERATOR.id
    delivered(cab, two, f"c-{one}")
    assert cab.state.queue == {}


def reassigned(cab: Cabinet, ho: str) -> None:
    """To another person, on a new code of their own."""
    new = kit.minted(ho, f"n-{ho}")
    cab.send(msg.ReassignHandover(OPERATOR, ho, f"f{ho[1:]}", "ill", new, "Somebody Else"))


def about(cab: Cabinet, key: str) -> tuple[str | None, str | None]:
    """What a line of the queue is about now."""
    line = cab.state.about(cab.state.queue[key])
    return line.ho, line.unit


def test_the_line_of_a_code_goes_on_with_the_next_item(cab: Cabinet) -> None:
    one = minted(cab)
    two = joined(cab, one)
    failed(cab, one)
    key = f"undelivered:c-{one}"
    assert about(cab, key) == (one, cab.unit(one))
    reassigned(cab, one)
    assert about(cab, key) == (two, cab.unit(two)), "the first one has a code of its own"
    assert failed(cab, one, f"n-{one}") == [UNSAID]
    cab.send(msg.ReissueCredential(OPERATOR, kit.minted(one, "newer"), "lost"))
    assert list(cab.state.queue) == [key], "a new code ends the line of the old one alone"


def test_the_line_of_a_code_stays_where_another_item_leaves(cab: Cabinet) -> None:
    """The twin: whose line it is says whether it moves."""
    one = minted(cab)
    two = joined(cab, one)
    failed(cab, one)
    reassigned(cab, two)
    assert about(cab, f"undelivered:c-{one}") == (one, cab.unit(one))


def taken_back(cab: Cabinet, ho: str) -> None:
    cab.send(msg.RefuseHandover(OPERATOR, ho, "not ours"))
    cab.send(msg.FetchBack(DEPOSITOR, ho))
    cab.run(kit.REST_MS)
    unit = cab.unit(ho)
    cab.door(unit, "open")
    cab.door(unit, "closed")


def by_key(cab: Cabinet, ho: str) -> None:
    cab.send(msg.BreakGlass(OPERATOR, f"key:{ho}", "nobody else is here"))
    cab.send(msg.CompleteByKey(OPERATOR, ho, "no power"))


def withdrawn(cab: Cabinet, ho: str) -> None:
    cab.send(msg.EnterCount(OPERATOR, ((cab.unit(ho), "empty"),)))
    cab.send(msg.Resolve(OPERATOR, f"frozen:{ho}", "stolen", "missing"))


@pytest.mark.parametrize("ends", [taken_back, by_key, withdrawn])
def test_the_line_of_a_code_ends_with_its_last_item(
    cab: Cabinet, ends: Callable[[Cabinet, str], None]
) -> None:
    one = minted(cab)
    two = joined(cab, one)
    failed(cab, one)
    key = f"undelivered:c-{one}"
    ends(cab, one)
    assert about(cab, key)[0] == two
    ends(cab, two)
    assert key not in cab.state.queue


def test_a_code_that_opened_a_door_reached_its_recipient(cab: Cabinet) -> None:
    one = minted(cab)
    joined(cab, one)
    failed(cab, one)
    cab.offer(one)
    cab.door(cab.unit(one), "open")
    cab.door(cab.unit(one), "closed")
    assert cab.state.queue == {}
    assert ev.names(cab.cut()) == ["log.boot"], "nor is it said of the other item"
