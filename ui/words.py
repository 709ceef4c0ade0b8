"""Every word that the kiosk shows, by key, in English.

Theory of operation.  `say` looks a key up and fills in names in braces; `count` chooses between one
and more.  Another language is another table with the same keys and the same names in braces.

Rules.  Calm and exact: what is so, what happens next, whom to call.  Nobody is blamed.  A sentence
claims no more than what was recorded: a door that is open is open, and only a door that was also
closed again makes a collection.  A code that was not proven gets the same words whatever the cause.
"""

from __future__ import annotations

from typing import Final

from ui.model import HIDDEN, Moment

TEXT: Final[dict[str, str]] = {
    # -- shared
    "back": "Back",
    "cancel": "Cancel",
    "done": "Done",
    "help": "Help",
    "next": "Next",
    "previous": "Previous",
    "page": "{page} of {pages}",
    "call": "Call {phone}",
    "quote": "Quote {reference}",
    "reference": "Reference",
    "locker": "Locker {unit}",
    "name.erased": "Name no longer kept",
    "item.erased": "Item no longer kept",
    "when.at": "{day} at {time}",
    "when.until": "until {day}, {time}",
    "when.from": "from {day}, {time}",
    "day.today": "today",
    "day.yesterday": "yesterday",
    "day.tomorrow": "tomorrow",
    "weekdays": "Mon Tue Wed Thu Fri Sat Sun",
    "months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    # -- idle
    "starting.title": "One moment",
    "starting.body": "The locker is starting.",
    "cannot.title": "This locker\ncannot start",
    "cannot.body": "Nothing is released until this is mended.",
    "cannot.more": "and {n} more; lockerctl check-config lists them all",
    "home.title": "Collect\nyour item",
    "home.body": "Scan the QR code\nyou were sent, or\ntype your code.",
    "home.body.keypad": "Type the code\nfrom your message.",
    "home.scan": "Scan QR code",
    "home.code": "Enter code",
    "home.staff": "Staff",
    "home.attention.one": "1 needs attention",
    "home.attention.more": "{n} need attention",
    "home.ajar.one": "Locker {units} is open. Please push its door shut.",
    "home.ajar.more": "Lockers {units} are open. Please push their doors shut.",
    "list.and": "{some} and {last}",
    # -- out of service
    "service.title": "This locker is\nbeing serviced",
    "service.body": "Your item is safe and your code stays valid.",
    "service.more": "Nothing has been released.",
    # -- help
    "help.title": "How to collect",
    "help.scan": "Scan your QR code, or type your code",
    "help.type": "Type the code from your message",
    "help.take": "Take your item from the open locker",
    "help.close": "Close the door and keep your receipt",
    # -- codes
    "scan.title": "Show your\nQR code",
    "scan.body": "Hold it flat in front of the scanner, a hand's width away.",
    "scan.broken": "The scanner is not working at the moment. Please type your code instead.",
    "code.title": "Enter your code",
    "code.length": "{n} digits, from your message",
    "code.hidden": "Your code stays hidden",
    "code.staff.title": "Enter your PIN",
    "code.staff.length": "{n} digits",
    "code.staff.hidden": "Your PIN stays hidden",
    "code.ok": "OK",
    "code.erase": "Erase",
    "paused.title": "Keypad paused",
    "paused.until": "Until {time}. QR codes can be scanned.",
    "paused.for": "For {left}. QR codes can be scanned.",
    "paused.until.wait": "Until {time}. Your code stays valid.",
    "paused.for.wait": "For {left}. Your code stays valid.",
    "checking.title": "Checking your code",
    "checking.body": "One moment.",
    # -- refusals
    "refused.unproven.title": "We could not\nmatch this code",
    "refused.unproven.body": "Please check it and try again, or call and we will help.",
    "refused.early.title": "Ready from {time}",
    "refused.early.title.day": "Ready {day},\nfrom {time}",
    "refused.early.body": "Your code is right and your item is safe.",
    "refused.expired.title": "The time to\ncollect has ended",
    "refused.expired.body": "It ended {when}. Please call.",
    "refused.collected.title": "Already\ncollected",
    "refused.collected.body": "Recorded {when}. Not you? Please call.",
    "refused.clock.title": "The time must be\nchecked first",
    "refused.clock.body": "Your code stays valid. Please call: we will help.",
    "refused.held.title": "The locker must\nbe checked first",
    "refused.held.body": "Your code is right. Please call: we will look inside.",
    "refused.open.title": "This locker is\nalready open",
    "refused.open.title.unit": "Locker {unit} is\nalready open",
    "refused.open.body": "Please take your item and close the door.",
    "refused.service.title": "This locker is\nbeing serviced",
    "refused.service.body": "Your item is safe and your code stays valid.",
    "refused.paused.title": "Keypad paused",
    "refused.again": "Try again",
    # -- doors
    "opening.title": "Opening\nlocker {unit}",
    "opening.body": "The door springs open by itself.",
    "opening.retry": "Push the door,\nthen pull.",
    "opening.retry.body": "Trying once more.",
    "open.title": "Locker {unit}\nis open",
    "open.recorded": "Opening recorded",
    "open.take": "Take your item",
    "open.place": "Place the item",
    "open.close": "Close the door",
    "open.time": "Time left",
    "open.overdue": "Door still open",
    "open.overdue.title": "Please close\nlocker {unit}",
    "open.help.title": "Take your time",
    "open.help.body": "The door stays open until you close it. For help, call {phone} and quote "
    "{reference}.",
    "open.help.back": "Back to the locker",
    "not_opened.title": "Locker {unit}\ndid not open",
    "not_opened.body": "Your code still works. Please try again, or call.",
    "map.where": "Locker {unit}: column {column} from the left, door {row} from the top",
    # -- receipt
    "receipt.recorded": "Collection recorded",
    "receipt.title": "Collected",
    "receipt.body": "Locker {unit}, opened and closed {when}.",
    "receipt.qr": "Scan to keep your receipt",
    "receipt.keep": "Note this reference to keep your receipt.",
    # -- more time
    "ask.title": "Do you need\nmore time?",
    "ask.code": "We will clear your code in {n} seconds.",
    "ask.session": "Your session ends in {n} seconds.",
    "ask.deposit": "In {n} seconds an operator is asked to check this deposit.",
    "ask.yes": "Yes, continue",
    "ask.no": "No, finish",
    # -- staff
    "badge.title": "Show your\nstaff badge",
    "badge.body": "Hold its QR code in front of the scanner. Your PIN comes next.",
    "badge.broken": "The scanner is not working, so nobody can sign in here now.",
    "staff.bar": "{name} · {role}",
    "staff.ends": "Ends {time}",
    "staff.number": "Staff {number}",
    "role.depositor": "Depositor",
    "role.operator": "Operator",
    "role.technician": "Technician",
    "role.installer": "Installer",
    "role.auditor": "Auditor",
    "menu.deposit": "Deposit an item",
    "menu.deposit.none": "Nothing is announced",
    "menu.deposit.one": "1 handover waits for its item",
    "menu.deposit.more": "{n} handovers wait for their items",
    "menu.queue": "Needs attention",
    "menu.queue.none": "Nothing needs attention",
    "menu.queue.one": "1 matter is open",
    "menu.queue.more": "{n} matters are open, the most pressing first",
    "menu.urgent": "Urgent",
    "menu.end": "End session",
    "menu.signed": "Every action here is signed into the journal.",
    # -- deposit
    "pick.new": "New handover",
    "pick.empty": "No handover waits for its item. Begin a new one.",
    "pick.row": "{place} · {window} · {item}",
    "pick.finish": "Finish",
    "form.title": "New handover",
    "form.step": "{n} of {of}",
    "form.recipient": "Who is it for?",
    "form.recipient.hint": "Name of the recipient",
    "form.recipient.missing": "Please type who it is for.",
    "form.item": "What is it?",
    "form.item.hint": "For example: contract bundle",
    "form.item.missing": "Please type what it is.",
    "form.reference": "Your own reference?",
    "form.reference.hint": "Optional, for example a case number",
    "form.profile": "Which kind of handover?",
    "form.size": "How large is it?",
    "form.size.missing": "Please choose a size.",
    "form.size.free.one": "1 free",
    "form.size.free.more": "{n} free",
    "form.summary": "{item} for {recipient}",
    "form.send": "Open a locker",
    "form.reason.missing": "Please type a reason.",
    "confirm.title": "Locker {unit}\nis closed",
    "confirm.body": "Is the item inside?",
    "confirm.yes": "I have placed it and closed the door",
    "confirm.reopen": "Open again",
    "confirm.nothing": "Nothing was placed",
    "minting.title": "Recording\nthe deposit",
    "minting.body": "The code for the recipient is being made.",
    "done.recorded": "Deposit recorded",
    "done.title": "Locker {unit}",
    "done.for": "{reference} · {recipient}, {until}",
    "done.pin": "Code for the recipient",
    "done.once": "Shown here once. Please pass it on now.",
    "done.sent": "The code was sent",
    "done.sent.body": "The recipient gets the code separately. It is not shown here.",
    "done.waiting": "Code not sent yet",
    "done.waiting.body": "The code is not shown here. If this does not change, tell an operator.",
    "done.next": "Next item",
    # -- queue
    "queue.title": "Needs attention",
    "queue.empty": "Nothing needs attention.",
    "queue.risk.1": "Urgent",
    "queue.risk.2": "Urgent",
    "queue.risk.3": "Soon",
    "queue.risk.4": "Soon",
    "queue.risk.5": "Check",
    "queue.risk.6": "Check",
    "queue.times": "{n} times",
    "queue.owner": "{name} is on it",
    "queue.unowned": "Nobody is on it yet",
    "age.now": "just now",
    "age.minutes": "{n} min ago",
    "age.hours": "{n} h ago",
    "age.days.one": "1 day ago",
    "age.days.more": "{n} days ago",
    "item.recorded": "Recorded: {detail}",
    "item.since": "Since {when}",
    "item.take": "I take this on",
    "item.noted": "Close this",
    "item.present": "Item present",
    "item.removed": "Taken out",
    "item.missing": "Missing",
    "detail.left": "the depositor went away without a word",
    "detail.power": "the power was cut",
    "detail.unpowered": "found open after the power came back",
    "detail.not opened": "no opening was seen",
    "detail.not opened again": "it did not open again for the depositor",
    "detail.wrong": "a code of this handover was mistyped at least three times",
    "detail.locked": "five wrong codes: its PIN is dead",
    "detail.unstable": "the contact keeps changing",
    "detail.no contact": "the contact does not answer",
    "detail.battery": "against the clock on the board",
    "reason.title": "Why can this be closed?",
    "reason.hint": "A short reason, for the record",
    "reason.send": "Close",
    "rule.cabinet": "Cabinet out of service",
    "rule.cabinet.next": "Mend what the reason names, then put the cabinet back into service.",
    "rule.epoch": "A new record was begun",
    "rule.epoch.next": "The old one ended early. Look into each locker that held something.",
    "rule.forced": "Locker {unit} opened without a code",
    "rule.forced.next": "Go and look. Check the door and what lies inside, then close it.",
    "rule.frozen": "Locker {unit} must be checked",
    "rule.frozen.next": "It is not known what the door did. Look inside and say what you found.",
    "rule.unconfirmed": "Locker {unit}: deposit unconfirmed",
    "rule.unconfirmed.next": "Look inside. The depositor can finish it, or you take the item out.",
    "rule.left_open": "Locker {unit} was left open",
    "rule.left_open.next": "Look inside, then close the door. Closing it ends this by itself.",
    "rule.not_opened": "Locker {unit} did not open",
    "rule.not_opened.next": "Test the lock. An empty locker is out of use until it is put back.",
    "rule.strike": "Locker {unit}: lock fault",
    "rule.strike.next": "Have the lock and its cable checked before the locker is used again.",
    "rule.sensor": "Locker {unit}: sensor unclear",
    "rule.sensor.next": "Check the door contact. A steady contact ends this by itself.",
    "rule.guessing": "Locker {unit}: wrong codes",
    "rule.guessing.next": "Ask the recipient. After five, only the QR code opens this locker.",
    "rule.expired": "Locker {unit}: not collected",
    "rule.expired.next": "The time has ended. Take the item out and tell the recipient.",
    "rule.interrupted": "Locker {unit}: power was cut",
    "rule.interrupted.next": "A release was cut short with the door closed. The code still works.",
    "rule.input": "The {device} is not working",
    "rule.input.next": "Check its cable. When it answers again, this ends by itself.",
    "rule.copy": "The second copy has stopped",
    "rule.copy.next": "Look at its medium. When it can be written again, this ends by itself.",
    "rule.clock": "The clock was corrected",
    "rule.clock.next": "Check that the time is right. Windows are judged by proven time only.",
    "rule.gone": "This was closed meanwhile",
    "rule.gone.next": "Nothing is left to do here.",
    "device.scanner": "scanner",
    "device.keypad": "keypad",
    "device.touch": "touchscreen",
}


