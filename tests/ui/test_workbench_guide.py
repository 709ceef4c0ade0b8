"""The guided tours over scripted facts: the straight way, and every way round."""

from __future__ import annotations

import pytest

from ui.workbench import guide as tours
from ui.workbench import pages
from ui.workbench.guide import Guide, Path, Trouble
from ui.workbench.model import Badge, Bench, DoorFact, KioskFact, Sms, Status
from ui.workbench.pages import Page

CODE = "482 913 064"


def sms(ho: str = "aa", unit: str = "9", status: Status = "ready", to: str = "You") -> Sms:
    code = CODE if ho == "aa" else "111 222 333"
    return Sms(
        ho, f"RL07-{ho}", to, "Keys", unit, "Collect until today.", "08:41", status, code, "Q"
    )


def a_bench(**changes: object) -> Bench:
    """Your ready message about door 9, an early one, nobody at the kiosk."""
    base = Bench(
        site="Test cabinet",
        device="T1",
        clock="08:41",
        powered=True,
        kiosk=KioskFact("home"),
        phases={"aa": "collectable", "bb": "collectable"},
        ended={},
        messages=(sms(), sms("bb", "4", "early")),
        doors={unit: DoorFact(unit) for unit in ("4", "7", "9")},
        badges=(Badge("1", "Amara Osei", "operator", "1"), Badge("2", "Jonas L", "depositor", "2")),
        lines=(),
    )
    return base.but(**changes)


def with_door(bench: Bench, unit: str, **changes: object) -> Bench:
    return bench.but(doors={**bench.doors, unit: bench.doors[unit].but(**changes)})


def phase(bench: Bench, now: str, step: str = "opening", ho: str = "aa", **kiosk: object) -> Bench:
    """A handover's phase and what the kiosk shows of it."""
    fact = KioskFact(step, ho=ho, unit="9").but(**kiosk)
    return bench.but(phases={**bench.phases, ho: now}, kiosk=fact)


def ended(bench: Bench, how: str = "collected", step: str = "receipt") -> Bench:
    phases = {ho: now for ho, now in bench.phases.items() if ho != "aa"}
    status: Status = "collected" if how == "collected" else "done"
    told = tuple(one.but(status=status) if one.ho == "aa" else one for one in bench.messages)
    kiosk = KioskFact(step, ho="aa", unit="9")
    return bench.but(phases=phases, ended={"aa": how}, messages=told, kiosk=kiosk)


def dark(bench: Bench) -> Bench:
    return bench.but(powered=False, kiosk=KioskFact())


def at(page: Page) -> int:
    """Which step is now; the number of steps when all are done."""
    states = [one.state for one in page.steps]
    now = states.index("now") if "now" in states else len(states)
    assert states == ["done"] * now + ["now"] * (now < len(states)) + ["later"] * (
        len(states) - now - 1
    )
    return now


def offers(page: Page) -> list[str]:
    return [one.action for one in page.offers]


def walk(guide: Guide, *benches: Bench) -> tuple[Guide, list[int]]:
    """The guide after these looks, and the step after each."""
    steps = []
    for bench in benches:
        guide = tours.observe(guide, bench)
        steps.append(at(pages.page(guide, bench)))
    return guide, steps


def begin(path: Path, bench: Bench, trouble: Trouble = "") -> Guide:
    guide = tours.begin(path, bench)
    return tours.with_trouble(guide, trouble, bench) if trouble else guide


# -- collect ------------------------------------------------------------------------------------


def test_collect_follows_the_release_to_the_receipt() -> None:
    b = a_bench()
    guide = begin("collect", b)
    assert (guide.ho, guide.unit) == ("aa", "9")
    opened = with_door(phase(b, "open", "open"), "9", angle_deg=12, latched=False)
    guide, steps = walk(
        guide,
        b,
        b.but(kiosk=KioskFact("code")),
        b.but(kiosk=KioskFact("checking")),
        phase(b, "releasing"),
        opened,
        phase(b, "open", "open"),
        ended(b),
    )
    assert steps == [0, 0, 0, 1, 1, 1, 3]
    page = pages.page(guide, ended(b), ("lockerctl", "--state cabinet"))
    assert page.tone == "done"
    words = " ".join(line.rstrip("\\").strip() for line in page.code)
    assert words == "lockerctl --state cabinet receipt verify RL07-aa"
    assert [line.endswith(" \\") for line in page.code] == [True, True, False]


@pytest.mark.parametrize("step", ["receipt", "home"])
def test_what_was_collected_cannot_be_broken_any_more(step: str) -> None:
    b = ended(a_bench(), step=step)
    page = pages.page(begin("break", b), b)
    assert offers(page) == ["path:deposit"] and "Deposit something first" in page.hint
    more = b.but(messages=(sms("cc", "7", to="Marta"), *b.messages), phases={"cc": "collectable"})
    guide = begin("break", more)
    assert (guide.ho, guide.unit) == ("cc", "7")
    assert "trouble:jam" in offers(pages.page(guide, more))


