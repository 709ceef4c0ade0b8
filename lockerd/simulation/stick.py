"""A simulated stick: a directory that can be put in, pulled out, filled up and protected.

Theory of operation.  `stick` in the state directory is the stick: while it is there, it is in.
Whoever runs a simulation puts one in by making that directory.  Stories do the rest: `room` is how
many bytes it takes, `read_only` a switch, and `pull_after` how many files are synced before a hand
pulls it out.

Rules.  It fails as a medium fails: by an error of the system, when something is synced.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

NAME = "stick"


class Stick:
    """Implements `porter.Medium`."""

    def __init__(self, state_dir: Path) -> None:
        self.directory = state_dir / NAME
        self.room: int | None = None
        self.read_only = False
        self.pull_after: int | None = None

    def mounted(self) -> bool:
        """Whether it is in."""
        return self.directory.is_dir()

    def put_in(self) -> None:
        """An empty stick, which takes everything."""
        self.room, self.read_only, self.pull_after = None, False, None
        self.directory.mkdir(exist_ok=True)

    def pull(self) -> None:
        """Pull it out; what was on it is gone with it."""
        if self.mounted():
            shutil.rmtree(self.directory)

    def sync(self, fd: int) -> None:
        """What the medium says to what was written."""
        if self.read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        if self.pull_after == 0:
            self.pull()
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if self.pull_after is not None:
            self.pull_after -= 1
        if self.room is not None and self._used() > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _used(self) -> int:
        return sum(one.stat().st_size for one in self.directory.rglob("*") if one.is_file())
