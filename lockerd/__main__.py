"""`python -m lockerd` is `lockerd`."""

from __future__ import annotations

import sys

from lockerd.cli import daemon_main

if __name__ == "__main__":
    sys.exit(daemon_main())
