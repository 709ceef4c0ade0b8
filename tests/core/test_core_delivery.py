"""Codes on their way out: what a channel failed to take, what a cut lost, and that it is said once.

Every journal made here is also judged by replay.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    assert cab.state.queue[f"undelivered:{ho}"].detail == "no paper"
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
    assert cab.state.queue[f"undelivered:{ho}"].detail == "x" * REASON_MAX


def test_a_cut_loses_what_no_channel_took(cab: Cabinet) -> None:
    ho = minted(cab)
    assert failed(cab, ho) == [UNSAID]
    assert ev.names(cab.cut()) == ["log.boot", UNSAID], "it will not be tried again"
    assert cab.state.queue[f"undelivered:{ho}"].detail == "power"
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
