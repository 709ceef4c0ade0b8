"""A lost code: tickets, challenges on the telephone, and new codes in an operator's name."""

from __future__ import annotations

from collections.abc import Callable

import corekit as kit
import pytest
from corekit import DEPOSITOR, OPERATOR, Cabinet, declined, same_again

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core import telephone
from lockerd.core.claim import ClaimError
from lockerd.core.lost import ANSWER_MS, ASKED_MAX, TICKETS_MAX, TRIES_MAX

CHALLENGE = "7QK2M9X4"


def lost() -> tuple[Cabinet, str, str]:
    """A cabinet, a handover and a ticket."""
    c = Cabinet()
    ho = c.collectable()
    (event,) = c.send(msg.LoseCode())
    assert isinstance(event, ev.CodeLost)
    return c, ho, event.ticket


def asked() -> tuple[Cabinet, str, str]:
    c, ho, ticket = lost()
    c.send(msg.AskByTelephone(ticket, CHALLENGE))
    return c, ho, ticket


def answer(ticket: str, ho: str | None, staff: str | None = "1") -> msg.TelephoneChecked:
    return msg.TelephoneChecked(ticket, CHALLENGE, ho, staff if ho else None)


# -- tickets --------------------------------------------------------------------------------------


def test_a_ticket_is_a_line_of_the_queue_and_names_nobody() -> None:
    c, _, ticket = lost()
    item = c.state.queue[f"lost:{ticket}"]
    assert (item.ho, item.unit, item.rule) == (None, None, "lost")
    assert ticket == str(len(c.log) - 1)
    same_again(c)


def test_an_operator_gives_new_codes_for_a_ticket() -> None:
    c, ho, ticket = lost()
    c.send(msg.ReissueCredential(OPERATOR, kit.minted(ho, "c-new"), "known to me", ticket))
    assert c.of(ho).cred == "c-new" and not c.state.tickets
    assert f"lost:{ticket}" not in c.state.queue
    same_again(c)


def test_a_ticket_that_is_not_open_is_no_reason() -> None:
    c, ho, _ = lost()
    again = msg.ReissueCredential(OPERATOR, kit.minted(ho, "c-new"), "x", "999")
    assert declined(c, again) == "ticket"
    assert c.of(ho).cred == f"c-{ho}"


def test_a_ticket_that_was_closed_in_the_queue_is_over() -> None:
    c, ho, ticket = asked()
    c.send(msg.Resolve(OPERATOR, f"lost:{ticket}", "found it", "noted"))
    assert not c.state.tickets
    assert declined(c, answer(ticket, ho)) == "ticket"
    assert declined(c, msg.AskByTelephone(ticket, "X")) == "ticket"
    same_again(c)


def test_tickets_and_challenges_are_bounded() -> None:
    c, _, ticket = lost()
    for _ in range(TICKETS_MAX - 1):
        c.send(msg.LoseCode())
    assert declined(c, msg.LoseCode()) == "tickets"
    for n in range(ASKED_MAX):
        c.send(msg.AskByTelephone(ticket, f"{n:08d}"))
    assert declined(c, msg.AskByTelephone(ticket, CHALLENGE)) == "often"
    same_again(c)


# -- the telephone --------------------------------------------------------------------------------


def test_a_right_answer_gives_new_codes_in_the_operators_name() -> None:
    c, ho, ticket = asked()
    (proven,) = c.send(answer(ticket, ho))
    assert (proven.TYPE, proven.actor, proven.ho) == ("telephone.proven", OPERATOR, ho)
    (again,) = c.send(msg.ReissueByTelephone(ticket, kit.minted(ho, "c-new")))
    assert isinstance(again, ev.CredentialReissued)
    assert (again.actor, again.ticket, again.old) == (OPERATOR, ticket, f"c-{ho}")
    assert not c.state.tickets and not c.state.queue
    same_again(c)


