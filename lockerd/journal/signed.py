"""A signature on a custody report: what was drawn, who gave it, when, and what it says.

Rules.  The line is read by the strict parser and written again from its points, so nothing that
stood in a disclosure reaches the page as it was.  Where it was erased or is withheld, its digest
says that there was one.

Standard: 21 CFR 11.50: the printed name, the time and the meaning stand beside the signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from lockerd.core import strokes

MEANINGS: Mapping[str, str] = {"received": "I have received the item"}
"""What a signature says, in the words that stood on the screen."""

MARGIN = 12
LINE = 7


def picture(text: str) -> str | None:
    """What was drawn, as an SVG element; None where it is no line that this program writes."""
    try:
        drawn = strokes.decode(text)
    except ValueError:
        return None
    if not drawn:
        return None
    x, y, w, h = strokes.box(drawn)
    view = f"{x - MARGIN} {y - MARGIN} {w + 2 * MARGIN} {h + 2 * MARGIN}"
    return (
        f'<svg class=signature role=img aria-label="The signature" viewBox="{view}" '
        f'xmlns="http://www.w3.org/2000/svg"><path d="{escape(strokes.encode(drawn))}" '
        f'fill="none" stroke="#101820" stroke-width="{LINE}" stroke-linecap="round" '
        'stroke-linejoin="round"/></svg>'
    )


def section(
    how: str,
    means: str,
    drawn: str | None,
    digests: Sequence[str],
    name: str,
    when: str,
    place: str,
) -> str:
    """The part of a report about one signature.  `name`, `when`, `place`: HTML already."""
    if how == "key":
        shown = "<p>Nothing was drawn: it was confirmed by a key at the screen.</p>"
    else:
        made = None if drawn is None else picture(drawn)
        shown = (
            f"<div class=pad>{made}</div>"
            if made
            else (
                "<p><i>What was drawn is withheld or erased; the record keeps its digest.</i></p>"
            )
        )
    rows = [
        ("Says", escape(MEANINGS.get(means, means))),
        ("Name", name),
        ("Time", when),
        ("Entry", place),
    ]
    if digests:
        rows.append(("Digest of the line", f"<span class=mono>{escape(' '.join(digests))}</span>"))
    facts = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in rows)
    return f"<h3>Signature of the recipient</h3>{shown}<dl class=facts>{facts}</dl>"
