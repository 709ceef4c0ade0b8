"""The two commands: `lockerd`, the daemon, and `lockerctl`, which speaks to it.

Theory of operation.  Each entry point imports what its command needs and nothing else, since both
are started on a slow board: `lockerctl status` loads no part of the daemon, and `lockerd` loads
nothing but its options before the daemon's own modules.

Rules.  Exit codes: 0 done, 1 the answer is no, 2 usage, 3 the daemon cannot be reached.  Errors
are one line on stderr that ends with the remedy.
"""

from __future__ import annotations

from collections.abc import Sequence


def daemon_main(argv: Sequence[str] | None = None) -> int:
    """`lockerd`: run a cabinet, or simulate one."""
    import gc

    from lockerd.cli.daemon import main

    # What a start makes stays: looking through it for garbage again and again costs a fifth of
    # the time until it is ready.  `Appliance.run` puts it aside and collects from there on.
    gc.disable()
    try:
        return main(argv)
    finally:
        gc.enable()


def control_main(argv: Sequence[str] | None = None) -> int:
    """`lockerctl`: read, act and verify."""
    from lockerd.cli.control import main

    return main(argv)
