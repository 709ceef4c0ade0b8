"""Any event at any time, as hypothesis makes them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lockerd.core import events as ev
from lockerd.core.now import Now
from lockerd.journal import leaf as lf

whole = st.integers(-lf.MAX_INT, lf.MAX_INT)
natural = st.integers(0, lf.MAX_INT)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)

BY_HINT: dict[Any, st.SearchStrategy[Any]] = {
    str: text,
    int: whole,
    bool: st.booleans(),
    tuple[str, ...]: st.lists(text, max_size=4).map(tuple),
}


def of_hint(hint: Any) -> st.SearchStrategy[Any]:
    for known, strategy in BY_HINT.items():
        if hint == known:
            return strategy
        if hint == known | None:
            return st.none() | strategy
    raise AssertionError(hint)


def of_class(cls: type[ev.Event]) -> st.SearchStrategy[ev.Event]:
    own = {name: of_hint(hint) for name, hint in ev.hints(cls).items()}
    shown = {name: st.none() | text for name in cls.DISCLOSED}
    return st.builds(
        cls,
        actor=st.builds(ev.Actor, text, text),
        unit=st.none() | text,
        ho=st.none() | text,
        cause=st.none() | st.builds(ev.Cause, whole, whole),
        **own,
        **shown,
    )


any_event = st.sampled_from(sorted(ev.CATALOGUE)).flatmap(lambda t: of_class(ev.CATALOGUE[t]))
any_now = st.builds(
    lambda boot, up, lo, width, source: Now(
        f"{boot:08x}", up, lo, None if width is None else lo + width, source
    ),
    st.integers(0, 2**32 - 1),
    natural,
    st.integers(0, 253_402_300_799_999),
    st.none() | natural,
    st.sampled_from(["synced", "held", "battery", "floor", "sim"]),
)