def say(key: str, **values: object) -> str:
    """The words of `key`, with `{name}` filled in.  KeyError when there is no such key or name."""
    return TEXT[key].format(**values) if values else TEXT[key]


def count(key: str, n: int, **values: object) -> str:
    """`key.one` for exactly one, else `key.more`."""
    return say(f"{key}.one" if n == 1 else f"{key}.more", n=n, **values)


def knows(key: str) -> bool:
    """Whether there are words for this key."""
    return key in TEXT


def day(moment: Moment) -> str:
    """`today`, or a date such as `Mon 24 Nov`, with the year when it is another one."""
    if knows(f"day.{moment.day}"):
        return say(f"day.{moment.day}")
    weekday, number, month, *year = moment.day.split()
    name, of = say("weekdays").split()[int(weekday)], say("months").split()[int(month) - 1]
    return " ".join([name, number, of, *year])


def when(key: str, moment: Moment) -> str:
    """A moment in a phrase: `when.at`, `when.until` or `when.from`."""
    return say(key, day=day(moment), time=moment.time)


def listed(names: tuple[str, ...]) -> str:
    """`3`, `3 and 7`, `3, 7 and 12`."""
    *some, last = names
    return say("list.and", some=", ".join(some), last=last) if some else last


def age(minutes: int) -> str:
    """How long ago something began."""
    if minutes < 1:
        return say("age.now")
    if minutes < 60:
        return say("age.minutes", n=minutes)
    if minutes < 48 * 60:
        return say("age.hours", n=minutes // 60)
    return count("age.days", minutes // (24 * 60))


def seconds(left_s: int) -> str:
    """`0:43`."""
    return f"{left_s // 60}:{left_s % 60:02d}"


def named(name: str, key: str) -> str:
    """A name, or `key`'s words when it was erased."""
    return name if name or name == HIDDEN else say(key)
