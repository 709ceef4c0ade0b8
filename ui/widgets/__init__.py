"""The widgets of the touchscreen. See ``base`` for what they share and for ``Screen``."""

from ui.widgets.base import SLOP_DP, Screen, Trace, Widget, changed_rects
from ui.widgets.basic import Card, Countdown, Divider, Icon, Label, QrCode, Ring
from ui.widgets.buttons import Button, ButtonKind, Tile
from ui.widgets.cabinet import CabinetMap, Column, Door, DoorCell, DoorLook
from ui.widgets.dialog import Dialog
from ui.widgets.entry import CodeField, Keypad, PadKey
from ui.widgets.keyboard import AZERTY, QWERTY, QWERTZ, TextField, TextKey, TextKeyboard
from ui.widgets.listing import ListView, Row
from ui.widgets.signature import SignaturePad
from ui.widgets.status import Banner, Header, StatusChip, Steps, Tone

__all__ = [
    "AZERTY",
    "QWERTY",
    "QWERTZ",
    "SLOP_DP",
    "Banner",
    "Button",
    "ButtonKind",
    "CabinetMap",
    "Card",
    "CodeField",
    "Column",
    "Countdown",
    "Dialog",
    "Divider",
    "Door",
    "DoorCell",
    "DoorLook",
    "Header",
    "Icon",
    "Keypad",
    "Label",
    "ListView",
    "PadKey",
    "QrCode",
    "Ring",
    "Row",
    "Screen",
    "SignaturePad",
    "StatusChip",
    "Steps",
    "TextField",
    "TextKey",
    "TextKeyboard",
    "Tile",
    "Tone",
    "Trace",
    "Widget",
    "changed_rects",
]
