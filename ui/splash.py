"""The first picture: `One moment`, painted before anything else of the kiosk is imported.

Theory of operation.  A person in front of a dark panel waits for the first complete frame.  What
makes it up (a palette, fonts, a painter) is a tenth of what a kiosk is made of, so it is painted
from these alone; the kiosk, the core and the journal are imported behind it.  It is the picture of
`ui.screens.service.starting`, pixel for pixel: a test compares the two.

Rules.  Imports no widget and no screen.  Knows no state.
"""

from __future__ import annotations

from ui.backend import Backend
from ui.geometry import Rect, flip
from ui.paint import Align, Painter
from ui.text import MANY, Typesetter
from ui.theme import BODY, CAPTION_STRONG, HEADING, Style, Theme
from ui.words import say, speaking


def splash(backend: Backend, theme: Theme, site: str, language: str = "en") -> None:
    """Put it on the glass.  `theme`: that of the whole backend; `site`: the name in the header."""
    with speaking(language) as spoken:
        _splash(backend, theme.but(rtl=spoken.rtl), site)


def _splash(backend: Backend, theme: Theme, site: str) -> None:
    painter = Painter(backend.surface, Typesetter(theme))
    dp, whole = theme.dp, Rect(0, 0, *backend.size)
    painter.fill(whole, "bg")
    inner = whole.inset(theme.margin, 0)
    _header(painter, inner._replace(y=dp(22), h=dp(30)), site)
    area = inner.cut_top(dp(22 + 30), dp(18))[1].cut_top(dp(60))[1]
    side = dp(108 - 24 * theme.large)
    if theme.tall:
        head, words = area.cut_top(dp(24))[1].cut_top(side, dp(28))
        mark = head._replace(w=side)
        words, rest = words.cut_top(_title_h(painter, words.w), dp(14))
    else:
        high = max(side, min(dp(108), _title_h(painter, area.w - side - dp(28))))
        head, rest = area.cut_top(high, dp(16 - 10 * theme.large))
        mark, words = head.cut_left(side, dp(28))
    patch = _placed(mark.centred(side, side), whole, theme)
    edge = ("on_soft", dp(2)) if theme.palette.name == "high-contrast" else (None, 0)
    painter.box(patch, side, "soft", *edge)
    share = round(side * 0.42)
    painter.icon("lock", patch.centred(share, share), "on_soft")
    _title(painter, _placed(words, whole, theme), say("starting.title"))
    _text(painter, rest, say("starting.body"), BODY)
    backend.put([whole])


def _placed(rect: Rect, within: Rect, theme: Theme) -> Rect:
    """On the other side where lines run from the right."""
    return flip(rect, within) if theme.rtl else rect


def _start(rect: Rect, theme: Theme) -> tuple[int, Align]:
    """(where a line begins, how it is aligned)."""
    return (rect.right, "right") if theme.rtl else (rect.x, "left")


def _header(painter: Painter, bar: Rect, site: str) -> None:
    """The product's mark and the site's name."""
    dp, side = painter.theme.dp, painter.theme.dp(28)
    mark = _placed(Rect(bar.x, bar.cy - side // 2, side, side), bar, painter.theme)
    painter.box(mark, dp(7), "accent")
    share = round(side * 0.62)
    painter.icon("lock", mark.centred(share, share), "on_accent", 2.3)
    words = Rect(bar.x + side + dp(12), bar.y, max(0, bar.w - side - dp(12)), bar.h)
    words = _placed(words, bar, painter.theme)
    room = max(1, bar.w - dp(28 + 12 + 20))
    fit = painter.type.fit(site, CAPTION_STRONG, room)
    line = fit.lines[0] if fit.lines else ""
    align = _start(words, painter.theme)[1]
    painter.text_in(words, line, CAPTION_STRONG, "ink", align, fit.cap_px)


def _title_h(painter: Painter, width: int) -> int:
    """How high the title is that stands below its sign."""
    lines = painter.type.wrap(say("starting.title"), HEADING, width)
    return painter.theme.line_px(HEADING) * len(lines)


def _title(painter: Painter, area: Rect, words: str) -> None:
    """One or two lines in the middle of the height."""
    fit = painter.type.fit(words, HEADING, area.w, max(1, area.h // painter.theme.line_px(HEADING)))
    pitch = round(fit.cap_px * HEADING.leading)
    top = area.y + (area.h - pitch * (len(fit.lines) - 1) - fit.cap_px) // 2
    x, align = _start(area, painter.theme)
    for place, line in enumerate(fit.lines):
        painter.text(x, top + place * pitch, line, HEADING, "ink", align, fit.cap_px)


def _text(painter: Painter, area: Rect, words: str, style: Style) -> None:
    """Lines from the top."""
    pitch, cap = painter.theme.line_px(style), painter.theme.cap_px(style)
    x, align = _start(area, painter.theme)
    for place, line in enumerate(painter.type.fit(words, style, area.w, MANY).lines):
        y = area.y + (pitch - cap) // 2 + place * pitch
        painter.text(x, y, line, style, "ink2", align)
