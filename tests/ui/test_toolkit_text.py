"""Measuring, breaking and keeping text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import text as module
from ui.lang.glyphs import FONTS
from ui.text import ELLIPSIS, LONGEST, Typesetter, font_file
from ui.theme import BODY, CAPTION, DISPLAY, FIGURES, KEY, STYLES, Style, Theme

SETTER = Typesetter(Theme())
words = st.text(st.sampled_from("abcdefgiW é"), max_size=60)


def test_every_style_has_its_font_files_and_the_licence_beside_them() -> None:
    for style in STYLES.values():
        for cap_px in (8, 20, 60, 120):
            assert (FONTS / f"{font_file(style.font, cap_px)[0]}.otf").is_file()
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()
    sizes = [file.stat().st_size for file in FONTS.iterdir()]
    assert max(sizes) < 800_000  # the characters of Chinese names
    assert sum(sizes) < 1_900_000


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
def test_a_capital_is_as_high_as_asked_and_where_it_was_said(style: Style) -> None:
    face = SETTER.face(style)
    digit = SETTER.render("1", style, (0, 0, 0))  # figures are as high as capitals
    ink = digit.get_bounding_rect(min_alpha=96)
    assert abs(ink.height - SETTER.theme.cap_px(style)) <= 2
    assert abs(ink.top - face.cap_top_px) <= 2


def test_large_type_uses_the_display_cut() -> None:
    assert font_file("Inter-SemiBold", 12)[0] == "Inter-SemiBold"
    assert font_file("Inter-SemiBold", 40)[0] == "InterDisplay-SemiBold"
    assert font_file("Inter-Medium", 40)[0] == "Inter-Medium"


def test_figures_do_not_jitter() -> None:
    assert len({SETTER.width(f"0:{d}{d}", FIGURES) for d in "0123456789"}) == 1
    assert len({SETTER.width(f"0:{d}{d}", KEY) for d in "0123456789"}) > 1  # why they have a font


@given(words, st.integers(10, 400))
def test_wrapped_lines_fit_and_keep_every_letter(text: str, width: int) -> None:
    lines = SETTER.wrap(text, BODY, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert SETTER.width(line, BODY) <= width or len(line) == 1


def test_newlines_stay_and_words_are_not_broken_while_they_fit() -> None:
    assert SETTER.wrap("Collect\nyour item", BODY, 500) == ["Collect", "your item"]
    assert SETTER.wrap("", BODY, 100) == [""]
    narrow = SETTER.wrap("wide wide", BODY, SETTER.width("wide", BODY))
    assert narrow == ["wide", "wide"]


@given(words, st.integers(0, 300))
def test_an_ellipsis_marks_exactly_what_was_cut(text: str, width: int) -> None:
    cut = SETTER.ellipsis(text, BODY, width)
    if cut != text:
        assert cut.endswith(ELLIPSIS)
        assert text.startswith(cut[:-1])
        assert SETTER.width(cut, BODY) <= max(width, SETTER.width(ELLIPSIS, BODY))
    else:
        assert SETTER.width(text, BODY) <= width


@given(words, st.integers(0, 300))
def test_the_tail_is_the_longest_end_that_fits(text: str, width: int) -> None:
    tail = SETTER.tail(text, BODY, width)
    assert text.endswith(tail)
    font = SETTER.face(BODY).font
    assert not tail or font.size(tail)[0] <= width


def test_fitting_shrinks_to_four_fifths_and_then_says_that_text_was_lost() -> None:
    full = SETTER.width("Scan QR code", BODY)
    assert not SETTER.fit("Scan QR code", BODY, full).clipped
    smaller = SETTER.fit("Scan QR code", BODY, round(full * 0.86))
    assert not smaller.clipped
    assert smaller.cap_px < SETTER.theme.cap_px(BODY)
    lost = SETTER.fit("Scan QR code", BODY, full // 2)
    assert lost.clipped
    assert lost.lines[0].endswith(ELLIPSIS)
    assert not SETTER.fit("Scan QR code", BODY, full // 2 + 20, lines=2).clipped
    assert SETTER.fit("Donaudampfschiff", BODY, 60, lines=9).clipped  # a word was broken


def test_text_is_cut_before_it_is_measured() -> None:
    assert SETTER.width("i" * 10_000, BODY) == SETTER.width("i" * LONGEST, BODY)
    assert SETTER.fit("i" * 10_000, CAPTION, 200, 3).clipped


def test_the_cache_is_bounded_and_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHE_BYTES", 60_000)
    monkeypatch.setattr(module, "MEASURES", 10)
    setter = Typesetter(Theme())
    for i in range(50):
        setter.render(f"number {i}", BODY, (0, 0, 0))
        setter.width(f"number {i}", BODY)
    assert 0 < setter.cached_bytes <= 60_000
    assert len(setter._widths) <= 10
    setter.forget()
    assert setter.cached_bytes == 0
    assert not setter._widths


def test_secrets_leave_no_copy() -> None:
    setter = Typesetter(Theme())
    setter.render("483", KEY, (0, 0, 0), keep=False)
    setter.tail("J. Okafor", BODY, 30)
    assert setter.cached_bytes == 0
    assert not setter._widths
    setter.render("483", KEY, (0, 0, 0))
    assert setter.cached_bytes > 0  # or the test above would prove nothing


def test_what_the_fonts_cannot_show_is_named() -> None:
    assert SETTER.missing("Žižek · naïve - “ok” → €".replace("-", "\N{EN DASH}"), BODY) == ""
    assert SETTER.missing("a漢b", DISPLAY) == "漢"
