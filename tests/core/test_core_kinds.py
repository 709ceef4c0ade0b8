"""The sets that spare most lines a question name exactly the kinds that are asked about."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from lockerd.core import events as ev
from lockerd.core import state


def cases(function: Callable[..., Any]) -> set[str]:
    """The event classes in the patterns of a function's match."""
    tree = ast.parse(inspect.getsource(function))
    found = [one.cls for one in ast.walk(tree) if isinstance(one, ast.MatchClass)]
    return {one.attr for one in found if isinstance(one, ast.Attribute)}


@pytest.mark.parametrize(
    ("function", "kinds"), [(state._apply_rest, state._REST), (state._apply_door, state._DOOR)]
)
def test_every_case_is_reached(
    function: Callable[..., Any], kinds: frozenset[type[ev.Event]]
) -> None:
    assert cases(function) == {one.__name__ for one in kinds}
    # A subclass of a case's class would match it without standing in the set.
    assert all(one in kinds for one in ev.CATALOGUE.values() if issubclass(one, tuple(kinds)))
