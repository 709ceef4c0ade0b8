"""The window's layout: everything fits, nothing covers the kiosk, every button does something."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from test_workbench_guide import CODE, a_bench, dark, ended, kiosk, phase, sms, with_door

from lockerd import config
from lockerd.core.site import Column, Site
from support.cabinets import a_site
from ui.backend.headless import Headless
from ui.geometry import Rect
from ui.paint import Painter
from ui.text import Typesetter
from ui.theme import contrast
from ui.widgets import Label, Screen
from ui.workbench import guide as tours
from ui.workbench import hands, pages, parts
from ui.workbench.front import Front, drawn_deg
from ui.workbench.guide import Guide
from ui.workbench.model import Bench, DoorFact, LineShown
from ui.workbench.pane import Pane
from ui.workbench.screen import Clicked, build, places
from ui.workbench.size import least_for, window_for, window_on

KIOSK = (800, 480)
SIZES = ((1366, 768), (1280, 720), (1280, 688))
SETTERS = {size: Typesetter(parts.desk_theme(*size)) for size in SIZES}
PANE = Pane(KIOSK)
LONG = "An item with a name that goes on for longer than any telephone would show in one line"
Scene = tuple[Bench, Guide, Clicked]


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Site:
    found, _ = config.check(request.config.rootpath / "config" / "demo.toml")
    assert found is not None
    return found


def whole(bench: Bench, site: Site) -> Bench:
    """A bench with every door of the site."""
    doors = {one.unit: DoorFact(one.unit) for one in site.compartments}
    return bench.but(doors={**doors, **bench.doors})


def toured(path: tours.Path, trouble: tours.Trouble, *benches: Bench) -> Scene:
    guide = tours.begin(path, benches[0])
    if trouble:
        guide = tours.with_trouble(guide, trouble, benches[0])
    for bench in benches:
        guide = tours.observe(guide, bench)
    return benches[-1], guide, Clicked(opened="aa")


def scenes() -> dict[str, Scene]:
    b = a_bench()
    bad = with_door(b, "9", jammed=True, strike_cut=True, contact_cut=True)
    marta = b.but(messages=(sms("cc", "7", to="Marta Silva"), *b.messages, sms("dd"), sms("ee")))
    long = b.but(
        messages=tuple(
            one.but(item=LONG, recipient="A. B. Featherstonehaugh") for one in b.messages
        )
    )
    lines = tuple(LineShown("08:41:07", "credential.delivered", "12") for _ in range(40))
    failed = phase(bad, "collectable", "not_opened")
    released = phase(b, "releasing")
    return {
        "welcome": (b, Guide(), Clicked(opened="aa")),
        "empty": (b.but(messages=()), Guide(), Clicked()),
        "long": (long, Guide(), Clicked(opened="aa", said=LONG, warned=True)),
        "collect": toured("collect", "", b),
        "refused": toured("collect", "", b.but(kiosk=kiosk("refused", "", why="paused").kiosk)),
        "open": toured("collect", "", b, phase(with_door(b, "9", angle_deg=12), "open", "open")),
        "receipt": toured("collect", "", b, ended(b)),
        "nothing": toured("collect", "", b.but(messages=(sms(status="ended"),))),
        "held": toured("collect", "", b, released, failed.but(messages=(sms(status="held"),))),
        "choose": toured("break", "", b),
        "jammed": toured("break", "jam", bad, phase(bad, "releasing"), failed),
        "dark": toured("break", "power", b, released, dark(released)),
        "again": toured("break", "power", b, released, dark(released), b),
        "survived": toured("break", "power", b, released, dark(released), ended(b)),
        "badge": toured("deposit", "", b),
        "left": toured("deposit", "", kiosk("deposit_pick"), b),
        "stuck": toured(
            "deposit", "", b, with_door(kiosk("deposit_open", unit="9"), "9", jammed=True)
        ),
        "sent": toured("deposit", "", b, kiosk("deposit_open", ho="cc", unit="7"), marta),
        "pages": (marta, Guide(), Clicked(opened="ee", page=1, fresh=frozenset("a"), buzzing=True)),
        "tools": (b.but(lines=lines), Guide(), Clicked(unfolded=True)),
        "tools-door": (
            bad,
            Guide(),
            Clicked(unfolded=True, selected="9", typed="LK1", typing=True),
        ),
        "tools-open": (
            with_door(b, "9", angle_deg=12, latched=False),
            Guide(),
            Clicked(unfolded=True, selected="9"),
        ),
        "tools-dark": (dark(b), Guide(), Clicked(unfolded=True, selected="9", typed="LK1")),
    }


def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    return tuple(tuple((x + y) % 2 == 0 for x in range(25)) for y in range(25))


def built(site: Site, scene: Scene, size: tuple[int, int]) -> Screen:
    bench, guide, clicked = scene
    bench = whole(bench, site)
    swings = {unit: drawn_deg(door.angle_deg) for unit, door in bench.doors.items()}
    screen = build(
        site, bench, guide, clicked, swings, PANE, matrix, SETTERS[size], "some/directory"
    )
    return screen.arrange(SETTERS[size])


def clipped(screen: Screen) -> list[str]:
    """Widgets whose words were cut, and labels that have no room for a line."""
    out = [one.text_shown() for one in screen.flat() if one.trace().get("clipped")]
    return out + [
        one.text for one in screen.flat() if isinstance(one, Label) and one.rect.h < 9 and one.text
    ]


def outside(screen: Screen) -> list[str]:
    """Widgets that do not lie in the window."""
    whole = screen.rect
    return [
        f"{one.kind} {one.rect}"
        for one in screen.flat()
        if one.rect.clip(whole) != one.rect and one.kind != "phone"
    ]


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("name", scenes())
def test_everything_fits(site: Site, name: str, size: tuple[int, int]) -> None:
    screen = built(site, scenes()[name], size)
    if name != "long":  # names are cut with an ellipsis, as a telephone does it
        assert not clipped(screen)
    assert not outside(screen)
    pressed = [one for one in screen.flat() if one.action and one.kind != "front-door"]
    for one, other in itertools.combinations(pressed, 2):
        assert not one.rect.meets(other.rect), f"{one.action} lies on {other.action}"
    glass = places(size, KIOSK).kiosk
    over = [one.kind for one in screen.flat() if one.rect.meets(glass)]
    assert over == ["floor", "machine", "glass"]


def test_what_does_not_fit_would_be_found(site: Site) -> None:
    bench, guide, clicked = scenes()["collect"]
    hoarse = bench.but(device="A device with a name that is far too long for its lamp on the steel")
    assert clipped(built(site, (hoarse, guide, clicked), SIZES[1]))


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_the_guide_stays_inside_its_card(site: Site, size: tuple[int, int]) -> None:
    card = places(size, KIOSK).guide
    for name, scene in scenes().items():
        if scene[2].unfolded:
            continue
        inside = [
            one
            for one in built(site, scene, size).flat()
            if one.rect.y >= card.y and one.rect.x >= card.x and one.kind not in ("floor", "card")
        ]
        assert inside, name
        for one in inside:
            assert one.rect.bottom <= card.bottom - 8, f"{name}: {one.kind} {one.text_shown()}"
            assert one.rect.h >= 10, f"{name}: {one.kind} is squeezed"


def test_parts_of_the_guide_do_not_overlap(site: Site) -> None:
    kinds = ("tour", "hint", "commands", "choice")
    for size, (name, scene) in itertools.product(SIZES, scenes().items()):
        stack = [one for one in built(site, scene, size).flat() if one.kind in kinds]
        for one, other in itertools.combinations(stack, 2):
            assert not one.rect.meets(other.rect), f"{name}: {one.kind} and {other.kind}"


def test_the_window_is_what_a_laptop_shows() -> None:
    assert window_for(KIOSK) == (1366, 768)
    assert least_for(KIOSK) == (1280, 688) == SIZES[-1]
    assert window_on(KIOSK, (1920, 1080)) == (1366, 768)
    assert window_on(KIOSK, (1366, 768)) == (1366, 704)  # room for a title and a bar
    assert window_on(KIOSK, (1280, 800)) == (1280, 736)
    assert window_on(KIOSK, (800, 600)) == least_for(KIOSK)


def test_the_code_can_be_read_but_is_in_no_trace(site: Site) -> None:
    bench, guide, clicked = scenes()["welcome"]
    screen = built(site, (bench, guide, clicked), SIZES[0])
    shown = [one.text for one in screen.flat() if isinstance(one, Label) and one.secret]
    assert shown == [CODE]
    assert CODE not in str(screen.trace())


def test_open_doors_are_painted_last_and_marked(site: Site) -> None:
    bench, _, _ = scenes()["open"]
    bench = whole(with_door(bench, "4", jammed=True), site)
    front = Front(site, bench.doors, {"9": 60}).place(Rect(0, 0, 800, 200))
    front.arrange(SETTERS[SIZES[0]])
    last = front.parts()[-1].trace()
    assert last["action"] == "door:9" and last["stands"] == "open"
    marks = {one.trace()["action"]: one.trace()["marks"] for one in front.parts()}
    assert marks["door:4"] == ["jammed"] and marks["door:7"] == []
    assert len(front.parts()) == len(site.compartments)


def test_doors_lie_beside_each_other(site: Site) -> None:
    front = Front(site, {}, {}).place(Rect(20, 528, 800, 140))
    front.arrange(SETTERS[SIZES[0]])
    for one, other in itertools.combinations(front.parts(), 2):
        assert not one.rect.meets(other.rect)
    assert all(one.rect.h >= 14 for one in front.parts())


def test_a_leaf_turns_the_further_the_wider_its_door_stands() -> None:
    drawn = [drawn_deg(angle) for angle in (0, 1, 12, 13, 50, 95)]
    assert drawn == sorted(drawn) and drawn[0] == 0 and drawn[2] >= 45 and drawn[-1] > 90


def test_a_cabinet_without_a_screen_column_is_drawn_too() -> None:
    bare = a_site().but(columns=(Column(height=4),))
    window = Headless(SIZES[1])
    front = Front(bare, {}, {}).place(Rect(0, 0, 300, 200))
    front.arrange(SETTERS[SIZES[1]])
    front.paint(Painter(window.surface, SETTERS[SIZES[1]]))
    assert [one.trace()["action"] for one in front.parts()] == ["door:01", "door:02", "door:03"]


@pytest.mark.parametrize("name", scenes())
def test_every_scene_can_be_painted(site: Site, name: str) -> None:
    window = Headless(SIZES[1])
    screen = built(site, scenes()[name], SIZES[1])
    screen.paint(Painter(window.surface, SETTERS[SIZES[1]]))


@pytest.mark.parametrize(
    ("front", "back"),
    [
        (parts.STEEL_INK, parts.STEEL),
        (parts.STEEL_DIM, parts.STEEL),
        (parts.PAPER_INK, parts.PAPER),
    ],
)
def test_words_on_steel_and_paper_can_be_read(
    front: tuple[int, int, int], back: tuple[int, int, int]
) -> None:
    assert contrast(front, back) >= 4.5


# -- every button does something ------------------------------------------------------------------


class Recorder:
    """Hands on nothing, noted down."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []

    def __getattr__(self, verb: str) -> Callable[..., None]:
        return lambda *args: self.done.append((verb, *args))


