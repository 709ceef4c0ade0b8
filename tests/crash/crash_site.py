"""The cabinet of the crash tests: three doors, one profile for each rule about interruptions."""

from __future__ import annotations

from lockerd.core.site import Column, Compartment, Contact, Profile, Site, Strike, Timing

DOOR = "A1"
"""The compartment that every handover of these tests gets: the only small one."""

COOLDOWN_MS = 5_000
CONFIRM_MS = 1_500
REST_MS = 5_700
"""Longer than a strike rests: pulse, cool-down and the driver's 100 ms."""

RETRY, ASK = "retry", "ask"
"""Profiles: what an interrupted release becomes is tried again, or waits for an operator."""

SITE = Site(
    name="Crash",
    fleet="lockerd.example",
    device="crash-1",
    help_phone="112",
    time_zone="UTC",
    driver="sim",
    compartments=tuple(
        Compartment(
            unit=f"A{place + 1}",
            size=size,
            column=0,
            top=place,
            height=1,
            strike=Strike(pin=2 * place, cooldown_ms=COOLDOWN_MS),
            contact=Contact(pin=2 * place + 1),
        )
        for place, size in enumerate("SML")
    ),
    columns=(Column(),),
    profiles=(
        Profile(RETRY, show_code=True),
        Profile(ASK, interrupted="ask-operator"),
    ),
    timing=Timing(confirm_window_ms=CONFIRM_MS),
    digest="c0ffee",
)