def test_it_is_good_once() -> None:
    c, ho, ticket = asked()
    c.send(answer(ticket, ho))
    assert declined(c, answer(ticket, ho)) == "late"
    c.send(msg.ReissueByTelephone(ticket, kit.minted(ho, "c-new")))
    assert declined(c, msg.ReissueByTelephone(ticket, kit.minted(ho, "c-3"))) == "ticket"


def test_nobody_gets_codes_that_nobody_vouched_for() -> None:
    c, ho, ticket = asked()
    assert declined(c, msg.ReissueByTelephone(ticket, kit.minted(ho, "c-new"))) == "ticket"
    other = c.collectable()
    c.send(msg.AskByTelephone(ticket, CHALLENGE))
    c.send(answer(ticket, ho))
    assert declined(c, msg.ReissueByTelephone(ticket, kit.minted(other, "c-new"))) == "ticket"


@pytest.mark.parametrize(("ms", "good"), [(ANSWER_MS, True), (ANSWER_MS + 1, False)])
def test_it_is_good_for_five_minutes(ms: int, good: bool) -> None:
    c, ho, ticket = asked()
    c.run(ms)
    if good:
        assert ev.names(c.send(answer(ticket, ho))) == ["telephone.proven"]
    else:
        assert declined(c, answer(ticket, ho)) == "late"


def test_a_power_cut_ends_the_challenge_and_not_the_ticket() -> None:
    c, ho, ticket = asked()
    c.cut(off_ms=1_000)
    assert declined(c, answer(ticket, ho)) == "late"
    c.send(msg.AskByTelephone(ticket, CHALLENGE))
    assert ev.names(c.send(answer(ticket, ho))) == ["telephone.proven"]
    same_again(c)


def test_an_answer_to_an_older_challenge_is_none() -> None:
    c, ho, ticket = asked()
    c.send(msg.AskByTelephone(ticket, "00000000"))
    assert declined(c, answer(ticket, ho)) == "late"


def test_wrong_answers_end_the_challenge_and_count_against_the_device() -> None:
    c, ho, ticket = asked()
    for _ in range(TRIES_MAX):
        assert ev.names(c.send(answer(ticket, None))) == ["telephone.refused"]
    assert c.state.throttle.failures == TRIES_MAX
    assert declined(c, answer(ticket, ho)) == "late"
    paused = []
    while not paused:
        c.send(msg.AskByTelephone(ticket, CHALLENGE))
        for _ in range(TRIES_MAX):
            if c.state.paused_ms(c.now) == 0:
                paused += [one for one in c.send(answer(ticket, None)) if one.TYPE[0] == "k"]
    assert paused and declined(c, answer(ticket, ho)) in ("paused", "late")
    c.send(msg.AskByTelephone(ticket, CHALLENGE))
    assert declined(c, answer(ticket, ho)) == "paused"
    same_again(c)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.send(msg.RetireStaff(ev.Actor("operator", "6"), "1", "left")),
        lambda c: c.send(msg.SetRole(ev.Actor("operator", "6"), "1", "auditor", "promoted")),
    ],
    ids=["left", "another role"],
)
def test_only_an_operator_who_is_one_still(spoil: Callable[[Cabinet], object]) -> None:
    c, ho, ticket = asked()
    c.enrol(ev.Actor("operator", "6"))
    spoil(c)
    assert ev.names(c.send(answer(ticket, ho))) == ["telephone.refused"]
    c.send(msg.AskByTelephone(ticket, CHALLENGE))
    assert ev.names(c.send(answer(ticket, ho, "6"))) == ["telephone.proven"]


def test_an_item_without_a_code_gets_none() -> None:
    c, _, ticket = asked()
    waiting = c.order()
    assert ev.names(c.send(answer(ticket, waiting))) == ["telephone.refused"]
    assert ev.names(c.send(answer(ticket, "f" * 16))) == ["telephone.refused"]


def test_a_dead_pin_stays_dead() -> None:
    c, ho, ticket = asked()
    for _ in range(5):
        c.offer(ho, "pin", proven=False)
    c.send(answer(ticket, ho))
    (again,) = c.send(msg.ReissueByTelephone(ticket, kit.minted(ho, "c-new")))
    assert [one.kind for one in again.put] == ["qr"]


