"""The figures in docs/drivers.md are the figures of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers import debounce, errors, lease, physics, scanner, source

PAGE = " ".join(
    (Path(__file__).parents[2] / "docs" / "drivers.md").read_text(encoding="utf-8").split()
)


@pytest.mark.parametrize(
    "text",
    [
        f"longest pulse | {lease.PULSE_MS_MAX} ms",
        f"between two coils | {lease.SUPPLY_GAP_MS} ms",
        f"OFF write, at once | {lease.OFF_TRIES} |",
        f"every {lease.STUCK_RETRY_MS} ms",
        f"{scanner.GAP_MS} ms of silence",
        f"more than {scanner.CHARS_MAX} characters",
        f"after {scanner.STALE_MS} ms",
        f"away for {scanner.REPEAT_MS // 1_000} s",
        f"on for {physics.WITHDRAW_MS[0]} to {physics.WITHDRAW_MS[1]} ms",
        f"{physics.SPRING_MS[0]} to {physics.SPRING_MS[1]} ms later",
    ],
)
def test_a_figure_is_that_of_the_code(text: str) -> None:
    assert text in PAGE


def test_figures_in_words_are_those_of_the_code() -> None:
    assert (debounce.CHANGES_MAX, debounce.UNSETTLED_MS, debounce.CALM_MS) == (6, 2_000, 10_000)
    assert "More than six changes in a minute, or two seconds of chatter" in PAGE
    assert "ten steady seconds later" in PAGE
    assert scanner.SCANS_PER_S_MAX == 5 and "More than five scans in a second" in PAGE
    assert source.BACKOFF_MS == (1_000, 30_000) and "1, 2, 4 ... 30 seconds" in PAGE


def test_every_refusal_is_named() -> None:
    for refusal in errors.PulseRefused.__subclasses__():
        assert f"`{refusal.__name__}`" in PAGE