def test_a_release_that_was_only_asked_for_is_never_called_collected() -> None:
    b = a_bench()
    guide, _ = walk(begin("collect", b), phase(b, "releasing"), phase(b, "open", "open"))
    assert "closed" not in guide.marks
    assert "Collected" not in pages.page(guide, phase(b, "open", "open")).hint


def test_a_handover_that_an_operator_ended_is_not_called_collected() -> None:
    b = a_bench()
    withdrawn = ended(b, "withdrawn", "home")
    guide, _ = walk(begin("collect", b), phase(b, "releasing"), withdrawn)
    page = pages.page(guide, withdrawn)
    assert (page.hint, page.tone) == (pages.GONE, "warn")
    # The twin: the same way to the end, and the journal says collected.
    guide, steps = walk(begin("collect", b), phase(b, "releasing"), ended(b))
    assert steps[-1] == 3


def test_an_end_that_is_not_known_is_not_guessed() -> None:
    b = a_bench()
    gone = ended(b).but(ended={})
    guide, _ = walk(begin("collect", b), phase(b, "releasing"), gone)
    assert pages.page(guide, gone).hint == pages.GONE


@pytest.mark.parametrize(
    ("kiosk", "words"),
    [
        (KioskFact("home"), "Enter code"),
        (KioskFact("help"), "Enter code"),
        (KioskFact("code"), "Nine digits"),
        (KioskFact("refused", "unproven"), CODE),
        (KioskFact("refused", "early", "bb"), CODE),
        (KioskFact("refused", "paused"), "pauses"),
        (KioskFact("staff_badge"), "tap Back"),
        (KioskFact("staff_menu", staff="2"), "signed in"),
        (KioskFact("queue_item", staff="1"), "signed in"),
        (KioskFact("open", ho="zz"), "Another door"),
        (KioskFact("receipt", ho="zz"), "another item"),
        (KioskFact("not_opened", ho="aa", unit="9"), "still works"),
    ],
)
def test_whoever_strays_from_a_collection_is_told_where_they_are(
    kiosk: KioskFact, words: str
) -> None:
    b = a_bench(kiosk=kiosk)
    guide, steps = walk(begin("collect", b), b)
    assert steps == [0]
    assert words in pages.page(guide, b).hint


def test_a_collection_in_the_dark_offers_the_power() -> None:
    b = a_bench()
    guide, _ = walk(begin("collect", b), dark(b))
    assert offers(pages.page(guide, dark(b))) == ["power:on"]


def test_the_tour_follows_whom_the_person_really_collects_for() -> None:
    b = a_bench(messages=(sms(), sms("bb", "4", "ready", "Marta")))
    guide, steps = walk(begin("collect", b), phase(b, "releasing", ho="bb"))
    assert (guide.ho, guide.unit, steps) == ("bb", "4", [1])
    # A stranger's handover, whose message is not on the telephone, is left alone.
    guide, _ = walk(begin("collect", b), phase(b, "releasing", ho="zz"))
    assert guide.ho == "aa"


def test_your_own_message_comes_first_then_anybodys() -> None:
    marta = sms("bb", "4", "ready", "Marta")
    assert tours.target(a_bench(messages=(marta, sms()))) == sms()
    assert tours.target(a_bench(messages=(marta, sms(status="ended")))) == marta
    assert tours.target(a_bench(messages=(sms(status="early"),))) is None


def test_a_tour_is_about_the_message_that_is_open_if_it_can_be_used() -> None:
    marta = sms("bb", "4", "ready", "Marta")
    b = a_bench(messages=(sms(), marta, sms("cc", "7", "early")))
    assert tours.begin("collect", b, "bb").ho == "bb"
    assert tours.begin("collect", b, "cc").ho == "aa"
    guide = begin("collect", b)
    assert tours.about(guide, b, "bb").unit == "4"
    begun, _ = walk(guide, phase(b, "releasing"))
    assert tours.about(begun, b, "bb").ho == "aa"
    assert tours.about(begin("break", b, "jam"), b, "bb").ho == "aa"
    assert tours.about(begin("deposit", b), b, "bb").ho == ""


def test_nothing_ready_leads_to_a_deposit_and_on_when_it_arrives() -> None:
    b = a_bench(messages=(sms(status="ended"),))
    guide = begin("collect", b)
    assert offers(pages.page(guide, b)) == ["path:deposit"]
    guide, _ = walk(guide, a_bench())
    assert guide.ho == "aa"


