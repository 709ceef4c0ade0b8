"""The kiosk looks as it did: sixty pictures compared pixel by pixel."""

from __future__ import annotations

import io

import pygame
import pytest
from pygame import Surface

from support.pictures import BYTES_MAX, ROOM, SHOTS, Shot, digest, painted, pixels, png, stored


def opened(file: bytes) -> Surface:
    return pygame.image.load(io.BytesIO(file), "picture.png")


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.file)
def test_a_picture_is_as_it_was(shot: Shot) -> None:
    """After a wanted change `python -m support.pictures` stores the new ones; look at them."""
    surface = painted(shot)
    assert digest(surface) == stored()[shot.file]
    kept, made = (ROOM / shot.file).read_bytes(), png(surface)
    assert pixels(opened(kept)) == pixels(opened(made))


def test_one_pixel_makes_a_difference() -> None:
    """The twin."""
    surface = painted(SHOTS[0])
    r, g, b, _ = surface.get_at((400, 240))
    surface.set_at((400, 240), (r, g, b ^ 1))
    assert digest(surface) != stored()[SHOTS[0].file]


def test_the_pictures_are_those_that_are_named_and_small() -> None:
    kept = sorted(ROOM.glob("*.png"))
    assert [path.name for path in kept] == sorted(shot.file for shot in SHOTS) == sorted(stored())
    assert len(kept) >= 60
    assert sum(path.stat().st_size for path in kept) < BYTES_MAX
