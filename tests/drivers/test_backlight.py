"""A panel's backlight, as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.backlight import LEFT_PERCENT, Backlight, BacklightError
from ui.lamp import DIM_PERCENT


@pytest.fixture
def light(tmp_path: Path) -> Path:
    (tmp_path / "max_brightness").write_text("31\n")
    (tmp_path / "brightness").write_text("25\n")
    return tmp_path


def now(light: Path) -> int:
    return int((light / "brightness").read_text())


def test_it_is_dimmed_from_what_it_was_and_brought_back(light: Path) -> None:
    one = Backlight(light, pytest.fail)
    one.set(20)
    assert now(light) == 5
    one.set(100)
    assert now(light) == 25
    one.set(20)
    one.close()
    assert now(light) == 25


@pytest.mark.parametrize("percent", [0, 1, 3])
def test_it_is_never_off(light: Path, percent: int) -> None:
    Backlight(light, pytest.fail).set(percent)
    assert now(light) == 1


def test_a_light_that_was_off_is_meant_to_be_full(light: Path) -> None:
    (light / "brightness").write_text("0\n")
    Backlight(light, pytest.fail).set(100)
    assert now(light) == 31


@pytest.mark.parametrize("most", [3, 4, 5, 31, 255, 4095])
def test_what_a_killed_daemon_left_dim_is_not_what_it_is_meant_to_be(
    light: Path, most: int
) -> None:
    """Else each such end would leave a panel at a fifth of the fifth before."""
    assert LEFT_PERCENT == DIM_PERCENT
    for name in ("max_brightness", "brightness"):
        (light / name).write_text(f"{most}\n")
    for _ in range(3):
        Backlight(light, pytest.fail).set(DIM_PERCENT)  # and no `close`
    Backlight(light, pytest.fail).set(100)
    assert now(light) == most


def test_twin_a_panel_that_is_meant_to_be_darker_stays_so(light: Path) -> None:
    (light / "brightness").write_text("7\n")
    Backlight(light, pytest.fail).set(100)
    assert now(light) == 7


@pytest.mark.parametrize("broken", ["max_brightness", "brightness"])
def test_what_is_no_light_is_named(light: Path, broken: str) -> None:
    (light / broken).write_text("bright\n")
    with pytest.raises(BacklightError, match=r"\[screen\] backlight"):
        Backlight(light, pytest.fail)
    with pytest.raises(BacklightError):
        Backlight(light / "none", pytest.fail)


def test_a_light_that_cannot_be_set_is_said_once_and_stops_nothing(light: Path) -> None:
    said: list[str] = []
    one = Backlight(light, said.append)
    (light / "brightness").unlink()
    (light / "brightness").mkdir()
    assert not one.set(20)
    assert not one.set(100)
    one.close()
    assert len(said) == 1 and "docs/drivers.md" in said[0]
