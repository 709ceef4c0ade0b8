"""Colours that can be read, type that has the size it says, metrics on both axes."""

from __future__ import annotations

import pytest

from ui.icons import ICONS, UnknownIcon, svg
from ui.theme import (
    DARK,
    LIGHT,
    PAIRS,
    PALETTES,
    PANEL_7_INCH,
    PANEL_10_INCH,
    PANEL_TALL,
    STYLES,
    Palette,
    Panel,
    Role,
    Theme,
    contrast,
    mix,
    roles,
)

PANELS = {"7": PANEL_7_INCH, "10": PANEL_10_INCH, "tall": PANEL_TALL}


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21.0)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
    assert contrast((9, 9, 9), (9, 9, 9)) == 1.0


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda p: p.name)
@pytest.mark.parametrize(("front", "back", "least"), PAIRS, ids=lambda v: str(v))
def test_every_pair_that_is_used_has_its_contrast(
    palette: Palette, front: Role, back: Role, least: float
) -> None:
    assert contrast(palette[front], palette[back]) >= least


def test_the_contrast_rule_would_catch_a_hairline_border() -> None:
    assert contrast(LIGHT.line, LIGHT.bg) < 3.0  # why controls use ``border`` and cards ``line``


def test_the_middle_of_two_colours() -> None:
    assert mix((0, 0, 0), (100, 200, 50), 0.5) == (50, 100, 25)
    assert mix((1, 2, 3), (9, 9, 9), 0.0) == (1, 2, 3)


def test_every_role_has_a_colour_in_every_palette() -> None:
    for palette in PALETTES.values():
        for role in roles():
            r, g, b = getattr(palette, role)
            assert min(r, g, b) >= 0 and max(r, g, b) <= 255
    assert LIGHT["bg"] == LIGHT.bg
    assert DARK.flat and not LIGHT.flat


def test_pixels_of_the_seven_inch_panel_are_not_square() -> None:
    panel = PANEL_7_INCH
    assert panel.px_per_mm_x == pytest.approx(5.19, abs=0.01)
    assert panel.px_per_mm_y == pytest.approx(5.59, abs=0.01)
    theme = Theme(panel)
    assert theme.mm_x(20) == 104
    assert theme.mm_y(20) == 112
    assert theme.width_mm(104) == pytest.approx(20.0, abs=0.1)


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS.keys())
def test_an_ordinary_button_is_at_least_fifteen_millimetres_high(panel: Panel) -> None:
    theme = Theme(panel)
    assert theme.height_mm(theme.target_h) >= 15.0


def test_type_has_the_capital_height_it_was_drawn_with() -> None:
    theme = Theme(PANEL_7_INCH)
    for style in STYLES.values():
        assert theme.height_mm(theme.cap_px(style)) == pytest.approx(style.cap_mm, abs=0.1)


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS.keys())
def test_large_type_is_at_least_five_millimetres(panel: Panel) -> None:
    theme = Theme(panel, large=True)
    for style in STYLES.values():
        assert theme.height_mm(theme.cap_px(style)) >= 4.9  # a rounded pixel is 0.09 mm
    smallest = min(Theme(panel).cap_px(style) for style in STYLES.values())
    assert Theme(panel).height_mm(smallest) < 4.8  # or the mode would have no reason


def test_bigger_panels_scale_the_drawing_and_never_lose_a_hairline() -> None:
    assert Theme(PANEL_10_INCH).dp(100) == 160
    tiny = Theme(Panel(320, 240, 60.0, 45.0))
    assert tiny.dp(1) == 1
    assert tiny.dp(0) == 0


def test_a_panel_that_stands_has_a_drawing_of_its_own() -> None:
    theme = Theme(PANEL_TALL)
    assert theme.tall and not Theme(PANEL_10_INCH).tall
    assert theme.dp(480) == 720 and theme.dp(853) <= 1280
    assert not Theme(Panel(500, 500, 100.0, 100.0)).tall


def test_dense_pixels_make_no_smaller_letters_and_buttons() -> None:
    dense = Theme(Panel(1600, 960, 154.08, 85.92))
    assert dense.height_mm(dense.cap_px(STYLES["caption"])) == pytest.approx(2.9, abs=0.1)
    packed = Theme(Panel(800, 480, 86.0, 86.0))
    assert packed.height_mm(packed.target_h) == pytest.approx(15.0, abs=0.1)


def test_on_a_small_panel_everything_shrinks_in_proportion() -> None:
    small, whole = Theme(Panel(720, 1280, 62.1, 110.4)), Theme(PANEL_TALL)
    assert small.small == pytest.approx(0.72, abs=0.01) and whole.small == 1.0
    assert small.cap_px(STYLES["caption"]) == whole.cap_px(STYLES["caption"])


def test_a_tight_theme_is_a_smaller_drawing_and_only_odd_panels_need_it() -> None:
    assert Theme(PANEL_10_INCH, tight=0.5).dp(100) == 80
    assert Theme(Panel(1280, 768, 217.0, 130.0)).odd
    assert not any(Theme(panel).odd for panel in PANELS.values())


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icons_use_only_what_the_rasteriser_knows(name: str) -> None:
    document = svg(name, 48, (1, 2, 255))
    assert 'width="48" height="48"' in document
    assert "#0102ff" in document
    assert "currentColor" not in document and "style=" not in document


def test_an_unknown_icon_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownIcon, match=r"use one of .*keypad"):
        svg("unicorn", 48, (0, 0, 0))
