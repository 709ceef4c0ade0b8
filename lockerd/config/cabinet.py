"""Whether the parts of a cabinet fit together: pins, doors, columns, devices, times.

Theory of operation.  Runs on rows whose own values are right; a rule that lacks one of its values
is silent, since that was reported already.  Errors make a cabinet that cannot work or could open
the wrong door; warnings name what works here and bites later.

Source for levels during reset: BCM2835 ARM Peripherals, 6.2, default pulls of the alternate
function table.  Electrical rules: see docs/configuration.md.
"""

from __future__ import annotations

from lockerd.config.complaint import Sheet
from lockerd.config.delivery import check_delivery
from lockerd.config.rows import Row, Rows
from lockerd.config.schema import EXAMPLE_OWNER_KEY, EXAMPLE_WITNESS, PINS
from lockerd.config.times import check_times
from lockerd.core.site import SIZES

PULLED_DOWN = frozenset((*range(9, 28), *range(30, 34), *range(37, 44)))
"""GPIO lines that are low from reset until software takes them; all others are high or float."""

PULLED_UP = frozenset((*range(9), *range(34, 37)))
"""GPIO lines that are high from reset until software takes them."""

CONSOLE = (14, 15)
"""GPIO lines that carry the serial console while a board starts."""

DUTY = 10
"""A coil that is rated for short pulses wants this many times its pulse as rest."""

_PASSING = ("/dev/ttyUSB", "/dev/ttyACM", "/dev/input/event")


def check_cabinet(rows: Rows, sheet: Sheet) -> None:
    """Add a complaint for every two things that do not fit together."""
    _check_pins(rows, sheet)
    _check_units(rows, sheet)
    _check_places(rows, sheet)
    _check_sizes(rows, sheet)
    _check_columns(rows, sheet)
    _check_pulses(rows, sheet)
    _check_real(rows, sheet)
    _check_devices(rows, sheet)
    _check_witnesses(rows, sheet)
    _check_screen(rows["screen"][0], sheet)
    _check_timing(rows["timing"][0], sheet)
    _check_profiles(rows, sheet)
    check_delivery(rows, sheet)
    check_times(rows, sheet)


def tops(rows: Rows) -> list[int | None]:
    """Units above each compartment, in file order; None where that cannot be known.

    A compartment without `top` sits below the one listed before it in its column.
    """
    below: dict[int, int | None] = {}
    found: list[int | None] = []
    for row in rows["compartment"]:
        column, height, top = row.whole("column"), row.whole("height"), row.whole("top")
        if column is None:
            found.append(None)
            continue
        if top is None and "top" not in row.wrong:
            top = below.get(column, 0)
        found.append(top)
        below[column] = None if top is None or height is None else top + height
    return found


def setting(row: Row, rows: Rows, name: str) -> int | None:
    """A compartment's own value of `name`, else the cabinet's from [strike] or [contact]."""
    if name in row.given or name in row.wrong:
        return row.whole(name)
    table = "contact" if name in rows["contact"][0].table.names() else "strike"
    return rows[table][0].whole(name)


def _check_pins(rows: Rows, sheet: Sheet) -> None:
    board = rows["driver"][0].text("board")
    usable = PINS[board]
    taken: dict[int, tuple[Row, str]] = {}
    for row in rows["compartment"]:
        for key in ("strike_pin", "contact_pin"):
            pin = row.whole(key)
            if pin is None:
                continue
            at = (*row.path, key)
            if pin not in usable:
                what = f'is GPIO {pin}, which board "{board}" does not have'
                remedy = f"write GPIO {usable.start} to {usable.stop - 1}"
                sheet.add("E-CFG-042", at, row.label, key, what, remedy)
            elif key == "strike_pin":
                _check_reset_level(row, rows, sheet)
            if pin in taken:
                other, use = taken[pin]
                line = sheet.line(*other.path, use)
                what = f"is GPIO {pin}, the {use} of [{other.label}] on line {line}"
                remedy = "give each strike and each contact a line of its own"
                sheet.add("E-CFG-041", at, row.label, key, what, remedy)
                continue
            taken[pin] = (row, key)


