"""Whether the codes of every profile can leave the cabinet.

Rules.  A channel needs its device or its key.  A real cabinet has no telephone: a profile that
leaves its delivery at that and shows nothing would make codes that nobody gets.
"""

from __future__ import annotations

from lockerd.config.complaint import Sheet
from lockerd.config.rows import Row, Rows


def check_delivery(rows: Rows, sheet: Sheet) -> None:
    """Add a complaint for every profile whose codes cannot leave."""
    printer, slips = rows["printer"][0], rows["slips"][0]
    _check_printer(printer, sheet)
    _check_slips(slips, sheet)
    for row in rows["profile"]:
        at, key = (*row.path, "delivery"), "delivery"
        match row.text("delivery"):
            case "slip" if printer.text("kind") == "none":
                what, remedy = 'is "slip" and no printer is fitted', "write kind in [printer]"
                sheet.add("E-CFG-060", at, row.label, key, what, remedy)
            case "file" if not slips.present:
                what, remedy = 'is "file" and no key seals it', "write key and directory in [slips]"
                sheet.add("E-CFG-060", at, row.label, key, what, remedy)
            case "screen" if row.value("show_code") is False:
                what = 'is "screen" beside show_code = false, so nobody may see the code'
                remedy = "write show_code = true, or another delivery"
                sheet.add("E-CFG-067", at, row.label, key, what, remedy)
            case "phone":
                _check_phone(row, rows, sheet)


def _check_phone(row: Row, rows: Rows, sheet: Sheet) -> None:
    real = rows["driver"][0].text("kind") == "gpio"
    if real and row.value("show_code") is False:
        what = 'is "phone", which only a simulation has, and nobody may see the code'
        remedy = 'write delivery = "slip", "file" or "screen"'
        sheet.add("W-CFG-110", (*row.path, "delivery"), row.label, "delivery", what, remedy)


def _check_printer(row: Row, sheet: Sheet) -> None:
    kind, device = row.text("kind"), row.text("device")
    if kind == "escpos" and not device and "device" not in row.wrong:
        what, remedy = 'is missing beside kind = "escpos"', "add device = its path"
        sheet.add("E-CFG-060", row.path, row.label, "device", what, remedy)
    if kind == "none" and row.given.get("device"):
        what, remedy = 'means nothing beside kind = "none"', 'write kind = "escpos", or remove it'
        sheet.add("E-CFG-061", (*row.path, "device"), row.label, "device", what, remedy)


def _check_slips(row: Row, sheet: Sheet) -> None:
    if not row.present:
        return
    for key in ("key", "directory"):
        if not row.text(key) and key not in row.wrong:
            what, remedy = "is missing, and a sealed file needs both", f"add {key}"
            sheet.add("E-CFG-060", row.path, row.label, key, what, remedy)
