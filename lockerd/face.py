"""The face of the last start, for the first picture of the next.

Theory of operation.  A config that has not changed since the last start is nothing to wait for in
front of a dark panel.  So a start that succeeded keeps its `Face` in the state directory, together
with what identifies the config file (device, inode, size, times) and the version of this program.
The next start paints from it, reads its config behind the picture, and opens the screen anew should
the two differ: the picture is early, and never wrong for longer than that.

    lockerd face 1
    0.1.0
    65024 1311 4021 1795000000000000000 1795000000000000000
    800 480 154.08 85.92 window
    light normal en
    Riverside Legal

Rules.  Whatever is not exactly such a file counts for nothing, and the config is waited for.  It is
written when its words change and not otherwise, and not forced to the card: a file that a power cut
leaves half written is not such a file.  Nothing in it is secret, and nothing but a picture depends
on it.
"""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISREG
from typing import Final

from lockerd import __version__
from ui.face import Face

NAME: Final = "face"
HEAD: Final = "lockerd face 1"
MAX_BYTES: Final = 1_024
MAX_NAME: Final = 40
LINES: Final = 7
"""The last one is empty."""

PX: Final = range(240, 3_841)
MM: Final = (30.0, 1_000.0)
THEMES: Final = ("light", "dark", "high-contrast")
TEXT_SIZES: Final = ("normal", "large")
WHOLE: Final = ("window", "fullscreen")


class FaceError(Exception):
    """It cannot be kept; the text ends with the remedy."""


class LastFace:
    """`known`: the face of the last start with this very config file, None if there was none."""

    def __init__(self, state_dir: Path, config_file: Path) -> None:
        self._file = state_dir / NAME
        self._config = config_file
        self._identity = _identity(config_file)
        self._text = _text_in(self._file)
        self.known = None if self._identity is None else _parsed(self._text, self._identity)

    def keep(self, face: Face) -> None:
        """For the next start, unless the config file is another one by now.  Raises FaceError."""
        if self._identity is None or _identity(self._config) != self._identity:
            return
        text = _written(face, self._identity)
        if text == self._text or _parsed(text, self._identity) != face:
            return
        part = self._file.with_name(f"{NAME}.part")
        try:
            part.write_text(text, encoding="utf-8")
            os.replace(part, self._file)
        except OSError as error:
            raise FaceError(
                f"{self._file} cannot be written ({error.strerror}), so the next start shows its "
                "first picture a little later; look at the disk"
            ) from None
        self._text = text


def _identity(file: Path) -> str | None:
    """What tells this config file from another and from itself after a change."""
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return None
    numbers = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return " ".join(map(str, numbers))


def _text_in(file: Path) -> str:
    """What is in it; nothing where it cannot be read."""
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        if not S_ISREG(os.fstat(opened).st_mode):
            return ""
        return os.read(opened, MAX_BYTES + 1).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    finally:
        os.close(opened)


def _written(face: Face, identity: str) -> str:
    screen = f"{face.width_px} {face.height_px} {face.width_mm!r} {face.height_mm!r}"
    look = f"{face.theme} {face.text_size} {face.language}"
    lines = (HEAD, __version__, identity, f"{screen} {WHOLE[face.fullscreen]}", look, face.name)
    return "\n".join((*lines, ""))


def _parsed(text: str, identity: str) -> Face | None:
    """The face in a text that this version wrote for this config; None for any other."""
    lines = text.split("\n")
    if len(text) > MAX_BYTES or len(lines) != LINES:
        return None
    try:
        face = _face(lines[3].split(" "), lines[4].split(" "), lines[5])
    except ValueError:
        return None
    if not _possible(face) or _written(face, identity) != text:
        return None
    return face


def _face(screen: list[str], look: list[str], name: str) -> Face:
    """Raises ValueError."""
    width_px, height_px, width_mm, height_mm, whole = screen
    theme, text_size, language = look
    pixels = int(width_px), int(height_px)
    lengths = float(width_mm), float(height_mm)
    return Face(name, language, theme, text_size, *pixels, *lengths, whole == WHOLE[True])


def _possible(face: Face) -> bool:
    """Whether a config could say that."""
    from ui.lang import LANGUAGES

    return (
        0 < len(face.name) <= MAX_NAME
        and face.theme in THEMES
        and face.text_size in TEXT_SIZES
        and face.language in [one.code for one in LANGUAGES]
        and all(one in PX for one in face.size)
        and all(MM[0] <= one <= MM[1] for one in (face.width_mm, face.height_mm))
    )