def _check_reset_level(row: Row, rows: Rows, sheet: Sheet) -> None:
    pin, high = row.whole("strike_pin"), setting(row, rows, "active_high")
    if pin is None or high is None:
        return
    at, key = (*row.path, "strike_pin"), "strike_pin"
    if pin in CONSOLE:
        what = f"is GPIO {pin}, which carries the serial console while the board starts"
        sheet.add("W-CFG-103", at, row.label, key, what, "use it for a contact, not for a strike")
    elif high and pin not in PULLED_DOWN:
        what = f"is GPIO {pin}, not held low while the board starts, and the strike is active-high"
        remedy = "use a strike line of GPIO 9 to 13 or 16 to 27"
        sheet.add("W-CFG-102", at, row.label, key, what, remedy)
    elif not high and pin not in PULLED_UP:
        what = f"is GPIO {pin}, not held high while the board starts, and the strike is active-low"
        remedy = "use a strike line of GPIO 2 to 8, or one with a pull-up resistor"
        sheet.add("W-CFG-102", at, row.label, key, what, remedy)


def _check_units(rows: Rows, sheet: Sheet) -> None:
    """A person reads 07 and 7 as the same door, so they are."""
    seen: dict[str, Row] = {}
    for row in rows["compartment"]:
        unit = row.text("unit")
        if not unit:
            continue
        same = seen.setdefault(unit.lstrip("0"), row)
        if same is not row:
            line = sheet.line(*same.path, "unit")
            what = f"names the same door as [{same.label}] on line {line}"
            remedy = "give every door a name of its own"
            sheet.add("E-CFG-043", (*row.path, "unit"), row.label, "unit", what, remedy)


def _check_places(rows: Rows, sheet: Sheet) -> None:
    columns = rows["column"]
    placed: dict[int, list[tuple[int, int, int, Row]]] = {}
    for index, (row, top) in enumerate(zip(rows["compartment"], tops(rows), strict=True)):
        column, height = row.whole("column"), row.whole("height")
        if column is None or not columns:
            continue
        at = (*row.path, "column")
        if column >= len(columns):
            what = f"is {column}, and the last column is {len(columns) - 1}"
            remedy = "count columns from 0 at the left, or add a [[column]]"
            sheet.add("E-CFG-044", at, row.label, "column", what, remedy)
            continue
        if columns[column].text("kind") == "screen":
            what = f"is {column}, the screen's column"
            remedy = "move the door to a column of doors"
            sheet.add("E-CFG-045", at, row.label, "column", what, remedy)
            continue
        grid = columns[column].whole("height")
        if top is None or height is None:
            continue
        placed.setdefault(column, []).append((top, top + height, index, row))
        if grid is not None and top + height > grid:
            key = "top" if "top" in row.given else "height"
            what = f"makes the door end at unit {top + height} of a column {grid} units high"
            remedy = "move the door up, lower it, or raise the column's height"
            sheet.add("E-CFG-047", (*row.path, key), row.label, key, what, remedy)
    for doors in placed.values():
        _check_overlaps(doors, sheet)


def _check_overlaps(doors: list[tuple[int, int, int, Row]], sheet: Sheet) -> None:
    ordered = sorted(doors, key=lambda door: door[0])
    lowest = ordered[0]
    for door in ordered[1:]:
        if door[0] < lowest[1]:
            other, later = sorted((lowest, door), key=lambda one: one[2])
            row, line = later[3], sheet.line(*other[3].path)
            key = "top" if "top" in row.given else "height"
            what = f"puts the door over that of [{other[3].label}] on line {line}"
            remedy = "change top or height so that each unit has one door"
            sheet.add("E-CFG-046", (*row.path, key), row.label, key, what, remedy)
        lowest = max(lowest, door, key=lambda one: one[1])


def _check_sizes(rows: Rows, sheet: Sheet) -> None:
    largest: dict[int, dict[str, Row]] = {}
    for row in rows["compartment"]:
        column, height, size = row.whole("column"), row.whole("height"), row.text("size")
        if column is None or height is None or not size:
            continue
        by_size = largest.setdefault(column, {})
        for other_size, other in by_size.items():
            other_height = other.whole("height") or 0
            order = SIZES.index(size) - SIZES.index(other_size)
            if order * (height - other_height) < 0:
                what = f'is "{size}" at {height} units, yet [{other.label}] is "{other_size}"'
                what += f" at {other_height}"
                remedy = "check size and height of both"
                sheet.add("W-CFG-108", (*row.path, "size"), row.label, "size", what, remedy)
                break
        by_size.setdefault(size, row)


