"""Keyboards of every script: what stands on them, how large they are, what their keys do."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from support.demo_site import PANEL_7, demo_site
from support.scenes import scenes
from ui import keyboards, model
from ui.audit import TEXT_KEY_MM
from ui.backend.headless import Headless
from ui.frame import Frame
from ui.geometry import Rect
from ui.keyboards import ARABIC, DEVANAGARI, LAYOUTS, PAGES, QWERTY, Page
from ui.lang import LANGUAGES, language
from ui.screens import build
from ui.session import Session, press
from ui.text import Typesetter
from ui.theme import BODY, BODY_STRONG, PANEL_7_INCH, Theme
from ui.widgets import Screen, TextField, TextKey, TextKeyboard

THEME = Theme(PANEL_7_INCH)
TYPE = Typesetter(THEME)
FORM = "form_recipient_typed"
ARABIC_LETTERS = {chr(at) for at in range(0x627, 0x64B)} - {chr(at) for at in range(0x63B, 0x641)}
HINDI_LETTERS = {chr(at) for at in (*range(0x905, 0x90C), 0x90F, 0x910, *range(0x913, 0x929))} | {
    chr(at) for at in (*range(0x92A, 0x931), 0x932, *range(0x935, 0x93A))
}
HINDI_SIGNS = {chr(at) for at in (*range(0x901, 0x904), 0x93C, *range(0x93E, 0x944))} | {
    chr(at) for at in (0x947, 0x948, 0x94B, 0x94C, 0x94D)
}


def typed_by(layout: keyboards.Layout) -> set[str]:
    return {one for shift in (False, True) for row in layout.keys(shift) for one in row}


def form(code: str, **changes: object) -> model.Form:
    view = scenes(demo_site(PANEL_7))[FORM].view()
    assert isinstance(view, model.Form)
    return view.but(language=code, **changes)


def screen_of(view: model.View) -> Screen:
    frame = Frame(Headless(THEME.size), THEME)
    frame.dress(THEME.palette, False, language(view.language).rtl)
    return build(view, frame.type).arrange(frame.type)


def keys_of(screen: Screen) -> list[TextKey]:
    return [one for one in screen.flat() if isinstance(one, TextKey)]


def board(**given: Any) -> list[TextKey]:
    made = TextKeyboard(**given)
    made.place(Rect(0, 480 - made.size(TYPE)[1], 800, made.size(TYPE)[1])).arrange(TYPE)
    return [one for one in made.parts() if isinstance(one, TextKey)]


# -- the data --------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda one: one.name)
def test_a_key_types_one_character_that_can_be_typed(layout: keyboards.Layout) -> None:
    for one in typed_by(layout):
        assert len(one) == 1 and one.isprintable(), ascii(one)
    for shift in (False, True):
        every = [one for row in layout.keys(shift) for one in row]
        assert len(every) == len(set(every)), "a key stands twice"


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda one: one.name)
def test_every_key_and_its_face_is_in_the_fonts(layout: keyboards.Layout) -> None:
    for one in typed_by(layout):
        for style in (BODY, BODY_STRONG):
            assert not TYPE.missing(one + keyboards.face_of(one), style), ascii(one)
    assert not TYPE.missing(layout.face, BODY)


@pytest.mark.parametrize("page", PAGES)
def test_every_sign_of_a_page_is_in_the_fonts(page: Page) -> None:
    text = "".join(char for row in PAGES[page] for char in row)
    both = text + "".join(keyboards.capital(char) for char in text)
    assert TYPE.missing(both, BODY) == TYPE.missing(both, BODY_STRONG) == ""
    assert len(set(text)) == len(text)


def test_a_sign_of_no_font_is_found() -> None:
    """The twin: what no font has is missing."""
    assert TYPE.missing("\u1200", BODY) == "\u1200"


def test_arabic_and_hindi_have_their_whole_alphabets() -> None:
    assert typed_by(ARABIC) >= ARABIC_LETTERS - {"\u0640"}
    assert typed_by(DEVANAGARI) >= (HINDI_LETTERS | HINDI_SIGNS) - {"\u090c", "\u0931"}


def test_letters_with_accents_are_each_on_one_page() -> None:
    pages = [char for page in ("accents", "more") for row in PAGES[page] for char in row]
    assert len(pages) == len(set(pages))
    assert set("éèàçäöüßñøåœłžščřőığ") <= set(pages)


def test_a_sign_that_combines_is_shown_on_something() -> None:
    faces = [keyboards.face_of(one) for one in typed_by(ARABIC) if unicodedata.combining(one)]
    assert faces
    assert all(len(one) == 2 and not unicodedata.combining(one[0]) for one in faces)
    assert keyboards.face_of("\u0628") == "\u0628"


@pytest.mark.parametrize("code", [one.code for one in LANGUAGES])
def test_a_language_ends_with_latin_letters(code: str) -> None:
    """Names of both scripts are met everywhere, and a reference is always Latin."""
    every = keyboards.of(code)
    assert set("abcdefghijklmnopqrstuvwxyz") <= typed_by(every[-1])
    assert len(every) == (2 if code in ("ar", "hi") else 1)
    assert keyboards.layout(code, True) is every[-1]


# -- the widget ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [False, True])
@pytest.mark.parametrize("page", ["letters", *PAGES])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda one: one.name)
def test_every_key_is_ten_millimetres(layout: keyboards.Layout, page: Page, shift: bool) -> None:
    other = None if layout is QWERTY else QWERTY
    keys = board(layout=layout, other=other, page=page, shift=shift)
    for place, key in enumerate(keys):
        assert THEME.width_mm(key.rect.w) >= TEXT_KEY_MM[0], key.action
        assert THEME.height_mm(key.rect.h) >= TEXT_KEY_MM[1], key.action
        assert key.trace()["speech"], key.action
        assert not any(key.rect.meets(one.rect) for one in keys[place + 1 :])


def test_shift_makes_capitals_or_shows_the_second_row() -> None:
    def actions(**given: Any) -> set[str]:
        return {one.action for one in board(**given)}

    assert "char:Q" in actions(shift=True) and "char:q" in actions()
    assert "char:\u0623" in actions(layout=ARABIC, shift=True) - actions(layout=ARABIC)
    assert "char:\u00c9" in actions(page="accents", shift=True)


def test_pages_lead_to_each_other_and_back() -> None:
    def pages(page: Page) -> set[str]:
        return {one.action for one in board(page=page) if one.action.startswith("page:")}

    assert pages("letters") == {"page:symbols"}
    assert pages("symbols") == {"page:letters", "page:accents"}
    assert pages("accents") == {"page:letters", "page:more"}
    assert pages("more") == {"page:letters", "page:accents"}


def test_keys_are_not_mirrored_in_a_language_from_the_right() -> None:
    screen = screen_of(form("ar"))
    at = {one.action: one.rect.x for one in keys_of(screen)}
    first, last = ARABIC.rows[0][0], ARABIC.rows[0][-1]
    assert at[f"char:{first}"] < at[f"char:{last}"]
    assert at["shift"] < at["erase"] and at["page:symbols"] < at["done"]


def test_the_field_follows_the_direction_of_what_is_typed() -> None:
    def right(value: str, mirror: bool) -> bool:
        field = TextField(value, mirror=mirror).place(Rect(0, 0, 600, 84))
        field.arrange(TYPE)
        return field._right

    arabic = "\u0645\u062d\u0645\u062f"
    assert right(arabic, False) and right(arabic, True)
    assert not right("Okafor", False) and not right("Okafor", True)
    assert right("", True) and not right("", False)


def test_the_end_of_a_long_name_stays_in_sight() -> None:
    for part in ("\u0645\u062d\u0645\u062f ", "\u092a\u094d\u0930\u093f\u092f\u093e ", "Helena "):
        field = TextField(part * 12).place(Rect(0, 0, 600, 84))
        field.arrange(TYPE)
        assert 0 < len(field._shown) < len(part * 12)
        assert (part * 12).endswith(field._shown)
        assert TYPE.width(field._shown, BODY) <= 600 - THEME.dp(44)


# -- typing ----------------------------------------------------------------------------------------


def ids() -> tuple[str, str, str]:
    return "", "", ""


def played(code: str, *actions: str, session: Session | None = None) -> Session:
    """Each action has to be on a key of the keyboard that is on show when it comes."""
    now = session or Session(step="deposit_new", question="recipient")
    for action in actions:
        cased = keyboards.layout(code, now.other).cased
        view = form(
            code,
            shift=now.shift if cased else now.raised,
            symbols=now.symbols,
            letters=now.accents or ("other" if now.other else ""),
        )
        assert action in {one.action for one in keys_of(screen_of(view))}, action
        now = press(now, view, action, 0, ids).session
    return now


def test_an_arabic_name_and_a_latin_one_in_one_visit() -> None:
    arabic = played("ar", *(f"char:{one}" for one in "\u0639\u0644\u064a"))
    assert arabic.texts["recipient"] == "\u0639\u0644\u064a"
    both = played("ar", "char: ", "script", "char:A", "char:l", "char:i", session=arabic)
    assert both.texts["recipient"] == "\u0639\u0644\u064a Ali"
    again = played("ar", "script", "char:\u0628", session=both)
    assert not again.other and again.texts["recipient"].endswith("\u0628")


def test_a_hindi_name_with_signs_and_a_conjunct() -> None:
    name = "\u092a\u094d\u0930\u093f\u092f\u093e"
    assert played("hi", *(f"char:{one}" for one in name)).texts["recipient"] == name


def test_the_second_row_is_for_one_key() -> None:
    once = played("ar", "shift", "char:\u0623", "char:\u062d")
    assert once.texts["recipient"] == "\u0623\u062d" and not once.raised
    taken_back = played("ar", "shift", "shift", "char:\u0628")
    assert taken_back.texts["recipient"] == "\u0628"


def test_a_script_without_capitals_does_not_begin_with_its_second_row() -> None:
    """The session asks for a capital at first; only scripts that have them show one."""
    assert Session().shift
    assert played("hi", "char:\u0915").texts["recipient"] == "\u0915"
    assert played("de", "char:K", "char:a").texts["recipient"] == "Ka"


def test_accents_are_two_pages_behind_and_letters_come_back() -> None:
    done = played("en", "char:J", "page:symbols", "page:accents", "char:\u00f8", "page:more")
    assert done.accents == "more"
    back = played("en", "char:\u0142", "page:letters", "char:a", session=done)
    assert back.texts["recipient"] == "J\u00f8\u0142a"
    assert back.accents == "" and not back.symbols


def test_the_next_question_begins_with_letters() -> None:
    done = played("en", "char:J", "page:symbols", "page:accents", "done")
    assert (done.question, done.accents, done.symbols) == ("item", "", False)


def test_chinese_names_are_typed_in_pinyin() -> None:
    assert played("zh", *(f"char:{one}" for one in "Li")).texts["recipient"] == "Li"
