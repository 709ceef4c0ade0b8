"""Every screen in every language: it fits, it is drawn, and it is on the right side."""

from __future__ import annotations

import pytest

from support.languages import PANELS, collisions, cut, scenes_of, screen_in, typesetter, view_in
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.geometry import Rect, flip
from ui.lang import LANGUAGES, language
from ui.screens import build
from ui.text import Typesetter
from ui.theme import BODY, DISPLAY, PANEL_7_INCH, TITLE, Theme
from ui.widgets import Button, CabinetMap, Keypad, Label
from ui.words import TEXT

CODES = [one.code for one in LANGUAGES]
EVERY = [(size, name) for size in PANELS for name in scenes_of(size)]
TYPE = typesetter(PANEL_7_INCH, False)
RTL = typesetter(PANEL_7_INCH, True)
ARABIC, HINDI, CHINESE = (
    "\u0627\u0644\u0631\u0645\u0632",
    "\u0939\u093f\u0928\u094d\u0926\u0940",
    "\u4e2d\u6587",
)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size", PANELS)
def test_every_text_fits(size: str, code: str) -> None:
    found = [
        f"{name}: {text}"
        for name in scenes_of(size)
        for screen in [screen_in(code, size, name)]
        for text in (*cut(screen), *collisions(screen))
    ]
    assert found == []


def test_a_text_that_is_too_long_is_found() -> None:
    """The twin: the longer pseudo-language does not fit everywhere, and is seen not to."""
    assert any(cut(screen_in("en-XA", "800x480", name)) for name in scenes_of("800x480"))


@pytest.mark.parametrize("code", ["en-XA", "ar-XB", *CODES])
def test_no_character_is_without_a_glyph(code: str) -> None:
    type = typesetter(PANEL_7_INCH, language(code).rtl)
    for name in scenes_of("800x480"):
        for one in screen_in(code, "800x480", name).flat():
            text = str(one.trace()["text"])
            assert type.missing(text, BODY) == type.missing(text, DISPLAY) == "", (name, text)


def test_every_word_on_a_screen_came_through_the_catalogue() -> None:
    """In a language of other letters nothing Latin is left but names, codes and config."""
    known = {
        "English", "Deutsch", "Français", "QR", "PIN", "OK", "ABC", "lockerctl", "check-config",
        "[screen]", "[[compartment]]", "directory", "width_mm",
    }  # fmt: skip
    english = {word for text in TEXT.values() for word in text.split() if len(word) > 6}
    skipped = ("cannot_start", "journal_broken", "out_of_service", "form_", "deposit_", "queue_")
    for name in scenes_of("800x480"):
        if name.startswith(skipped):
            continue  # names, and reasons that people or the config wrote
        for one in screen_in("zh", "800x480", name).flat():
            words = set(str(one.trace()["text"]).split()) | set(str(one.trace()["speech"]).split())
            assert not words & english - known, (name, words & english)


@pytest.mark.parametrize("name", sorted(scenes_of("800x480")))
def test_a_language_from_the_right_is_the_mirror_image(name: str) -> None:
    """What can be pressed lies on the other side; keypads and maps are not turned inside."""
    left = list(build(view_in("en", "800x480", name).but(ask=None), TYPE).arrange(TYPE).widgets)
    right = list(build(view_in("en", "800x480", name).but(ask=None), RTL).arrange(RTL).widgets)
    panel = Rect(0, 0, 800, 480)
    assert [flip(one.rect, panel) for one in left] == [one.rect for one in right]
    for one, other in zip(left, right, strict=True):
        if isinstance(one, Label) and one.align != "center":
            assert isinstance(other, Label) and other.align != one.align
        if isinstance(one, Button) and one.icon in ("arrow-left", "sign-out"):
            assert isinstance(other, Button) and other.icon in ("arrow-right", "sign-out-left")
        if isinstance(one, Keypad | CabinetMap):
            order = [part.text_shown() for part in one.parts()]
            assert [part.text_shown() for part in other.parts()] == order
            assert other.parts()[0].rect.x - other.rect.x == one.parts()[0].rect.x - one.rect.x


# -- type ------------------------------------------------------------------------------------------


def ink(type: Typesetter, text: str) -> bytes:
    pixels: bytes = type.pygame.image.tobytes(type.render(text, TITLE, (0, 0, 0)), "RGBA")
    return pixels