def _check_columns(rows: Rows, sheet: Sheet) -> None:
    used = {row.whole("column") for row in rows["compartment"]}
    first: Row | None = None
    for index, row in enumerate(rows["column"]):
        kind = row.text("kind")
        if kind == "screen":
            if first is not None:
                line = sheet.line(*first.path)
                what = f'is "screen" again after line {line}'
                remedy = 'make one of them kind = "doors"'
                sheet.add("E-CFG-048", (*row.path, "kind"), row.label, "kind", what, remedy)
            first = first or row
        elif kind == "doors" and index not in used and None not in used:
            what, remedy = "has no door", f"add [[compartment]] with column = {index}, or remove it"
            sheet.add("W-CFG-109", row.path, row.label, "table", what, remedy)


def _check_pulses(rows: Rows, sheet: Sheet) -> None:
    strike, window = rows["strike"][0], rows["timing"][0].whole("confirm_window_ms")
    own = [row for row in rows["compartment"] if row.given.keys() & {*_PULSE_KEYS}]
    for row in [strike, *own]:
        pulse, cooldown, stable = (setting(row, rows, key) for key in _PULSE_KEYS)
        if row is strike:
            stable = rows["contact"][0].whole("stable_ms")
        if pulse is not None and cooldown is not None and cooldown < DUTY * pulse:
            key = "cooldown_ms" if "cooldown_ms" in row.given else "pulse_ms"
            what = f"leaves {cooldown} ms of rest after a pulse of {pulse} ms"
            remedy = f"write cooldown_ms = {DUTY * pulse} or more, or ask the lock's data sheet"
            sheet.add("W-CFG-104", (*row.path, key), row.label, key, what, remedy)
        if pulse is not None and stable is not None and window is not None:
            if pulse + stable <= window:
                continue
            key = "pulse_ms" if "pulse_ms" in row.given else "stable_ms"
            at = row if key in row.given or row is not strike else rows["timing"][0]
            key = key if at is row else "confirm_window_ms"
            what = (
                f"means a pulse of {pulse} ms and {stable} ms to settle, in a window of {window} ms"
            )
            remedy = f"write confirm_window_ms above {pulse + stable} in [timing], or shorten them"
            sheet.add("E-CFG-062", (*at.path, key), at.label, key, what, remedy)


_PULSE_KEYS = ("pulse_ms", "cooldown_ms", "stable_ms")


def _check_real(rows: Rows, sheet: Sheet) -> None:
    """What a cabinet with real doors needs and a simulated one does not."""
    driver, site, screen = rows["driver"][0], rows["site"][0], rows["screen"][0]
    if driver.text("kind") != "gpio":
        return
    if driver.value("board") == "":
        what, remedy = 'is missing beside kind = "gpio"', 'add board = "pi" or board = "cm"'
        sheet.add("E-CFG-060", driver.path, driver.label, "board", what, remedy)
    if (
        site.present
        and "owner_key" not in site.wrong
        and site.text("owner_key") in ("", EXAMPLE_OWNER_KEY)
    ):
        code, what = "E-CFG-060", 'is missing beside [driver] kind = "gpio"'
        if site.text("owner_key"):
            code, what = "E-CFG-036", "is the example of the reference"
        remedy = "write the public key of the cabinet's owner, who enrols the first operator"
        sheet.add(code, (*site.path, "owner_key"), site.label, "owner_key", what, remedy)
    if screen.value("fullscreen") is False:
        what, remedy = 'is false beside [driver] kind = "gpio"', "write fullscreen = true"
        at = (*screen.path, "fullscreen")
        sheet.add("W-CFG-106", at, screen.label, "fullscreen", what, remedy)


