"""Opening the lines of a Raspberry Pi through lgpio, and refusing when that cannot be safe.

Theory of operation.  Importing lgpio makes a named pipe in the working directory, or in `LG_WD`,
which it then makes the working directory.  When that fails, gpiozero silently takes another
factory with other behaviour.  So the directory is checked first, the working directory is put back
afterwards, the chip is found by its label and not by its number (which differs between kernels),
and the factory is ours by name: it is this one or an error.

Rules.  Nothing here falls back.  Every error says what to change.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from drivers.errors import DriverUnavailable

CHIP_LABELS = ("pinctrl-rp1", "pinctrl-bcm")
"""How the labels of a Raspberry Pi's own lines begin; expanders have others."""


def open_factory(dev: Path = Path("/dev")) -> Any:
    """The pin factory of this board; raises DriverUnavailable."""
    lgpio = import_lgpio()
    chip = find_chip(lgpio, chip_numbers(dev))
    from drivers.lgpio_pins import SafeFactory

    try:
        factory = SafeFactory(chip)
        factory.board_info  # noqa: B018  # reads the board's revision now, not at the first pin
    except Exception as error:  # lgpio.error, OSError, gpiozero's own: each is the same to us
        raise DriverUnavailable(
            f"the lines of this board cannot be used ({type(error).__name__}: {error}); run on a "
            f'Raspberry Pi, or use driver = "sim" with `lockerd simulate`'
        ) from error
    return factory


def import_lgpio() -> Any:
    """Import lgpio without moving the process or falling back; raises DriverUnavailable."""
    pipe_dir = os.environ.get("LG_WD") or "."
    try:
        before = os.getcwd()
        writable = os.path.isdir(pipe_dir) and os.access(pipe_dir, os.W_OK)
    except FileNotFoundError:  # the working directory was removed
        writable = False
    if not writable:
        raise DriverUnavailable(
            "lgpio cannot make its pipe in the working directory; start lockerd with "
            "RuntimeDirectory=lockerd and WorkingDirectory=%t/lockerd, or name a writable "
            "directory in LG_WD"
        )
    try:
        import lgpio
    except ImportError as error:
        raise DriverUnavailable(
            "lgpio is not installed; install lockerd[device], or python3-lgpio"
        ) from error
    except OSError as error:
        raise DriverUnavailable(
            f"lgpio cannot make its pipe ({type(error).__name__}); name a writable directory "
            f"in LG_WD"
        ) from error
    finally:
        os.chdir(before)
    return lgpio


def chip_numbers(dev: Path) -> list[int]:
    """The numbers of the gpiochip files in `dev`, in order."""
    tails = (path.name.removeprefix("gpiochip") for path in dev.glob("gpiochip*"))
    return sorted(int(tail) for tail in tails if tail.isdigit())


def find_chip(lgpio: Any, numbers: Iterable[int]) -> int:
    """The number of the chip whose label is the board's own; raises DriverUnavailable."""
    seen = []
    for number in numbers:
        try:
            handle = lgpio.gpiochip_open(number)
        except lgpio.error:
            seen.append(f"gpiochip{number} (not readable)")
            continue
        try:
            label = str(lgpio.gpio_get_chip_info(handle)[3])
        finally:
            lgpio.gpiochip_close(handle)
        if label.startswith(CHIP_LABELS):
            return number
        seen.append(f"gpiochip{number} ({label})")
    raise DriverUnavailable(
        f"no lines of a Raspberry Pi among {', '.join(seen) or 'no gpiochip at all'}; run on a "
        f"Raspberry Pi as a member of the group gpio"
    )


def outputs_persist(modules: Path = Path("/sys/module")) -> bool | None:
    """Whether the kernel keeps outputs driven after the process is gone; None when it is not said.

    True means that a killed daemon can leave a coil on: set `dtparam=strict_gpiod` in config.txt.
    """
    for path in sorted(modules.glob("pinctrl_*/parameters/persist_gpio_outputs")):
        return path.read_text(encoding="ascii").strip() in ("Y", "y", "1")
    return None
