"""What stands on the screens of something wrong, of a return, of orders and of the clock."""

from __future__ import annotations

from dataclasses import replace

from lockerd.core.dispute import GRACE_MS
from lockerd.core.messages import Activity, FormSent
from support.facts import AT, DAY, HOUR, MINUTE, at, now_at
from support.scenes import Scene, scenes
from support.scenes_orders import MINE
from ui import model
from ui.screens import build
from ui.session import press
from ui.text import Typesetter
from ui.theme import PANEL_7_INCH, Theme

SCENES = scenes()
IDS = ("a" * 16, "b" * 16, "c" * 16)
TYPE = Typesetter(Theme(PANEL_7_INCH))


def actions(scene: Scene) -> set[str]:
    return {one.action for one in build(scene.view(), TYPE).arrange(TYPE).flat() if one.action}


def choices(name: str) -> tuple[str, ...]:
    view = SCENES[name].view()
    assert isinstance(view, model.Amiss)
    return view.choices


def test_the_choices_are_those_of_the_moment() -> None:
    assert choices("amiss_open") == ("empty", "wrong", "damaged", "leave")
    assert choices("amiss_receipt") == ("empty", "wrong", "damaged", "again")
    assert choices("amiss_late") == ()


def test_the_choices_go_stale_when_the_minute_is_over() -> None:
    view = SCENES["amiss_receipt"].view()
    assert view.due is not None
    left_ms = view.due - SCENES["amiss_receipt"].now.up_ms
    assert left_ms <= GRACE_MS
    later = replace(SCENES["amiss_receipt"], now=now_at(left_ms))
    assert later.view() != view


def test_the_open_door_stays_uncluttered() -> None:
    """One small button at the open door; the rare ones lie behind it."""
    assert actions(SCENES["open"]) == {"helping:on"}
    assert "amiss" in actions(SCENES["open_help"])
    assert actions(SCENES["open_left"]) == {"take"}
    assert actions(SCENES["again_open"]) == set()


def test_the_receipt_has_the_next_door_or_the_end() -> None:
    assert actions(SCENES["receipt_help"]) == {"home", "amiss"}
    assert actions(SCENES["receipt_more"]) == {"another", "amiss"}
    assert actions(SCENES["receipt"]) == {"home"}, "long after it nothing can be said"


def test_a_receipt_without_a_proven_code_offers_no_other_door() -> None:
    scene = SCENES["receipt_more"]
    bare = replace(scene, visit=replace(scene.visit, cred="", kind=""))
    assert "another" not in actions(bare)


def test_no_name_of_an_item_stands_on_a_recipients_screen() -> None:
    for name in ("amiss_open", "amiss_receipt", "kept", "disputed", "again_failed"):
        scene = SCENES[name]
        scene.look.asked.clear()
        scene.view()
        assert scene.look.asked == [], name


def test_the_menu_offers_what_there_is() -> None:
    def offered(name: str) -> list[str]:
        scene, found, page, pages = SCENES[name], list[str](), 0, 1
        while page < pages:
            view = replace(scene, session=replace(scene.session, page=page)).view()
            assert isinstance(view, model.StaffMenu)
            found += [one.action for one in view.rows]
            page, pages = page + 1, view.pages
        return found

    assert "fetch" in offered("staff_menu_fetch")
    assert "fetch" not in offered("staff_menu_depositor")
    assert "time" in offered("staff_menu_time")
    assert "time" not in offered("staff_menu_operator")


def test_an_order_is_offered_where_it_would_be_done() -> None:
    def ordered(name: str) -> tuple[str, ...]:
        view = SCENES[name].view()
        assert isinstance(view, model.Orders)
        return view.orders

    assert ordered("orders") == ("permit", "key", "bykey")
    assert ordered("orders_none") == ()
    assert ordered("orders_look") == ("look",)
    assert ordered("orders_adopt") == ("look", "adopt", "nothing")
    known = replace(SCENES["orders"], now=now_at())
    view = known.view()
    assert isinstance(view, model.Orders) and view.orders == ("key", "bykey")


def test_a_technician_is_offered_no_order() -> None:
    scene = SCENES["queue_item_orders"]
    view = replace(scene, visit=replace(scene.visit, staff="3")).view()
    assert isinstance(view, model.QueueItem) and view.orders == ()


def clock(scene: Scene) -> model.SetClock:
    view = scene.view()
    assert isinstance(view, model.SetClock)
    return view


def test_the_clock_begins_at_the_minute_that_is_proven() -> None:
    view = clock(SCENES["time"])
    assert (view.at % MINUTE, 0 < view.at - AT <= MINUTE) == (0, True)


def test_the_clock_moves_by_steps_and_is_handed_on_once() -> None:
    scene = SCENES["time"]
    begun = clock(scene).at
    for by_ms in (DAY, HOUR, HOUR, -10 * MINUTE, MINUTE):
        done = press(scene.session, scene.view(), f"add:{by_ms}", scene.visit.active, lambda: IDS)
        assert isinstance(done.intent, Activity)
        scene = replace(scene, session=done.session)
    at_ms = begun + DAY + 2 * HOUR - 9 * MINUTE
    assert clock(scene).at == at_ms
    done = press(scene.session, scene.view(), "send", scene.visit.active, lambda: IDS)
    assert done.intent == FormSent({"at": str(at_ms)}, IDS)
    scene = replace(scene, session=done.session)
    again = press(scene.session, scene.view(), "send", scene.visit.active, lambda: IDS)
    assert again.intent is None or not isinstance(again.intent, FormSent)


def test_a_door_that_closes_under_the_word_of_its_recipient() -> None:
    """`disputed` says to close the door only while it stands open."""
    views = [SCENES[name].view() for name in ("disputed_open", "disputed")]
    assert [one.ajar for one in views if isinstance(one, model.Disputed)] == [True, False]


def test_an_open_door_stands_while_nothing_can_be_recorded() -> None:
    scene = SCENES["again_open"]
    look = replace(scene.look, fault="the disk is gone; replace it")
    assert isinstance(replace(scene, look=look).view(), model.Open)
    over = replace(scene, look=look, visit=at("kept", **MINE))
    assert isinstance(over.view(), model.OutOfService)
