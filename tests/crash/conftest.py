"""One zygote and one set of prepared state directories for the tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from crash_rig import Zygote
from crash_scenes import Plan, prepare
from crash_site import ASK, RETRY


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """The process that lives are forked from."""
    with Zygote() as made:
        yield made


@pytest.fixture(scope="session")
def plans(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Plan, Plan]:
    """To begin with nothing, with an installed cabinet, with a deposited item."""
    return prepare(zygote, tmp_path_factory.mktemp("prepared"), RETRY)


@pytest.fixture(scope="session")
def asking(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A deposited item whose profile leaves an interrupted release to an operator."""
    return prepare(zygote, tmp_path_factory.mktemp("asking"), ASK)[2]
