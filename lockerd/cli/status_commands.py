"""`lockerctl status`: how the cabinet stands, on one page."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from lockerd.cli.parsing import finish
from lockerd.cli.tool import DONE, NO, Tool, aligned, facts, when


def define(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = (
        "How the cabinet stands: whether it serves, what needs a person, and every door. "
        "Exits with 1 when the cabinet does not serve."
    )
    finish(parser, status)


def status(tool: Tool, args: argparse.Namespace) -> int:
    """Print it; 1 if the cabinet does not serve."""
    found = tool.ask("status")
    if tool.as_json:
        tool.give(found)
    else:
        tool.say(*_page(found))
    serving = found["duty"] == "serving" and found["fault"] is None
    return DONE if serving else NO


def _page(found: Mapping[str, Any]) -> list[str]:
    counts = found["handovers"]
    pairs = [
        ("service", _service(found)),
        ("fault", found["fault"]),
        ("mode", found["mode"]),
        ("time", f"{when(found['time'], seconds=True)} {_clock(found)}"),
        ("journal", f"{found['entries']} entries of {found['origin']}"),
        ("kiosk", found["step"]),
        ("signed in", found["signed_in"]),
        ("handovers", ", ".join(f"{n} {phase}" for phase, n in counts.items()) or "none"),
        ("attention", _attention(found)),
        ("acting as", _acting(found)),
        *(("people", one) for one in found["lacking"]),
    ]
    head = ("DOOR", "SIZE", "STATE", "HOLDS")
    doors = [
        (one["unit"], one["size"] or "-", _door(one), _holds(one) or "-") for one in found["doors"]
    ]
    return [found["name"], *facts(pairs), "", *aligned([head, *doors])]


def _service(found: Mapping[str, Any]) -> str:
    if not found["running"]:
        return "no daemon runs"
    if found["duty"] == "retired":
        return f"out of service: {found['out_of_service']}"
    if found["fault"] is not None:
        return "out of service until the fault is mended"
    return "in service" if found["duty"] == "serving" else str(found["duty"])


def _clock(found: Mapping[str, Any]) -> str:
    error_ms = found["error_ms"]
    if error_ms is None:
        return f"or later (clock: {found['clock']})"
    return f"(clock: {found['clock']}, within {error_ms} ms)"


def _attention(found: Mapping[str, Any]) -> str:
    if not found["queue"]:
        return "nothing"
    items = "item" if found["queue"] == 1 else "items"
    return f"{found['queue']} {items}, first {found['first']}; see: lockerctl queue list"


def _acting(found: Mapping[str, Any]) -> str:
    if "acting_as" not in found:
        return ""
    actor = found["acting_as"]
    if actor is None:
        return "nobody: this user may read only"
    label = ", a demonstration" if actor["demonstration"] else ""
    return f"staff {actor['staff']} ({actor['role']}{label})"


def _door(one: Mapping[str, Any]) -> str:
    state = str(one["phase"])
    if one["contact"] not in (state, "unknown") and state not in ("forced",):
        state = f"{state}, contact {one['contact']}"
    if one["out_of_service"]:
        state = f"{state}, out of service: {one['out_of_service']}"
    return state


def _holds(one: Mapping[str, Any]) -> str:
    return "" if one["handover"] is None else f"{one['handover']} {one['holds']}"
