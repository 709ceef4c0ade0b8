"""Wrong codes: whoever can cut the power gains no guess by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from crash_judge import custody, read
from crash_rig import Hall, Life, Zygote
from crash_scenes import Plan, Run, cut_short, fresh, guess, right_pin, shut, wrong_pin
from crash_site import DOOR, REST_MS
from crash_sweep import Sweep

from lockerd.core.state import WRONG_PINS_MAX

Plans = tuple[Plan, Plan, Plan]


@pytest.mark.slow
def test_attempts_cut_at_every_call(zygote: Zygote, plans: Plans, tmp_path: Path) -> None:
    """Five wrong PINs, the fold that forgets the verifier, and the QR code that still works."""
    sweep = Sweep(zygote, plans[2], guess, tmp_path / "room")
    _, calls = sweep.whole()
    assert any(one.path.endswith("journal.db") for one in calls), "the journal was not folded"
    assert sweep.at_every_call() >= 140


@pytest.mark.slow
def test_attempts_cut_around_every_act(zygote: Zygote, plans: Plans, tmp_path: Path) -> None:
    sweep = Sweep(zygote, plans[2], guess, tmp_path / "room")
    assert sweep.around_every_act() >= 2 * 20


def test_power_cut_after_every_answer_gains_no_guess(
    zygote: Zygote, plans: Plans, tmp_path: Path
) -> None:
    """Somebody cuts the power each time `refused` is shown, and starts again: five and no more."""
    plan = plans[2]
    state = fresh(plan, tmp_path / "state")
    answered = 0
    for boot in range(8):
        # Acts of such a life: start, code, checking, refused.
        run = Run(
            zygote,
            plan,
            state,
            Hall(),
            f"000010{boot:02x}",
            plan.wall_ms + boot * 60_000,
            {"knife": [4, "after"]},
        )
        life = cut_short(run, _one_attempt, None, None)
        assert life.code == -9 and life.screens[-1] == "refused unproven"
        answered += run.answered
    lines = read(fresh(replace(plan, state=state), tmp_path / "looked at"))
    assert sum(one.type == "code.refused" for one in lines) == answered == 8
    # From the sixth on the selector is nobody's: its row is deleted.
    assert custody(lines).wrong == WRONG_PINS_MAX
    assert sum(one.type == "credential.locked" for one in lines) == 1
    run = Run(zygote, plan, state, Hall(), "00001100", plan.wall_ms + 3_600_000)
    with run.life() as life:
        life.start()
        life.ask("pass", str(REST_MS))
        right_pin(run, life)
        assert life.screens[-1] == "refused unproven", "the PIN outlived its wrong attempts"
        assert run.hall.pulses[DOOR] == 0
        life.ask("press", "home")
        life.ask("scan", plan.qr)
        assert run.hall.pulses[DOOR] == 1, "the QR code died with the PIN"
        shut(run, life)
        assert life.screens[-1] == "receipt"
        life.stop()


def _one_attempt(run: Run, life: Life) -> None:
    life.start()
    wrong_pin(run, life)
