"""Whether the people who are enrolled can do what every profile asks of them.

Rules.  Nobody authorises the release of what they deposited: without a depositor by role, one of
the operators is not there to authorise.  The same person may look at a document and authorise.
"""

from __future__ import annotations

from collections.abc import Mapping

from lockerd.config.complaint import Sheet
from lockerd.config.rows import Row, Rows

MORE = 'enrol more with "lockerctl staff enrol"'


def check_people(rows: Rows, roles: Mapping[str, int], sheet: Sheet) -> None:
    """Add a warning for every profile that too few people are enrolled for.

    `roles`: how many can sign in, by role.
    """
    operators, depositors = roles.get("operator", 0), roles.get("depositor", 0)
    for row in rows["profile"]:
        asked = row.whole("authorisers") or 0
        needed = asked + (1 if asked and not depositors else 0)
        if operators < needed:
            beside = "" if depositors else ", one of them to deposit"
            what = f"needs {_people(needed, 'operator')}{beside}, and {operators} can sign in"
            _warn(row, "authorisers", what, f"{MORE}, or write authorisers = 0", sheet)
        elif operators + depositors == 0:
            who = "needs an operator or a depositor"
            if row.text("second_factor") == "witnessed":
                what = f"{who} who looks at a document, and nobody can sign in"
                _warn(row, "second_factor", what, MORE, sheet)
            else:
                _warn(row, "table", f"{who} who deposits, and nobody can sign in", MORE, sheet)


def _warn(row: Row, key: str, what: str, remedy: str, sheet: Sheet) -> None:
    sheet.add("W-CFG-112", (*row.path, key), row.label, key, what, remedy)


def _people(count: int, role: str) -> str:
    return f"{count} {role}" if count == 1 else f"{count} {role}s"
