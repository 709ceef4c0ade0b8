"""Reads one cabinet's TOML file into a `Site`, or says everything that is wrong with it.

Theory of operation.  `document` turns bytes into a parsed file, `rows` checks each value against
the schema in `tables`, `cabinet` checks how they fit together, and this module builds the frozen
`Site`. The same code runs on an installer's laptop and in the cabinet.

Rules.  All mistakes at once, in file order, each with its remedy.  A site is built only from a
file without a mistake.  Nothing but `ConfigError` is raised for a bad file.

    path:line: [table] key: what is wrong; what to write instead (E-CFG-nnn)
"""

from __future__ import annotations

from lockerd.config.complaint import Complaint, ConfigError
from lockerd.config.read import check, check_text, main_lines, read

__all__ = ["Complaint", "ConfigError", "check", "check_text", "main_lines", "read"]