DESK = {"fold", "path", "trouble", "open", "page", "type", "scan-typed"}
"""What the workbench does itself; `test_workbench_live` clicks each of them."""


def test_every_button_is_somebodys(site: Site) -> None:
    seen = set()
    for size, (bench, guide, clicked) in itertools.product(SIZES, scenes().values()):
        screen = built(site, (bench, guide, clicked), size)
        for one in screen.flat():
            if not one.action or not one.enabled:
                continue
            verb = one.action.partition(":")[0]
            seen.add(verb)
            if verb in DESK:
                continue
            world = Recorder()
            hands.act(world, whole(bench, site), guide.unit or "9", one.action)
            assert world.done, f"{one.action} does nothing"
    world = {"door", "scan", "badge", "power", "clock", "repair"}
    assert seen == DESK | world | {"push", "pull", "force", "jam", "unjam", "cut", "mend"}


def test_a_button_that_nobody_knows_would_be_found(site: Site) -> None:
    with pytest.raises(LookupError, match="no hand"):
        hands.act(Recorder(), a_bench(), "9", "dance")


@pytest.mark.parametrize(
    ("action", "changes", "done"),
    [
        ("door:9", {"angle_deg": 12}, [("push", "9")]),
        ("door:9", {}, [("pull", "9")]),
        ("repair", {"jammed": True}, [("unjam", "9")]),
        ("repair", {"strike_cut": True, "contact_cut": True},
         [("mend", "9", "strike"), ("mend", "9", "contact")]),
        ("cut:contact", {}, [("cut", "9", "contact")]),
        ("mend:strike", {}, [("mend", "9", "strike")]),
        ("power:off", {}, [("power", False)]),
        ("clock:3600000", {}, [("clock", 3_600_000)]),
        ("badge:2", {}, [("badge", "2")]),
        ("scan:aa", {}, [("scan", "Q")]),
    ],
)  # fmt: skip
def test_a_hand_does_what_its_button_says(
    action: str, changes: dict[str, object], done: list[tuple[object, ...]]
) -> None:
    world = Recorder()
    hands.act(world, with_door(a_bench(), "9", **changes), "9", action)
    assert world.done == done


def test_a_locked_door_and_a_lost_message_are_spoken_of() -> None:
    world = Recorder()
    assert "locked" in hands.act(world, a_bench(), "9", "pull")
    assert "not on the telephone" in hands.act(world, a_bench(), "9", "scan:zz")
    assert "repaired" in hands.act(world, a_bench(), "9", "repair")


def test_buttons_that_would_change_nothing_are_disabled(site: Site) -> None:
    screen = built(site, scenes()["tools-dark"], SIZES[0])
    off = {one.action for one in screen.flat() if one.action and not one.enabled}
    assert off >= {"clock:3600000", "badge:2", "scan-typed", "mend:strike", "push"}
    on = {one.action for one in screen.flat() if one.action and one.enabled}
    assert on >= {"power:on", "jam", "force", "cut:strike", "fold"}
    assert not pages.page(Guide(), a_bench()).offers
