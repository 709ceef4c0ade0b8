"""Files that commands write and read, with errors that say what to do."""

from __future__ import annotations

import os
from pathlib import Path

from lockerd.cli.tool import Stopped

READ_MAX = 2 << 20


def reserve(path: str, mode: int = 0o600) -> int:
    """A new private file, opened for writing; refused if it is there.  Raises Stopped."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except FileExistsError:
        raise Stopped(f"{path} is there already; give another name") from None
    except OSError as error:
        raise Stopped(f"{path} cannot be made ({error.strerror}); give another place") from None


def keep(path: str, data: bytes) -> bool:
    """Make a new private file; False if the same stands there already.  Raises Stopped."""
    try:
        fd = reserve(path)
    except Stopped:
        if not os.path.isfile(path) or os.path.islink(path):
            raise
        if _is(path, data):
            return False
        raise Stopped(f"{path} is there and is something else; give another directory") from None
    try:
        fill(fd, path, data)
    except Stopped:
        os.unlink(path)
        raise
    return True


def _is(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(data) + 1) == data
    except OSError as error:
        raise Stopped(f"{path} cannot be read ({error.strerror}); give another place") from None


def release(fd: int, path: str) -> None:
    """Give a reserved file up."""
    os.close(fd)
    os.unlink(path)


def fill(fd: int, path: str, data: bytes) -> None:
    """Write a reserved file and close it.  Raises Stopped."""
    try:
        with open(fd, "wb") as file:
            file.write(data)
    except OSError as error:
        raise Stopped(f"{path} cannot be written ({error.strerror}); make room there") from None


def write(path: str, data: bytes) -> None:
    """Write a private file, a new one or over an old one.  Raises Stopped."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Stopped(f"{path} cannot be written ({error.strerror}); give another place") from None
    fill(fd, path, data)


def read_text(path: str, what: str) -> str:
    """A small text file.  Raises Stopped."""
    try:
        with open(path, "rb") as file:
            data = file.read(READ_MAX + 1)
        if len(data) > READ_MAX:
            raise Stopped(f"{what} {path} is too long; give the right file")
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Stopped(f"{what} {path} is not text; give the right file") from None
    except OSError as error:
        raise Stopped(f"{what} {path} cannot be read ({error.strerror}); give another") from None


def vkey_beside(state: str) -> str | None:
    """The verifier key in a directory or beside a file, None if there is none."""
    place = Path(state)
    file = (place if place.is_dir() else place.parent) / "vkey"
    return read_text(str(file), "the verifier key").strip() if file.exists() else None
