"""What a person may know now: times, truth, secrets, and when a view goes stale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lockerd.core.claim import groups
from lockerd.core.now import Now
from lockerd.core.record import NamedRecord, Record
from lockerd.core.visit import STEPS
from support.facts import (
    AT,
    CODE,
    DAY,
    HOUR,
    OWN,
    PIN,
    UP,
    FakeLook,
    at,
    base_state,
    handover,
    matters,
    names,
    now_at,
    waiting,
)
from support.scenes import Scene, scenes
from support.scenes_people import BADGE, CARDS, NAME
from ui import model, words
from ui.view import STANDS, redacted
from ui.view.sight import Sight

SCENES = scenes()
PEOPLE = sorted({NAME, *(one for known in names().values() for one in known.values())})
AT_DOORS = {"open", "amiss", "again_open", "deposit_open", "fetch_open"}
SHOWN = (BADGE, *CARDS, *(groups(one) for one in CARDS))


def later(scene: Scene, by_ms: int) -> Scene:
    now = scene.now
    hi = None if now.hi is None else now.hi + by_ms
    return replace(scene, now=Now(now.boot, now.up_ms + by_ms, now.lo + by_ms, hi, now.source))


def texts(value: Any) -> list[str]:
    """Every string inside a view, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Record | NamedRecord):
        return [text for name in value.FIELDS for text in texts(getattr(value, name))]
    if isinstance(value, tuple):
        return [text for one in value for text in texts(one)]
    return []


def test_every_step_has_a_scene_and_a_view() -> None:
    shown = {scene.visit.step for scene in SCENES.values()}
    assert shown == set(STEPS)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_view_is_stale_exactly_when_it_says(name: str) -> None:
    scene = SCENES[name]
    view = scene.view()
    if view.due is None:
        assert later(scene, 40 * DAY).view() == view
        return
    wait = view.due - scene.now.up_ms
    assert wait > 0
    assert later(scene, wait - 1).view() == view
    assert later(scene, wait).view() != view


@pytest.mark.parametrize("name", sorted(SCENES))
def test_no_secret_and_no_name_stands_in_a_repr(name: str) -> None:
    shown = repr(SCENES[name].view())
    for secret in (PIN, PIN[:4], CODE, *SHOWN, *PEOPLE):
        assert secret not in shown


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_redacted_view_holds_nothing_personal(name: str) -> None:
    scene = SCENES[name]
    clean = redacted(scene.view())
    shown = " ".join(texts(clean))
    for secret in (PIN, CODE, *SHOWN, *PEOPLE, *scene.session.texts.values()):
        if secret and secret not in ("S", "M", "documents"):
            assert secret not in shown
    assert getattr(clean, "qr", ()) == ()
    assert getattr(clean, "filled", 0) == 0


def test_redaction_has_something_to_hide() -> None:
    """The twin of the test above: the same search finds names where nothing was redacted."""
    shown = " ".join(texts(SCENES["deposit_pick"].view()))
    assert "Helena Marsh" in shown
    assert PIN in " ".join(texts(SCENES["deposit_done_shown"].view()))


def test_names_are_looked_up_for_the_rows_on_show_only() -> None:
    scene = SCENES["deposit_pick"]
    look = FakeLook(names())
    replace(scene, look=look).view()
    rows = [idx for idx in look.asked if idx >= 100]
    assert len(rows) == 3


class TestTimes:
    def sight(self, now: Now | None = None) -> Sight:
        home = SCENES["home"]
        return Sight(home.site, home.state, home.visit, home.session, home.look, now or now_at())

    @pytest.mark.parametrize(
        ("by_ms", "said"),
        [
            (0, "today at 09:41"),
            (15 * HOUR, "tomorrow at 00:41"),
            (-10 * HOUR, "yesterday at 23:41"),
            (3 * DAY, "Tue 24 Nov at 09:41"),
            (60 * DAY, "Wed 20 Jan 2027 at 09:41"),
        ],
    )
    def test_moments_in_words(self, by_ms: int, said: str) -> None:
        assert words.when("when.at", self.sight().moment(AT + by_ms)) == said

    def test_summer_time_is_the_sites(self) -> None:
        assert self.sight().hhmm(AT - 150 * DAY) == "10:41"

    def test_without_a_clock_a_day_is_named_by_its_date(self) -> None:
        unknown = self.sight(now_at(known=False))
        assert unknown.moment(AT).day == "5 21 11"
        assert unknown.clock() == ""
        assert unknown.age_min(AT) is None

    def test_a_countdown_rounds_up_and_ends_at_nought(self) -> None:
        sight = self.sight()
        assert sight.countdown(UP + 43_000, 45).left_s == 43
        assert sight.countdown(UP + 42_001, 45).left_s == 43
        assert sight.countdown(UP - 1, 45).left_s == 0


