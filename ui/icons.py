"""Line icons, drawn for this product on a 24 x 24 grid, as SVG path data.

Rules
    * Strokes of 1.8 units, round ends and joins, no fill; a path that starts with ``F`` is filled.
    * No ``currentColor`` and no CSS: the rasteriser (nanosvg) knows neither, so ``svg`` writes the
      colour and the size in pixels into the document.
    * An icon never stands alone: the widget beside it has text.
"""

from __future__ import annotations

from typing import Final

STROKE: Final = 1.8


def _dot(x: float, y: float, r: float = 1.25) -> str:
    return f"FM{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"


def _circle(x: float, y: float, r: float) -> str:
    return f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"


def _box(x: float, y: float, w: float, h: float, r: float) -> str:
    return (
        f"M{x + r} {y}h{w - 2 * r}a{r} {r} 0 0 1 {r} {r}v{h - 2 * r}a{r} {r} 0 0 1 {-r} {r}"
        f"h{2 * r - w}a{r} {r} 0 0 1 {-r} {-r}v{2 * r - h}a{r} {r} 0 0 1 {r} {-r}z"
    )


_SHIELD: Final = "M12 2.8l7.6 2.8v5.9c0 4.6-3.1 8.2-7.6 9.8c-4.5-1.6-7.6-5.2-7.6-9.8V5.6z"
_RING: Final = _circle(12, 12, 9.1)

