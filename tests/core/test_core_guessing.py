"""What guessing is worth: by closed form, by the best plan there is, and by trying it on the core.

A PIN is a selector of three digits and a verifier of six.  Two people attack it.  The thief wants a
door: he stands at one handover for as long as it lives, or types whatever he likes for a day.  The
vandal wants others not to get theirs: he spends wrong PINs so that PINs die.  Neither knows
the selectors; where a figure holds even for one who does, it says so.
"""

from __future__ import annotations

import random
from contextlib import nullcontext
from functools import cache
from math import sqrt

import pytest
from corekit import Cabinet, site

from lockerd.core import events as ev
from lockerd.core import messages as msg
from lockerd.core.credential import pause_ms_after
from lockerd.core.draft import Declined
from lockerd.core.state import HOUR_MS, WRONG_PINS_MAX
from lockerd.vault import PIN_DIGITS, SELECTOR_DIGITS

SELECTORS = 10**SELECTOR_DIGITS
VERIFIERS = 10 ** (PIN_DIGITS - SELECTOR_DIGITS)
LIVE = 32
DAY_MS = 24 * HOUR_MS
WEEKEND_MS = 62 * HOUR_MS
"""From Friday at six to Monday at eight."""


class Keypad:
    """The real core behind a keypad, with codes of as few digits as a simulation can afford."""

    def __init__(self, live: int, verifiers: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.cabinet = Cabinet(site(doors=live))
        self.verifiers = verifiers
        selectors = self.dice.sample(range(SELECTORS), live)
        self.pins = {
            one: (self.cabinet.collectable(), self.dice.randrange(verifiers)) for one in selectors
        }

    def type(self, selector: int, digits: int) -> bool:
        """Whether this opens a door.  Raises Declined while typing is paused."""
        ho, pin = self.pins.get(selector, (None, -1))
        cred = None if ho is None else f"c-{ho}"
        made = self.cabinet.send(msg.CodeChecked("pin", cred, digits == pin))
        return any(isinstance(one, ev.ReleaseAuthorised) for one in made)

    def rest(self) -> None:
        """Wait no longer than one has to."""
        self.cabinet.wait(self.cabinet.state.paused_ms(self.cabinet.now))

    def dead(self) -> int:
        """How many PINs guessing has killed."""
        return sum(self.cabinet.of(ho).pin_dead for ho, _ in self.pins.values())


def without_rest(for_ms: int) -> int:
    """Wrong PINs that fit into a time, typed in no time the moment typing is allowed."""
    count = at = 0
    while at <= for_ms:
        count += 1
        at += pause_ms_after(count)
    return count


@cache
def best_plan(left_ms: int, failures: int = 0) -> int:
    """The most wrong PINs that any mixture of typing and quiet hours fits into a time."""
    if left_ms < 0:
        return 0
    after = min(failures + 1, 17)
    typed = 1 + best_plan(left_ms - pause_ms_after(after), after)
    if failures == 0:
        return typed
    return max(typed, best_plan(left_ms - HOUR_MS, failures >> 1))


def any_door(guesses: int, live: int, verifiers: int) -> float:
    """The chance that different blind guesses open one of the doors: a bound that adds them up."""
    return float(guesses * live / SELECTORS / verifiers)


# -- closed form ---------------------------------------------------------------------------------


def test_one_handover_for_its_whole_life_even_for_one_who_knows_its_selector() -> None:
    assert WRONG_PINS_MAX / VERIFIERS <= 5e-6


def test_any_door_of_thirty_two_in_a_day() -> None:
    assert any_door(without_rest(DAY_MS), LIVE, VERIFIERS) <= 1e-5


def test_quiet_hours_buy_nothing() -> None:
    """Here only seventeen failures are remembered, which fade sooner than all would: a bound."""
    day = best_plan(DAY_MS)
    assert day <= without_rest(DAY_MS)
    assert any_door(day, LIVE, VERIFIERS) <= 1e-5


def test_without_the_pauses_a_day_would_be_enough() -> None:
    """The twin: one guess per second, and nothing but five per handover in the way."""
    assert any_door(DAY_MS // 1_000, LIVE, VERIFIERS) > 1e-5


def test_a_vandal_kills_fewer_than_one_pin_in_five_over_a_weekend() -> None:
    """His best plan is five at each of as many selectors as he can: a share of all there are."""
    share = without_rest(WEEKEND_MS) // WRONG_PINS_MAX / SELECTORS
    assert share < 1 / 5
    shorter = WEEKEND_MS // (pause_ms_after(100) // 200_000 * 200_000)
    assert shorter // WRONG_PINS_MAX / SELECTORS >= 1 / 5, "pauses of 200 s would not do"


# -- the same, tried -----------------------------------------------------------------------------


def test_the_core_gives_as_many_guesses_as_the_closed_form() -> None:
    pad = Keypad(1, VERIFIERS, seed=1)
    taken = next(iter(pad.pins))
    start, count = pad.cabinet.lo, 0
    while pad.cabinet.lo - start <= DAY_MS:
        pad.type((taken + 1) % SELECTORS, 0)
        count += 1
        with pytest.raises(Declined) if count >= 10 else nullcontext():
            pad.type((taken + 1) % SELECTORS, 0)
            count += 1
        pad.rest()
    assert count == without_rest(DAY_MS)


def test_a_thief_at_one_handover_gets_five_tries() -> None:
    """Codes of a hundred possibilities instead of a million: five in a hundred, within 4 sigma."""
    runs, verifiers, opened = 400, 100, 0
    for seed in range(runs):
        pad = Keypad(1, verifiers, seed)
        (selector,) = pad.pins
        for digits in pad.dice.sample(range(verifiers), 12):
            pad.rest()
            if pad.type(selector, digits):
                opened += 1
                break
    share = WRONG_PINS_MAX / verifiers
    assert abs(opened / runs - share) <= 4 * sqrt(share * (1 - share) / runs), opened


def test_a_thief_who_types_blindly_for_a_day() -> None:
    """Ten possibilities behind each of 32 selectors: as often as the closed form says, or less."""
    runs, verifiers, opened = 40, 10, 0
    for seed in range(runs):
        pad = Keypad(LIVE, verifiers, seed)
        start = pad.cabinet.lo
        while pad.cabinet.lo - start <= DAY_MS:
            if pad.type(pad.dice.randrange(SELECTORS), pad.dice.randrange(verifiers)):
                opened += 1
                break
            pad.rest()
    chance = any_door(without_rest(DAY_MS), LIVE, verifiers)
    none = (1 - LIVE / SELECTORS / verifiers) ** without_rest(DAY_MS)
    assert chance >= 1 - none
    assert abs(opened / runs - (1 - none)) <= 4 * sqrt(none * (1 - none) / runs), opened


def test_a_vandal_tries_it_for_a_weekend() -> None:
    """Selectors in an order of his own, five wrong PINs at each, as fast as the keypad lets him."""
    killed = live = 0
    for seed in range(12):
        pad = Keypad(LIVE, VERIFIERS, seed)
        start, turn = pad.cabinet.lo, 0
        order = pad.dice.sample(range(SELECTORS), SELECTORS)
        while pad.cabinet.lo - start <= WEEKEND_MS:
            assert not pad.type(order[turn // WRONG_PINS_MAX], pad.dice.randrange(VERIFIERS))
            turn += 1
            pad.rest()
        killed, live = killed + pad.dead(), live + LIVE
    assert 0 < killed / live < 1 / 5, (killed, live)