class TestTruth:
    def test_an_unproven_code_looks_the_same_whatever_it_was(self) -> None:
        """A wrong PIN of a live handover, a random one and an unknown badge give one view."""
        bare = SCENES["refused_unproven"]
        state = base_state(bare.site)
        known = handover(OWN, "collectable", 100, unit="14")
        known.wrong_pins = 4
        state.handovers[OWN] = known
        assert replace(bare, state=state).view() == bare.view()

    def test_a_proven_code_is_told_more(self) -> None:
        """The twin: a proven code's refusal does depend on what it was."""
        assert SCENES["refused_early"].view() != SCENES["refused_early_day"].view()

    def test_a_door_that_is_merely_open_has_no_receipt(self) -> None:
        view = SCENES["open"].view()
        assert isinstance(view, model.Open)
        assert not {"qr", "moment"} & set(view.FIELDS)

    def test_a_fault_shows_on_every_step_but_at_an_open_door(self) -> None:
        assert {*AT_DOORS, "receipt", "seal_check", "count_door"} == STANDS
        for name, scene in SCENES.items():
            broken = replace(scene, look=FakeLook(names(), fault="it is broken; mend it")).view()
            stands = scene.visit.step in STANDS
            faults = model.OutOfService | model.CannotStart
            assert isinstance(broken, faults) is not (stands and scene.state.duty != "fresh"), name

    def test_staff_can_still_sign_in_while_out_of_service(self) -> None:
        view = SCENES["out_of_service"].view()
        assert isinstance(view, model.OutOfService)
        assert view.staff
        badge = replace(SCENES["out_of_service"], visit=at("staff_badge"))
        assert isinstance(badge.view(), model.StaffBadge)

    def test_nobody_signs_in_while_nothing_can_be_recorded(self) -> None:
        view = SCENES["journal_broken"].view()
        assert isinstance(view, model.OutOfService)
        assert not view.staff

    def test_the_queue_leads_with_what_is_most_pressing(self) -> None:
        view = SCENES["queue_1"].view()
        assert isinstance(view, model.Queue)
        assert [one.risk for one in view.rows] == [1, 1, 1]
        assert view.total == len(matters())

    def test_only_an_operator_is_offered_to_close_a_matter(self) -> None:
        view = SCENES["queue_item_technician"].view()
        assert isinstance(view, model.QueueItem)
        assert view.findings == () and not view.may_act

    @pytest.mark.parametrize(
        ("name", "findings"),
        [
            ("frozen", ("present", "removed", "missing")),
            ("unconfirmed", ("removed", "missing")),
            ("expired", ("removed", "missing")),
            ("left_open", ("removed", "missing")),
            ("strike", ("noted",)),
        ],
    )
    def test_findings_are_those_that_are_accepted(
        self, name: str, findings: tuple[str, ...]
    ) -> None:
        view = SCENES[f"queue_item_{name}"].view()
        assert isinstance(view, model.QueueItem)
        assert view.findings == findings

    def test_what_is_approved_names_its_compartment(self) -> None:
        key, clock = SCENES["approve_key"].view(), SCENES["approve_time"].view()
        assert isinstance(key, model.ApproveBadge) and isinstance(clock, model.ApproveBadge)
        assert (key.about, key.unit) == ("key", "14")
        assert (clock.about, clock.unit) == ("time", "")

    def test_who_is_alone_is_offered_the_glass_where_one_person_may_act(self) -> None:
        offered = {
            name: view.glass
            for name, scene in SCENES.items()
            if isinstance(view := scene.view(), model.ApproveBadge)
        }
        assert offered["approve_release_glass"] and offered["approve_key"]
        assert not offered["approve_release_two"]
        assert not offered["approve_identity"] and not offered["approve_shift"]

    def test_an_item_that_was_being_moved_can_be_found_in_its_new_place(self) -> None:
        view = SCENES["queue_item_moved"].view()
        assert isinstance(view, model.QueueItem)
        assert view.findings == ("present", "moved", "removed", "missing")

    def test_an_erased_name_is_said_to_be_erased(self) -> None:
        view = replace(SCENES["deposit_pick"], look=FakeLook({})).view()
        assert isinstance(view, model.Pick)
        assert view.rows[0].recipient == ""
        assert words.named("", "name.erased") == "Name no longer kept"

    def test_an_unfinished_deposit_comes_first(self) -> None:
        view = replace(SCENES["deposit_pick"], state=waiting(SCENES["home"].site)).view()
        assert isinstance(view, model.Pick)
        assert [one.unfinished for one in view.rows] == [True, False, False]

    def test_a_size_counts_the_compartments_that_take_it(self) -> None:
        scene = SCENES["form_size"]
        state = base_state(scene.site)
        state.doors["1"].retired = "broken"
        state.handovers[OWN] = handover(OWN, "collectable", 100, unit="23")
        view = replace(scene, state=state).view()
        assert isinstance(view, model.Form)
        assert [(one.value, one.free) for one in view.choices] == [("S", 21), ("M", 8), ("L", 3)]

    def test_a_receipt_too_long_for_a_symbol_is_shown_without_one(self) -> None:
        long = FakeLook(receipt="x" * 2_001)
        view = replace(SCENES["receipt"], look=long).view()
        assert isinstance(view, model.Receipt)
        assert view.qr == ()