def _check_devices(rows: Rows, sheet: Sheet) -> None:
    scanner, keypad = rows["scanner"][0], rows["keypad"][0]
    for row, kind, keys in ((scanner, "serial", ("port", "baud")), (keypad, "evdev", ("device",))):
        chosen = row.text("kind")
        if not chosen:
            continue
        path = row.text(keys[0])
        if chosen == kind and not path and keys[0] not in row.wrong:
            what, remedy = f'is missing beside kind = "{kind}"', f"add {keys[0]} = its path"
            sheet.add("E-CFG-060", row.path, row.label, keys[0], what, remedy)
        for key in keys:
            if chosen != kind and row.given.get(key):
                what = f'means nothing beside kind = "{chosen}"'
                remedy = f'remove it, or write kind = "{kind}"'
                sheet.add("E-CFG-061", (*row.path, key), row.label, key, what, remedy)
        if path.startswith(_PASSING):
            folder = "/dev/serial/by-id/" if row is scanner else "/dev/input/by-id/"
            what = "may name another device after the next start"
            at = (*row.path, keys[0])
            sheet.add("W-CFG-105", at, row.label, keys[0], what, f"write its name in {folder}")
    if scanner.text("port") and scanner.text("port") == keypad.text("device"):
        at = (*keypad.path, "device")
        what = f"is also the port of [scanner] on line {sheet.line(*scanner.path, 'port')}"
        sheet.add("E-CFG-065", at, keypad.label, "device", what, "give each device its own path")
    speech = rows["speech"][0]
    if speech.text("headphones") and speech.text("kind") == "none":
        what, remedy = 'means nothing beside kind = "none"', 'remove it, or write kind = "espeak"'
        at = (*speech.path, "headphones")
        sheet.add("E-CFG-061", at, speech.label, "headphones", what, remedy)
    panel = rows["screen"][0]
    if panel.text("touch") and panel.text("touch") == keypad.text("device"):
        at = (*panel.path, "touch")
        what = f"is also the device of [keypad] on line {sheet.line(*keypad.path, 'device')}"
        sheet.add("E-CFG-065", at, panel.label, "touch", what, "give each device its own path")


def _check_witnesses(rows: Rows, sheet: Sheet) -> None:
    """One key under two names would count one witness twice."""
    real = rows["driver"][0].text("kind") == "gpio"
    seen: dict[str, Row] = {}
    for row in rows["witness"]:
        vkey = row.text("vkey")
        public = vkey.split("+", 2)[-1]
        at = (*row.path, "vkey")
        if vkey == EXAMPLE_WITNESS and real:
            what, remedy = "is the example of the reference", "write the vkey of a real witness"
            sheet.add("E-CFG-037", at, row.label, "vkey", what, remedy)
        elif public and public in seen:
            what = (
                f"is also that of [{seen[public].label}] on line {sheet.line(*seen[public].path)}"
            )
            sheet.add(
                "E-CFG-066", at, row.label, "vkey", what, "give each witness a key of its own"
            )
        seen.setdefault(public, row)


def _check_screen(row: Row, sheet: Sheet) -> None:
    sizes = ("width_px", "height_px", "width_mm", "height_mm")
    missing = [key for key in sizes if key not in row.given and key not in row.wrong]
    if 0 < len(missing) < len(sizes):
        what = f"is missing beside {next(key for key in sizes if key not in missing)}"
        remedy = "give all four sizes of the panel, or none"
        sheet.add("E-CFG-064", row.path, row.label, missing[0], what, remedy)
        return
    width_px, height_px, width_mm, height_mm = (row.value(key) for key in sizes)
    if not (width_px and height_px and width_mm and height_mm):
        return
    pitch = (float(width_mm) / float(width_px)) / (float(height_mm) / float(height_px))
    if not 0.66 < pitch < 1.5:
        what = f"makes a pixel {pitch:.2g} times as wide as it is high"
        remedy = "check width_mm and height_mm: they are those of the lit area"
        sheet.add("E-CFG-064", (*row.path, "width_mm"), row.label, "width_mm", what, remedy)


def _check_timing(row: Row, sheet: Sheet) -> None:
    first, alarm = row.whole("left_open_s"), row.whole("left_open_alarm_s")
    if first is not None and alarm is not None and alarm <= first:
        key = "left_open_alarm_s" if "left_open_alarm_s" in row.given else "left_open_s"
        what = f"makes the alarm come at {alarm} s and the reminder at {first} s"
        remedy = "write left_open_alarm_s greater than left_open_s"
        sheet.add("E-CFG-063", (*row.path, key), row.label, key, what, remedy)


def _check_profiles(rows: Rows, sheet: Sheet) -> None:
    if rows["clock"][0].value("battery_backed") is not False:
        return
    for row in rows["profile"]:
        if row.value("straddle") == "deny":
            what = 'is "deny" beside a clock without a battery, so a power cut could stop releases'
            remedy = 'write "ask-operator" or "release-and-flag", or fit a battery clock'
            at = (*row.path, "straddle")
            sheet.add("W-CFG-101", at, row.label, "straddle", what, remedy)
