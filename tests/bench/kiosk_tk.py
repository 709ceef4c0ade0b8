"""The kiosk's screens as a Tk program would show them: who the kiosk is measured beside.

    kiosk_tk.py FILE SCREEN

Theory of operation.  FILE holds screens of the kiosk as it traces them (`marshal`: nothing is
imported to read it).  Each widget with words becomes a label or a button of the same place, size
and colours; a button whose action is in `LEADS` shows another screen, as the kiosk's does.  The
clock is looked at every minute.

Rules.  Tk is given what helps it: no theme engine, no images, one font, no shadows.
"""

from __future__ import annotations

import marshal
import sys
import time
import tkinter
from typing import Any

BG, SURFACE, INK, ACCENT = "#EEF2F1", "#FFFFFF", "#0C1A20", "#0A5C56"
LEADS = {"help": "help", "back": "home", "home": "home"}
PRIMARY = ("scan",)


class Kiosk:
    """One window and the frame that fills it."""

    def __init__(self, screens: dict[str, Any], first: str) -> None:
        self.screens = screens
        width, height = screens[first]["size"]
        self.root = tkinter.Tk()
        self.root.overrideredirect(True)
        self.root.geometry(f"{width}x{height}+0+0")
        self.root.configure(background=BG)
        self.clock = tkinter.StringVar()
        self.frame: tkinter.Frame | None = None
        self.show(first)
        self.tick()

    def show(self, name: str) -> None:
        """Replace the screen."""
        width, height = self.screens[name]["size"]
        frame = tkinter.Frame(self.root, background=BG, width=width, height=height)
        frame.place(x=0, y=0)
        for one in self.screens[name]["widgets"]:
            if one["text"]:
                self.put(frame, one)
            if one["kind"] == "header" and name != "starting":  # nobody knows the time yet
                x, y, w, _ = one["rect"]
                made = tkinter.Label(frame, textvariable=self.clock, background=BG)
                made.place(x=x + w - 60, y=y)
        if self.frame is not None:
            self.frame.destroy()
        self.frame = frame

    def put(self, frame: tkinter.Frame, one: dict[str, Any]) -> None:
        """One widget."""
        x, y, w, h = one["rect"]
        made: tkinter.Widget
        if one["kind"] == "button":
            strong = one["action"] in PRIMARY
            ground, ink = (ACCENT, SURFACE) if strong else (SURFACE, INK)
            leads = LEADS.get(one["action"])
            made = tkinter.Button(
                frame,
                text=one["text"],
                background=ground,
                foreground=ink,
                command=(lambda: self.show(leads)) if leads else lambda: None,
            )
        elif one["kind"] == "header":
            made = tkinter.Label(frame, text=one["text"], background=BG, foreground=INK, anchor="w")
            w -= 60
        else:
            made = tkinter.Label(
                frame, text=one["text"], background=BG, foreground=INK, anchor="nw", justify="left"
            )
        made.place(x=x, y=y, width=w, height=h)

    def tick(self) -> None:
        """The time of day, and again at the next minute."""
        self.clock.set(time.strftime("%H:%M"))
        self.root.after(1000 * (60 - time.localtime().tm_sec), self.tick)


def main() -> None:
    """As the module says."""
    with open(sys.argv[1], "rb") as file:
        screens = marshal.load(file)
    Kiosk(screens, sys.argv[2]).root.mainloop()


if __name__ == "__main__":
    main()
