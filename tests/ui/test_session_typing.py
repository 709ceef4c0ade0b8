"""What is typed: digits, forms, pages; when it becomes an intent, and when it is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockerd.core.messages import Activity, CodeTyped, FormSent, Intent, Pressed
from support.facts import PIN, at
from support.scenes import Scene, scenes
from ui import model
from ui.session import TYPED_MAX, Press, Session, follow, press

SCENES = scenes()
IDS = ("a" * 16, "b" * 16, "c" * 16)


def no_ids() -> tuple[str, str, str]:
    raise AssertionError("nothing was handed on that needs ids")


def pressed(name: str, *actions: str, ids: bool = False) -> tuple[Scene, list[Intent | None]]:
    """A scene after some actions, with the intents they made."""
    scene, intents = SCENES[name], []
    for action in actions:
        done = press(
            scene.session,
            scene.view(),
            action,
            scene.visit.active,
            (lambda: IDS) if ids else no_ids,
        )
        scene = replace(scene, session=done.session)
        intents.append(done.intent)
    return scene, intents


def code_view(scene: Scene) -> model.Code:
    view = scene.view()
    assert isinstance(view, model.Code)
    return view


class TestDigits:
    def test_digits_fill_the_field_and_tell_the_core_that_somebody_is_there(self) -> None:
        scene, intents = pressed("code_empty", "digit:4", "digit:1", "erase", "digit:7")
        assert scene.session.digits == "47"
        assert code_view(scene).filled == 2
        assert all(isinstance(one, Activity) for one in intents)

    def test_nine_digits_and_no_more(self) -> None:
        scene, _ = pressed("code_full", "digit:9")
        assert scene.session.digits == PIN

    def test_ok_hands_the_code_on_and_keeps_nothing(self) -> None:
        scene, intents = pressed("code_full", "ok", "ok")
        assert intents == [CodeTyped(PIN), Activity()]
        assert scene.session.digits == ""

    @pytest.mark.parametrize("name", ["code_empty", "code"])
    def test_ok_before_the_last_digit_does_nothing(self, name: str) -> None:
        scene, intents = pressed(name, "ok")
        assert intents == [Activity()]
        assert scene.session == SCENES[name].session

    def test_a_staff_pin_has_six_digits(self) -> None:
        _, intents = pressed("staff_pin", *(f"digit:{d}" for d in "11119"), "ok")
        assert intents[-1] == CodeTyped("111111")

    def test_a_paused_keypad_takes_nothing(self) -> None:
        scene, _ = pressed("code_paused", "digit:1", "ok")
        assert scene.session.digits == ""

    def test_the_code_never_stands_in_a_repr(self) -> None:
        scene = SCENES["code_full"]
        assert PIN not in repr(scene.session)
        assert PIN not in repr(scene.view())


class TestFollow:
    def test_a_step_change_wipes_everything(self) -> None:
        typed = SCENES["code_full"].session
        assert follow(typed, at("checking", 0)) == Session(step="checking", since=at("x", 0).since)

    def test_the_same_step_entered_again_wipes_everything(self) -> None:
        typed = SCENES["code_full"].session
        again = follow(typed, at("code", 1))
        assert again.digits == ""

    def test_within_a_step_everything_stays(self) -> None:
        scene = SCENES["code_full"]
        assert follow(scene.session, replace(scene.visit, active=99, warned=True)) == scene.session


class TestForm:
    def test_answers_lead_from_question_to_question(self) -> None:
        scene, intents = pressed("form_recipient_typed", "char:r", "done")
        assert scene.session.texts["recipient"] == "Helena Mar"
        assert scene.session.question == "item"
        assert all(isinstance(one, Activity) for one in intents)

    def test_an_answer_that_is_needed_is_asked_for(self) -> None:
        scene, _ = pressed("form_recipient", "done")
        assert scene.session.error == "form.recipient.missing"
        scene, _ = pressed("form_recipient", "done", "char:H")
        assert scene.session.error == ""

    def test_blanks_alone_are_no_answer(self) -> None:
        scene, _ = pressed("form_recipient", "char: ", "char: ", "done")
        assert scene.session.question == "recipient"
        assert scene.session.texts.get("recipient", "") == ""

    def test_the_reference_may_be_left_out(self) -> None:
        scene, _ = pressed("form_item", "done", "done")
        assert scene.session.question == "profile"

    def test_one_profile_is_not_asked_for(self) -> None:
        one = SCENES["form_item"]
        site = one.site.but(profiles=one.site.profiles[:1])
        view = replace(one, site=site).view()
        assert isinstance(view, model.Form)
        assert "profile" not in view.order

    def test_back_goes_one_question_back_and_then_out(self) -> None:
        scene, intents = pressed("form_item", "back", "back")
        assert scene.session.question == "recipient"
        assert intents == [Activity(), Pressed("back")]

    def test_the_form_is_handed_on_once(self) -> None:
        scene, intents = pressed("form_size_chosen", "send", "send", ids=True)
        first, second = intents
        assert first == FormSent(
            {
                "recipient": "Helena Marsh",
                "item": "Completion bundle",
                "profile": "documents",
                "size": "M",
            },
            IDS,
        )
        assert isinstance(second, Activity)
        moved = replace(scene.visit, active=scene.visit.active + 5, notice="no room")
        again = follow(scene.session, moved)
        assert again.sent is None
        assert again.texts == scene.session.texts, "what was typed survives a refusal"

    def test_a_size_must_be_chosen(self) -> None:
        scene, intents = pressed("form_size", "send")
        assert intents == [Activity()]
        assert scene.session.error == "form.size.missing"

    def test_capitals_begin_each_word_of_a_name(self) -> None:
        scene, _ = pressed("form_recipient", "char:H", "char:e")
        assert not scene.session.shift
        scene, _ = pressed("form_recipient", "char:H", "char: ")
        assert scene.session.shift

    def test_acting_alone_needs_a_reason(self) -> None:
        scene, _ = pressed("approve_glass", "done")
        assert scene.session.error == "form.reason.missing"
        _, intents = pressed("approve_glass_typed", "done", ids=True)
        assert intents == [FormSent({"reason": "nobody else on the night shift"}, IDS)]

    def test_a_reason_is_needed_to_close_a_matter(self) -> None:
        _, intents = pressed("queue_reason", "done")
        assert intents == [Activity()]
        _, intents = pressed("queue_reason_typed", "char:!", "done", ids=True)
        assert intents[-1] == FormSent({"reason": "looked inside, seal!"}, IDS)

    def test_a_typed_text_has_an_end(self) -> None:
        scene, _ = pressed("form_recipient", *["char:x"] * (TYPED_MAX + 5))
        assert scene.session.texts["recipient"] == "x" * TYPED_MAX

    def test_names_never_stand_in_a_repr(self) -> None:
        scene = SCENES["form_size_chosen"]
        assert "Helena" not in repr(scene.session)
        assert "Helena" not in repr(scene.view())


class TestPeople:
    def test_a_number_is_typed_on_digits_and_letters_can_be_reached(self) -> None:
        asked = follow(Session(), at("founder_number"))
        assert asked.symbols
        assert not follow(Session(), at("founder_name")).symbols
        assert follow(Session(), at("staff_code")).other, "a badge has Latin letters"
        assert not follow(Session(), at("founder_name")).other
        scene = replace(SCENES["founder_number"], session=asked)
        other = press(asked, scene.view(), "page:letters", scene.visit.active, no_ids).session
        view = replace(scene, session=other).view()
        assert isinstance(view, model.Question) and not view.symbols

    def test_answers_are_handed_on(self) -> None:
        scene, intents = pressed("founder_number_typed", "char:2", "done", ids=True)
        assert scene.session.sent is not None
        assert intents[-1] == FormSent({"number": "55182"}, IDS)
        _, intents = pressed("shift_note", "done", ids=True)
        assert intents == [FormSent({}, IDS)]

    def test_a_name_is_needed(self) -> None:
        scene, _ = pressed("founder_name", "char: ", "done")
        assert scene.session.error == "form.name.missing"

    def test_a_pin_has_six_digits_and_goes_when_it_is_handed_on(self) -> None:
        scene, intents = pressed("pin_new", *(f"digit:{one}" for one in "9024177"), "ok")
        assert intents[-1] == CodeTyped("902417")
        assert scene.session.digits == ""


class TestOthers:
    def test_pages_are_the_sessions_own(self) -> None:
        scene, intents = pressed("deposit_pick", "page:1")
        assert scene.session.page == 1
        assert intents == [Activity()]

    def test_a_page_that_is_not_there_is_the_nearest(self) -> None:
        scene, _ = pressed("deposit_pick", "page:99")
        view = scene.view()
        assert isinstance(view, model.Pick)
        assert view.page == view.pages - 1

    def test_everything_else_is_pressed_with_its_argument(self) -> None:
        _, intents = pressed("queue_1", "item:frozen:4f2a")
        assert intents == [Pressed("item", "frozen:4f2a")]


ACTIONS = st.sampled_from(
    [f"digit:{d}" for d in "0123456789"]
    + [f"char:{c}" for c in "aZ -.\n\0é"]
    + ["erase", "ok", "done", "shift", "page:symbols", "page:letters", "page:0", "page:7", "send"]
    + ["choose:M", "choose:keys", "back", "helping:on", "helping:off", "home", "nonsense"]
)


@given(st.sampled_from(sorted(SCENES)), st.lists(ACTIONS, max_size=25))
def test_any_actions_leave_a_session_that_can_be_shown(name: str, actions: list[str]) -> None:
    scene = SCENES[name]
    for action in actions:
        done: Press = press(scene.session, scene.view(), action, scene.visit.active, lambda: IDS)
        scene = replace(scene, session=done.session)
        assert len(scene.session.digits) <= 9
        assert all(len(text) <= 100 for text in scene.session.texts.values())
        assert all(text.isprintable() for text in scene.session.texts.values())
    scene.view()
