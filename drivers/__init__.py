"""Devices: doors, strikes, scanner, keypad and printer, chosen by name and imported when chosen.

Rules.  A laptop without gpiozero, pyserial or evdev can import this package; only the driver that
the config names is imported.  Drivers know `lockerd.ports` and `lockerd.core` and nothing above.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.physics import Physics
    from drivers.reader import InputReader
    from drivers.source import Source
    from drivers.voice import EspeakSpeaker
    from lockerd.core.site import Site
    from lockerd.ports import Cabinet, Post, Printer

POLL_MS = 1_000
"""How often a device reads every contact, in case an edge was lost; its one idle wake-up."""


def open_cabinet(
    site: Site, *, up_ms: Callable[[], int], physics: Physics | None = None
) -> Cabinet:
    """The cabinet that `site.driver` names, not started yet.

    `up_ms`: CLOCK_BOOTTIME in ms.  `physics`: the simulated world, for driver `sim` alone.  Raises
    DriverUnavailable when this machine lacks what the driver needs.
    """
    if site.driver == "sim":
        from drivers.errors import DriverUnavailable

        if physics is None:
            raise DriverUnavailable(
                "the cabinet in this config is simulated; use `lockerd simulate`, "
                'or set driver = "gpio"'
            )
        from drivers.simulated import SimulatedCabinet

        return SimulatedCabinet(physics)

    from drivers.deadlines import Deadlines
    from drivers.gpio import GpioCabinet
    from drivers.lgpio_safe import open_factory

    keeper = Deadlines(up_ms)
    return GpioCabinet(
        site, open_factory(), timers=keeper, up_ms=up_ms, keeper=keeper, poll_ms=POLL_MS
    )


def open_printer(site: Site) -> Printer | None:
    """The slip printer in the config; None when it names none.

    A device or a library that is missing is the fault of each slip; nothing else stops.
    """
    if site.printer.kind == "none":
        return None
    from drivers.printer import EscposPrinter

    paper = site.printer
    return EscposPrinter(paper.device, site.name, site.time_zone, paper.columns)


def make_safe(site: Site) -> list[str]:
    """Drive every strike off while no cabinet runs; the doors whose strike could not be reached.

    Raises DriverUnavailable when this machine lacks what the driver needs.
    """
    if site.driver == "sim":
        return []
    from drivers.gpio import drive_all_off
    from drivers.lgpio_safe import open_factory

    return drive_all_off(site, open_factory())


def open_voice(site: Site, post: Post) -> EspeakSpeaker | None:
    """The voice in the config, not started yet; None when it names none.

    A program or a sound card that is missing is reported by the voice as `PartChanged`.
    """
    if site.speech.kind == "none":
        return None
    from drivers.voice import EspeakSpeaker

    return EspeakSpeaker(post)


def open_reader(
    site: Site,
    *,
    post: Post,
    on_key: Callable[[str, int], None],
    up_ms: Callable[[], int],
    on_jack: Callable[[bool], None] = lambda present: None,
) -> InputReader | None:
    """The reader of scanner, keypad, touch panel and headphone jack in the config; None without.

    It is not started.  A device or a library that is missing is reported by the reader as
    `PartChanged`, and by its source's `problem`; nothing else stops.
    """
    sources: list[Source] = []
    if site.scanner.kind == "serial":
        from drivers.scanner import SerialScanner

        sources.append(SerialScanner(site.scanner.port, site.scanner.baud))
    if site.keypad.kind == "evdev":
        from drivers.keypad import EvdevKeypad

        sources.append(EvdevKeypad(site.keypad.device, site.keypad.speech_key))
    if site.screen.touch:
        from drivers.touch import TouchWatch

        sources.append(TouchWatch(site.screen.touch))
    if site.speech.headphones:
        from drivers.headphones import HeadphoneJack

        sources.append(HeadphoneJack(site.speech.headphones, on_jack))
    if not sources:
        return None
    from drivers.reader import InputReader

    return InputReader(sources, post=post, on_key=on_key, up_ms=up_ms)