def test_arabic_letters_join_and_hindi_syllables_form() -> None:
    apart = sum(RTL.width(char, TITLE) for char in ARABIC)
    assert RTL.width(ARABIC, TITLE) < 0.9 * apart
    unformed = sum(TYPE.width(char, TITLE) for char in HINDI)
    assert TYPE.width(HINDI, TITLE) < 0.95 * unformed


def test_a_line_is_as_wide_as_it_is_drawn() -> None:
    for text in (ARABIC, HINDI, CHINESE, f"{ARABIC} QR 14", f"{CHINESE} 14:05"):
        for type in (TYPE, RTL):
            assert type.render(text, BODY, (0, 0, 0)).get_width() == type.width(text, BODY)


def test_latin_lines_are_drawn_as_without_other_scripts() -> None:
    line = TYPE.line("Collect", TITLE, (0, 0, 0))
    face = TYPE.face(TITLE)
    assert line.cap_top_px == face.cap_top_px
    assert line.surface.get_height() == face.font.get_height()


def test_an_unknown_character_is_a_box_and_no_error() -> None:
    for text in ("\U0001f600", "\ue000", "\u0e01 \u05d0", "a\u200db", "\u0301", f"{ARABIC}\u0e01"):
        for type in (TYPE, RTL):
            assert type.width(text, BODY) > 0 or text == "\u0301"
            type.render(text, BODY, (0, 0, 0))
            type.wrap(text * 20, BODY, 60)
            type.ellipsis(text * 20, BODY, 60)
            type.tail(text * 20, BODY, 60)
    assert ink(TYPE, "\U0001f600") == ink(TYPE, "\ue000") != ink(TYPE, "a")


def test_names_in_greek_cyrillic_and_rare_chinese_are_drawn() -> None:
    names = "Ελένη \u041d\u0430\u0434\u0435\u0436\u0434\u0430 \u738b\u78ca"
    assert TYPE.missing(names, BODY) == TYPE.missing(names, DISPLAY) == ""


def test_a_cut_never_parts_a_mark_from_its_letter() -> None:
    word = "\u0915\u094d\u0937\u093f" * 12
    for width in range(20, 300, 7):
        for line in TYPE.wrap(word, BODY, width):
            assert not line.startswith(("\u094d", "\u093f"))


def test_an_isolate_that_is_cut_in_two_lines_is_whole_in_both() -> None:
    lines = RTL.wrap(f"{ARABIC} \u2066one two three four five\u2069 {ARABIC}", BODY, 120)
    assert len(lines) > 2
    assert all(line.count("\u2066") == line.count("\u2069") for line in lines)


def test_fonts_of_other_scripts_are_opened_late_and_closed() -> None:
    type = Typesetter(Theme())
    type.width("Collect your item", BODY)
    assert not type._others
    type.width(f"{HINDI} {CHINESE}", BODY)
    assert len(type._others) == 2
    type.forget()
    assert not type._others


@pytest.mark.parametrize("code", CODES)
def test_a_screen_in_every_language_is_painted(code: str) -> None:
    theme = Theme(PANEL_7_INCH, rtl=language(code).rtl)
    backend = Headless(theme.size)
    frame = Frame(backend, theme)
    assert frame.show(build(view_in(code, "800x480", "home"), frame.type))
    assert len(set(backend.shown.get_buffer().raw)) > 20


NUMBER = "020 7946 0188"


def lines_with_number(code: str, size: str, space: str = "\u00a0") -> list[str]:
    """The lines of the help at an open door that bear some of the telephone number."""
    type = typesetter(PANELS[size][0], language(code).rtl)
    labels = [one for one in screen_in(code, size, "open_help").flat() if isinstance(one, Label)]
    (one,) = [one for one in labels if "7946" in one.text]
    lines = type.wrap(one.text.replace("\u00a0", space), one.style, one.rect.w)
    return [one for one in lines if any(part in one for part in NUMBER.split())]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size", PANELS)
def test_a_telephone_number_stands_on_one_line(size: str, code: str) -> None:
    (line,) = lines_with_number(code, size)
    assert NUMBER in line.replace("\u00a0", " ")


def test_with_plain_spaces_it_would_be_broken() -> None:
    """The twin."""
    assert any(len(lines_with_number(code, size, " ")) > 1 for code in CODES for size in PANELS)