ICONS: Final[dict[str, tuple[str, ...]]] = {
    "lock": (_box(4.6, 10.4, 14.8, 10.4, 2.8), "M7.9 10.2V7.5a4.1 4.1 0 0 1 8.2 0v2.7",
             "M12 14.6v2"),
    "unlock": (_box(4.6, 10.4, 14.8, 10.4, 2.8), "M7.9 10.2V6.9a4.1 4.1 0 0 1 7.9-1.5",
               "M12 14.6v2"),
    "qr": (_box(3.2, 3.2, 7, 7, 1.5), _box(13.8, 3.2, 7, 7, 1.5), _box(3.2, 13.8, 7, 7, 1.5),
           "M13.8 13.9h3.2v3", "M20.8 17v3.8h-3.6", "M13.8 20.6v-2.2",
           _dot(20.6, 13.9, 1.0)),
    "keypad": (*(_dot(x, y, 1.55) for y in (4.2, 9.6, 15.0) for x in (5.6, 12.0, 18.4)),
               _dot(12, 20.4, 1.55)),
    "globe": (_RING, "M3 12h18", "M12 2.9c-5.1 5.4-5.1 12.8 0 18.2c5.1-5.4 5.1-12.8 0-18.2z"),
    "accessibility": (_RING, _dot(12, 7.0, 1.35), "M7.2 10.2c3.1 1 6.5 1 9.6 0",
                      "M12 10.9v3.2l-2.6 4.1", "M12 14.1l2.6 4.1"),
    "help": (_RING, "M9.5 9.5a2.55 2.55 0 1 1 3.9 2.2c-.9.55-1.4 1-1.4 2", _dot(12, 16.7, 1.15)),
    "box": ("M12 2.9l7.8 4.4v9.4L12 21.1l-7.8-4.4V7.3z", "M4.5 7.5l7.5 4.3l7.5-4.3",
            "M12 11.9v8.9"),
    "arrow-left": ("M19.4 12H4.8", "M10.6 5.9L4.5 12l6.1 6.1"),
    "arrow-right": ("M4.6 12h14.6", "M13.4 5.9l6.1 6.1l-6.1 6.1"),
    "chevron-left": ("M14.8 5.4L8.2 12l6.6 6.6",),
    "chevron-right": ("M9.2 5.4l6.6 6.6l-6.6 6.6",),
    "chevron-up": ("M5.4 14.8L12 8.2l6.6 6.6",),
    "chevron-down": ("M5.4 9.2l6.6 6.6l6.6-6.6",),
    "backspace": ("M8.9 5.3h9.6a2.6 2.6 0 0 1 2.6 2.6v8.2a2.6 2.6 0 0 1-2.6 2.6H8.9L2.9 12z",
                  "M12 9.4l5.1 5.2", "M17.1 9.4L12 14.6"),
    "shift": ("M12 3.6l7.9 8.2h-4.3v7.4H8.4v-7.4H4.1z",),
    "space": ("M4 10.4v4.2h16v-4.2",),
    "check": ("M4.8 12.7l4.8 4.7L19.4 7",),
    "cross": ("M6 6l12 12", "M18 6L6 18"),
    "warning": ("M10.3 4.2L2.9 17.1a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0z",
                "M12 9.4v4.2", _dot(12, 16.8, 1.15)),
    "info": (_RING, "M12 11.2v5.4", _dot(12, 7.7, 1.15)),
    "shield": (_SHIELD, "M8.5 11.9l2.5 2.5l4.6-4.8"),
    "clock": (_RING, "M12 6.8V12l3.5 2.2"),
    "calendar": (_box(3.6, 4.8, 16.8, 16, 2.6), "M3.8 10h16.4", "M8.2 2.8v3.6", "M15.8 2.8v3.6"),
    "door": ("M5 20.8V5.4a2.2 2.2 0 0 1 2.2-2.2h9.6A2.2 2.2 0 0 1 19 5.4v15.4", "M2.9 20.8h18.2",
             _dot(15.2, 12.4, 1.2)),
    "door-open": ("M5 20.8V5.4a2.2 2.2 0 0 1 2.2-2.2H12", "M12 3.2l7 2.6v17l-7-2z",
                  "M2.9 20.8H12", _dot(14.6, 12.8, 1.1)),
    "grid": (_box(3.2, 3.2, 7, 7, 1.6), _box(13.8, 3.2, 7, 7, 1.6), _box(3.2, 13.8, 7, 7, 1.6),
             _box(13.8, 13.8, 7, 7, 1.6)),
    "list": ("M9 6h11.4", "M9 12h11.4", "M9 18h11.4", _dot(4.6, 6, 1.25), _dot(4.6, 12, 1.25),
             _dot(4.6, 18, 1.25)),
    "sign-out": ("M14.6 3.4H6.8a2.2 2.2 0 0 0-2.2 2.2v12.8a2.2 2.2 0 0 0 2.2 2.2h7.8",
                 "M10.4 12h10.2", "M16.6 7.8l4.2 4.2l-4.2 4.2"),
    "sign-out-left": ("M9.4 3.4h7.8a2.2 2.2 0 0 1 2.2 2.2v12.8a2.2 2.2 0 0 1-2.2 2.2H9.4",
                      "M13.6 12H3.4", "M7.4 7.8L3.2 12l4.2 4.2"),
    "plus": ("M12 4.8v14.4", "M4.8 12h14.4"),
    "minus": ("M4.8 12h14.4",),
    "print": ("M7 8.6V3.4h10v5.2", _box(3, 8.6, 18, 8.4, 2.2), "M7 14.2h10v6.6H7z",
              _dot(17.6, 11.7, 1.0)),
    "person": (_circle(12, 7.7, 4.3), "M3.9 20.8c.7-4.4 3.9-6.6 8.1-6.6s7.4 2.2 8.1 6.6"),
    "people": (_circle(9, 8, 3.8), "M2.4 20.4c.6-4 3.2-6 6.6-6s6 2 6.6 6",
               "M15.6 4.5a3.8 3.8 0 0 1 0 7", "M18 14.9c2 .8 3.3 2.7 3.7 5.5"),
    "badge": (_box(5.2, 6, 13.6, 15, 2.4), "M9.6 6V3.4h4.8V6", _circle(12, 12, 2.2),
              "M8.6 18c.5-1.9 1.7-2.7 3.4-2.7s2.9.8 3.4 2.7"),
    "phone": ("M6.1 3.5h2.7l1.9 4.7l-2.4 1.7c1 2.4 2.9 4.3 5.3 5.3l1.7-2.4l4.7 1.9v2.7"
              "a2.6 2.6 0 0 1-2.8 2.6C9.8 19.4 4.1 13.7 3.5 6.3A2.6 2.6 0 0 1 6.1 3.5z",),
    "key": (_circle(7.6, 12, 4.4), "M12 12h9.2v3.6", "M17 12v3"),
    "barcode": ("M3.8 5v14", "M7.6 5v14", "M10.6 5v14", "M15 5v14", "M17.4 5v14", "M20.4 5v14"),
    "bell": ("M5.2 17.2c1.3-1.4 1.5-3 1.5-5.4a5.3 5.3 0 0 1 10.6 0c0 2.4.2 4 1.5 5.4z",
             "M12 6.2V3.6", "M9.8 20.2c1.2 1.1 3.2 1.1 4.4 0"),
    "contrast": (_RING, "M12 3v18", "M12 7.5h7.6", "M12 12h9", "M12 16.5h7.6"),
    "eye": ("M2.8 12c1.5-4.1 4.8-6.7 9.2-6.7s7.7 2.6 9.2 6.7c-1.5 4.1-4.8 6.7-9.2 6.7"
            "S4.3 16.1 2.8 12z", _circle(12, 12, 2.9)),
    "eye-off": ("M4.2 4.2l15.6 15.6", "M9.4 5.7A9.7 9.7 0 0 1 12 5.3c4.4 0 7.7 2.6 9.2 6.7"
                "a11 11 0 0 1-2.4 3.8", "M6.2 7.7A10.6 10.6 0 0 0 2.8 12c1.5 4.1 4.8 6.7 9.2 6.7"
                "a9.4 9.4 0 0 0 4.4-1.1"),
    "sound": ("M3.6 9.4h3.6l4.6-4v13.2l-4.6-4H3.6z", "M15.4 9.1a4.4 4.4 0 0 1 0 5.8",
              "M18 6.4a8.2 8.2 0 0 1 0 11.2"),
    "network-off": ("M3.6 3.6l16.8 16.8", "M2.9 9.3a13 13 0 0 1 3.7-2.5",
                    "M10.4 5.5a13 13 0 0 1 10.7 3.8", "M6.2 12.9a8.3 8.3 0 0 1 3.5-2",
                    "M14.6 11.2a8.3 8.3 0 0 1 3.2 1.7", "M9.5 16.3a3.7 3.7 0 0 1 4 -.8",
                    _dot(12, 19.2, 1.2)),
    "network": ("M2.9 9.3a13 13 0 0 1 18.2 0", "M6.2 12.9a8.3 8.3 0 0 1 11.6 0",
                "M9.5 16.3a3.7 3.7 0 0 1 5 0", _dot(12, 19.2, 1.2)),
    "wrench": ("M14.6 6.3a4.6 4.6 0 0 1 5.2-2.4l-2.7 2.9l.4 2l2 .4l2.3-2.3a4.6 4.6 0 0 1-6.1 5.6"
               "l-7.4 7.4a2.2 2.2 0 0 1-3.1-3.1l7.4-7.4a4.6 4.6 0 0 1 2-3.1z",),
    "document": ("M6.8 2.9h7.4l4.9 4.9v11.1a2.2 2.2 0 0 1-2.2 2.2H6.8a2.2 2.2 0 0 1-2.2-2.2V5.1"
                 "a2.2 2.2 0 0 1 2.2-2.2z", "M13.8 3.2v5h5", "M8.4 13h7.2", "M8.4 16.8h4.8"),
    "hand": ("M12 20.9c-3 0-4.6-1.3-6-3.7l-2.3-4c-.9-1.6 1.1-2.9 2.3-1.5l1.7 2V6.4"
             "a1.45 1.45 0 0 1 2.9 0v4.7V4.6a1.45 1.45 0 0 1 2.9 0v6.5V5.6a1.45 1.45 0 0 1 2.9 0"
             "v5.9V8.2a1.4 1.4 0 0 1 2.8 0v6.6c0 3.7-2.9 6.1-6.2 6.1z",),
    "refresh": ("M19.6 10.2A7.9 7.9 0 0 0 5.2 8.1", "M4.6 4.2v4.4H9",
                "M4.4 13.8a7.9 7.9 0 0 0 14.4 2.1", "M19.4 19.8v-4.4H15"),
    "stop": (_RING, "M5.8 5.8l12.4 12.4"),
}  # fmt: skip


class UnknownIcon(LookupError):
    """There is no icon of that name; use one of ``ui.icons.ICONS``."""


def svg(name: str, size_px: int, colour: tuple[int, int, int], stroke: float = STROKE) -> str:
    """An SVG document of ``size_px`` square for icon ``name`` in ``colour``.

    Raises UnknownIcon.
    """
    try:
        paths = ICONS[name]
    except KeyError:
        raise UnknownIcon(f"no icon {name!r}; use one of {', '.join(sorted(ICONS))}") from None
    ink = "#{:02x}{:02x}{:02x}".format(*colour)
    body = "".join(
        f'<path d="{p[1:]}" fill="{ink}"/>'
        if p.startswith("F")
        else f'<path d="{p}" fill="none" stroke="{ink}" stroke-width="{stroke}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
        for p in paths
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_px}" height="{size_px}" '
        f'viewBox="0 0 24 24">{body}</svg>'
    )