def test_a_message_whose_time_has_come_or_gone_changes_the_aim() -> None:
    b = a_bench()
    later = b.but(messages=(sms(status="ended"), sms("bb", "4")))
    guide, _ = walk(begin("collect", b), later)
    assert guide.ho == "bb"
    guide, _ = walk(begin("collect", b), dark(later))
    assert guide.ho == "aa"  # nothing is known in the dark


def test_a_cut_sensor_is_named_while_the_door_is_shut_and_unseen() -> None:
    b = with_door(phase(a_bench(), "open", "open"), "9", contact_cut=True)
    guide, _ = walk(begin("collect", a_bench()), b)
    assert offers(pages.page(guide, b)) == ["repair"]


def test_a_frozen_handover_is_for_the_operator() -> None:
    b = a_bench()
    frozen = phase(b, "frozen", "home").but(messages=(sms(status="held"),))
    tried: tuple[tuple[Path, Trouble], ...] = (
        ("collect", ""),
        ("break", "cable"),
        ("break", "power"),
    )
    for path, trouble in tried:
        guide, _ = walk(begin(path, b, trouble), phase(b, "releasing"), frozen)
        page = pages.page(guide, frozen)
        assert page.hint == pages.HELD and not page.offers


# -- break something ----------------------------------------------------------------------------


def test_three_things_can_be_broken() -> None:
    b = a_bench()
    assert offers(pages.page(begin("break", b), b)) == [
        "trouble:jam",
        "trouble:cable",
        "trouble:power",
    ]


@pytest.mark.parametrize("trouble", ["jam", "cable"])
def test_a_broken_lock_costs_nobody_the_code(trouble: Trouble) -> None:
    b = a_bench()
    bad = with_door(b, "9", jammed=trouble == "jam", strike_cut=trouble == "cable")
    guide = begin("break", b, trouble)
    guide, steps = walk(
        guide,
        bad,
        phase(bad, "releasing"),
        phase(bad, "releasing", attempt=3),
        phase(bad, "collectable", "not_opened"),
    )
    assert steps == [1, 1, 1, 2]
    failed = phase(bad, "collectable", "not_opened")
    assert offers(pages.page(guide, failed)) == ["repair"]
    assert CODE in pages.page(guide, failed).hint
    mended = phase(b, "collectable", "home")
    guide, steps = walk(guide, mended)
    assert steps == [2]
    assert offers(pages.page(guide, mended)) == ["scan:aa"]
    guide, steps = walk(guide, phase(b, "releasing"), phase(b, "open", "open"), ended(b))
    assert steps == [2, 3, 4]
    assert pages.page(guide, ended(b)).hint == pages.SURVIVED


def test_a_lock_repaired_before_it_was_tried_can_be_broken_again() -> None:
    b = a_bench()
    guide, steps = walk(begin("break", b, "jam"), b)
    assert steps == [0]
    assert offers(pages.page(guide, b)) == ["trouble:jam"]


def test_a_lock_repaired_between_two_attempts_is_no_survivor() -> None:
    b = a_bench()
    bad = with_door(b, "9", jammed=True)
    guide, steps = walk(
        begin("break", b, "jam"),
        bad,
        phase(bad, "releasing"),
        phase(b, "releasing", attempt=2),
        phase(b, "open", "open"),
        ended(b),
    )
    assert steps == [1, 1, 1, 3, 4]
    assert pages.page(guide, ended(b)).hint == pages.IN_TIME


def test_the_power_goes_in_mid_release_and_only_once() -> None:
    b = a_bench()
    guide = begin("break", b, "power")
    assert not tours.cuts_power(guide, b)
    guide, _ = walk(guide, phase(b, "releasing"))
    assert tours.cuts_power(guide, phase(b, "releasing"))
    guide, steps = walk(guide, dark(phase(b, "releasing")))
    assert steps == [2]
    assert offers(pages.page(guide, dark(b))) == ["power:on"]
    back = phase(b, "collectable", "home")
    guide, steps = walk(guide, back, phase(b, "releasing"))
    assert steps == [2, 2]
    assert not tours.cuts_power(guide, phase(b, "releasing"))
    guide, steps = walk(guide, phase(b, "open", "open"), ended(b))
    assert steps == [3, 4]
    assert pages.page(guide, ended(b)).hint == pages.SURVIVED


@pytest.mark.parametrize("trouble", ["", "jam", "cable"])
def test_the_power_is_cut_for_nothing_else(trouble: Trouble) -> None:
    b = a_bench()
    guide, _ = walk(begin("break", b, trouble), phase(b, "releasing"))
    assert not tours.cuts_power(guide, phase(b, "releasing"))
    assert not tours.cuts_power(begin("collect", b), phase(b, "releasing"))