def test_the_key_is_on_record_and_for_operators() -> None:
    c = Cabinet()
    assert ev.names(c.send(msg.GiveTelephoneKey(OPERATOR))) == ["telephone.key_given"]
    assert declined(c, msg.GiveTelephoneKey(DEPOSITOR)) == "role"


# -- at the kiosk ---------------------------------------------------------------------------------


def at_the_ticket() -> tuple[Cabinet, str]:
    c = Cabinet()
    c.collectable()
    c.press("help")
    c.press("lost")
    return c, c.visit.item or ""


def test_the_ticket_stands_on_the_screen() -> None:
    c, ticket = at_the_ticket()
    assert c.visit.step == "lost" and ticket in c.state.tickets


def test_without_a_ticket_the_screen_says_whom_to_call() -> None:
    c = Cabinet()
    for _ in range(TICKETS_MAX):
        c.send(msg.LoseCode())
    c.press("help")
    c.press("lost")
    assert (c.visit.step, c.visit.item) == ("lost", None)
    assert "call the number" in c.visit.notice
    c.press("telephone")
    assert c.visit.step == "lost"


def test_somebody_elses_request_does_not_end_the_wait() -> None:
    c, ticket = at_the_ticket()
    c.press("telephone")
    c.act(msg.RetireDoor(DEPOSITOR, "A1", "x"))
    assert c.visit.step == "lost_wait"
    c.act(msg.AskByTelephone("999", CHALLENGE))
    assert (c.visit.step, c.visit.item) == ("lost", ticket)


def test_a_challenge_that_ended_is_not_compared() -> None:
    c, ticket = at_the_ticket()
    c.press("telephone")
    c.act(msg.AskByTelephone(ticket, CHALLENGE))
    c.wait(ANSWER_MS + 1)
    before = len(c.effects)
    c.act(msg.CodeTyped("123456789"))
    assert c.visit.step == "lost" and "ended" in c.visit.notice
    assert [type(one).__name__ for one in c.effects[before:]] == ["Sound"]


def test_three_wrong_answers_lead_back_to_the_ticket() -> None:
    c, ticket = at_the_ticket()
    c.press("telephone")
    c.act(msg.AskByTelephone(ticket, CHALLENGE))
    for n in range(TRIES_MAX):
        assert c.visit.step == "lost_answer", n
        c.act(msg.CodeTyped("123456789"))
        c.act(answer(ticket, None))
    assert (c.visit.step, c.visit.item) == ("lost", ticket)


# -- the digits -----------------------------------------------------------------------------------


def test_the_digits_are_those_of_the_key_the_challenge_and_the_handover() -> None:
    key = bytes(range(32))
    right = telephone.answer(key, CHALLENGE, "RL07-4K2M")
    assert right == "267089515" and len(right) == telephone.DIGITS
    others = {
        telephone.answer(bytes(32), CHALLENGE, "RL07-4K2M"),
        telephone.answer(key, "7QK2M9X5", "RL07-4K2M"),
        telephone.answer(key, CHALLENGE, "RL07-4K2N"),
    }
    assert right not in others and len(others) == 3


def test_a_key_and_a_challenge_as_people_carry_them() -> None:
    key = bytes(range(32))
    text = telephone.key_text(key)
    assert telephone.key_of(f" {text.lower()}\n") == key
    assert telephone.challenge_of("7qk2 m9x4") == CHALLENGE
    assert telephone.challenge_of("Oi10-0000") == "01100000"
    for wrong in ("", "LKB1" + text[4:], text[:-1], text + "0"):
        with pytest.raises(ClaimError):
            telephone.key_of(wrong)
    for wrong in ("", "7QK2", "7QK2M9X4T", "7QK2M9XU"):
        with pytest.raises(ClaimError):
            telephone.challenge_of(wrong)
