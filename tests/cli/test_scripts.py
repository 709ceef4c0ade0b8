"""What a person runs from a checkout says how it is used, and does nothing else then."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ("audit", "bench", "catalogue", "docs", "gallery", "pictures")


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_says_how_it_is_used(name: str, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COV_", "COVERAGE"))}
    done = subprocess.run(
        [str(ROOT / "scripts" / name), "--help"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 2), done
    assert f"usage: scripts/{name}" in done.stdout + done.stderr
    assert not list(tmp_path.iterdir()), "a word that begins with a dash is no directory"