def test_a_power_cut_of_ones_own_is_not_taken_for_the_one_that_was_asked_for() -> None:
    b = a_bench()
    guide, steps = walk(begin("break", b, "power"), dark(b), b)
    assert steps == [0, 0] and "dark" not in guide.marks


def test_what_is_broken_stays_the_aim_whatever_else_opens() -> None:
    b = a_bench(messages=(sms(), sms("bb", "4", "ready", "Marta")))
    guide, _ = walk(begin("break", b, "jam"), phase(b, "releasing", ho="bb"))
    assert guide.ho == "aa"


# -- deposit ------------------------------------------------------------------------------------


def kiosk(step: str, staff: str = "2", ho: str = "", unit: str = "", why: str = "") -> Bench:
    return a_bench(kiosk=KioskFact(step, why, ho, unit, 1, staff))


def test_a_deposit_from_the_badge_to_the_message() -> None:
    b = a_bench()
    guide = begin("deposit", b)
    first = pages.page(guide, b)
    assert at(first) == 0 and offers(first) == ["badge:2"]
    assert first.note is not None and first.note.name == "Jonas"
    guide, steps = walk(
        guide,
        kiosk("staff_badge", ""),
        kiosk("checking", ""),
        kiosk("staff_pin", ""),
        kiosk("checking", ""),
        kiosk("staff_menu"),
        kiosk("deposit_pick"),
        kiosk("deposit_opening", ho="cc", unit="7"),
        with_door(kiosk("deposit_open", ho="cc", unit="7"), "7", angle_deg=12),
        kiosk("deposit_confirm", ho="cc", unit="7"),
        kiosk("deposit_minting", ho="cc", unit="7"),
    )
    assert steps == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    done = kiosk("deposit_done", ho="cc", unit="7")
    told = done.but(messages=(sms("cc", "7", to="Marta Silva"), *done.messages))
    guide, steps = walk(guide, done, told, kiosk("home", "").but(messages=told.messages))
    assert steps == [4, 5, 5]
    page = pages.page(guide, told)
    assert page.tone == "done" and "Marta Silva" in page.hint


def test_a_deposit_is_not_done_before_its_message_came() -> None:
    guide, steps = walk(begin("deposit", a_bench()), kiosk("deposit_done", ho="cc", unit="7"))
    assert steps == [4] and "sent" not in guide.marks


def test_an_old_message_is_not_the_new_one() -> None:
    guide, steps = walk(begin("deposit", a_bench()), kiosk("deposit_open", ho="bb", unit="4"))
    assert steps == [3] and "sent" not in guide.marks


@pytest.mark.parametrize(
    ("bench", "words", "step"),
    [
        (kiosk("refused", "", why="unproven"), "not the PIN", 0),
        (kiosk("refused", "", why="early"), "not a badge", 0),
        (kiosk("queue"), "tap Back", 2),
        (kiosk("deposit_new"), "Who is it for", 2),
        (kiosk("deposit_confirm", ho="cc", unit="7"), "confirm", 4),
    ],
)
def test_whoever_strays_from_a_deposit_is_told_where_they_are(
    bench: Bench, words: str, step: int
) -> None:
    guide, steps = walk(begin("deposit", a_bench()), bench)
    assert steps == [step]
    assert words in pages.page(guide, bench).hint


def test_a_session_that_ended_begins_again_at_the_badge() -> None:
    b = a_bench()
    guide, steps = walk(
        begin("deposit", b),
        kiosk("staff_menu"),
        kiosk("deposit_pick"),
        b,
        b,
        kiosk("staff_pin", ""),
    )
    assert steps == [2, 2, 0, 0, 1]
    guide, _ = walk(begin("deposit", b), kiosk("deposit_pick"), b, b)
    page = pages.page(guide, b)
    assert "ended" in page.hint and offers(page) == ["badge:2"]


def test_a_compartment_that_does_not_open_can_be_repaired() -> None:
    stuck = with_door(kiosk("deposit_opening", ho="cc", unit="7"), "7", jammed=True)
    guide, _ = walk(begin("deposit", a_bench()), stuck)
    assert offers(pages.page(guide, stuck)) == ["repair"]
    assert guide.unit == "7"


def test_a_deposit_in_the_dark_offers_the_power() -> None:
    guide, _ = walk(begin("deposit", a_bench()), dark(a_bench()))
    assert offers(pages.page(guide, dark(a_bench()))) == ["power:on"]


def test_a_cabinet_without_a_depositor_says_so() -> None:
    b = a_bench(badges=())
    assert "enrol" in pages.page(begin("deposit", b), b).hint


def test_without_a_tour_the_guide_welcomes() -> None:
    assert pages.page(Guide(), a_bench()).hint == pages.WELCOME


def test_no_code_is_in_a_repr() -> None:
    assert CODE not in repr(a_bench())
