"""Every word that the kiosk shows, by key: English here, other languages in `ui/locale`.

Theory of operation.  `say` looks a key up in the language that is spoken, and in English where that
has no words for it; it fills in names in braces.  A text with `{n}` is counted: a language chooses
its form by the number.  `count` does the same where English itself has two (`key.one`,
`key.more`).  `speaking` says which language is spoken while a screen is built; outside it is
English.  A telephone number (`{phone}`) is never broken over two lines.

Rules.  Calm and exact: what is so, what happens next, whom to call.  Nobody is blamed.  A sentence
claims no more than what was recorded: a door that is open is open, and only a door that was also
closed again makes a collection.  A code that was not proven gets the same words whatever the cause.
After a change: `scripts/catalogue update`, then the words of the other languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple

from ui import lang
from ui.moment import HIDDEN, Moment

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
    "day.date": "{weekday} {day} {month}",
    "day.date.year": "{weekday} {day} {month} {year}",
    "time": "{hh}:{mm}",
    "time.parts": "0 AM 12 PM",
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
    "home.body.short": "Scan your QR code,\nor type your code.",
    "home.body.keypad": "Type the code\nfrom your message.",
    "home.scan": "Scan QR code",
    "home.code": "Enter code",
    "home.staff": "Staff",
    "rest.title": "Collect your item",
    "rest.scan": "Scan your QR code, or touch the screen",
    "rest.type": "Touch the screen, or type your code",
    "home.attention.one": "1 needs attention",
    "home.attention.more": "{n} need attention",
    "home.ajar.one": "Locker {units} is open. Please push its door shut.",
    "home.ajar.more": "Lockers {units} are open. Please push their doors shut.",
    "home.display": "Aa",
    "without.scanner": "The scanner does not work at the moment: type your code.",
    "without.keypad": "The keypad does not work at the moment: use the screen.",
    "without.touch": "The screen does not feel touch at the moment: use the keypad.",
    "without.only.scanner": "Only the scanner works at the moment: show your QR code.",
    "without.only.keypad": "Only the keypad works at the moment: type your code.",
    "without.only.touch": "Only the touchscreen works at the moment: type your code.",
    "without.all": "Out of order. Call {phone}",
    "display.title": "Text and colours",
    "display.body": "Until you have finished here.",
    "display.normal": "Normal text",
    "display.large": "Large text",
    "display.light": "Light",
    "display.dark": "Dark",
    "display.high-contrast": "High contrast",
    "list.and": "{some} and {last}",
    "list.comma": ", ",
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
    "help.lost": "I lost my code",
    "help.receipt": "My receipt again",
    # -- codes
    "scan.title": "Show your\nQR code",
    "scan.body": "Hold it flat in front of the scanner, a hand's width away.",
    "scan.broken": "The scanner is not working at the moment. Please type your code instead.",
    "code.title": "Enter your code",
    "code.length": "{n} digits, from your message",
    "code.hidden": "Your code stays hidden",
    "code.show": "Show digits",
    "code.hide": "Hide digits",
    "code.staff.title": "Enter your PIN",
    "code.staff.length": "{n} digits",
    "code.staff.hidden": "Your PIN stays hidden",
    "code.ok": "OK",
    "code.erase": "Erase",
    "code.fact.birth-date.title": "Your date of birth",
    "code.fact.birth-date.length": "Day, month, year: {n} digits",
    "code.fact.document-number.title": "Document number",
    "code.fact.document-number.length": "The last {n} digits of it",
    "code.fact.of.birth-date.title": "The recipient's\ndate of birth",
    "code.fact.of.birth-date.length": "Day, month, year: {n} digits",
    "code.fact.of.document-number.title": "The recipient's\ndocument number",
    "code.fact.of.document-number.length": "The last {n} digits of it",
    "code.fact.forgotten": "I do not know it",
    "fact.help.title": "A member of staff\ncan help",
    "fact.help.body": "They look at a document of yours. Is nobody here? Please call: your code "
    "stays valid.",
    "fact.help.staff": "Staff: check identity",
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
    "refused.receipt": "Show the receipt",
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
    "refused.late.title": "The door closed\na while ago",
    "refused.late.body": "Please call: we will look into it with you.",
    "refused.asked.title": "This cannot be\ndone here now",
    "refused.asked.body": "Please call: we will look into it with you.",
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
    # -- something is wrong
    "amiss.button": "Something is wrong",
    "amiss.title": "What is wrong with locker {unit}?",
    "amiss.none": "Nothing can be said here now. Please call.",
    "amiss.empty": "It is empty",
    "amiss.wrong": "It is not my item",
    "amiss.damaged": "The item is damaged",
    "amiss.leave": "I leave it inside",
    "amiss.again": "Open it once more",
    "left.recorded": "It stays inside",
    "left.body": "Close the door with the item inside. Your code will work again.",
    "left.take": "I take it after all",
    "kept.title": "Your item is still\nin locker {unit}",
    "kept.body": "The door is closed and your code still works.",
    "seal.title": "Seal {number}: unbroken?",
    "seal.title.erased": "Is the seal unbroken?",
    "seal.body": "Compare the number, or scan the seal.",
    "seal.body.look": "Look at the seal of your item.",
    "seal.whole": "Yes, it is unbroken",
    "seal.seal-broken": "It is broken or missing",
    "seal.skip": "Go on without looking",
    "seal.seal-other": "It has another number",
    "disputed.title": "Thank you,\nwe recorded this",
    "disputed.body": "An operator will look inside.",
    "disputed.close": "Please close the door. An operator will look inside.",
    "again.failed.body": "Your receipt stands. Something still inside? Please call.",
    "again.receipt": "Receipt",
    # -- signature
    "sign.meaning": "I have received the item from locker {unit}.",
    "sign.by": "{name}, {when}",
    "sign.hint": "Please sign here with your finger",
    "sign.again": "Hardly anything was drawn. Please sign again.",
    "sign.clear": "Clear",
    "sign.other": "Without drawing",
    "sign.other.title": "Sign without drawing",
    "sign.other.body": "A key says the same: I have received the item from locker {unit}. Nobody "
    "has to sign: what you took is recorded already.",
    "sign.key": "I confirm",
    "sign.none": "Do not sign",
    # -- receipt
    "receipt.recorded": "Collection recorded",
    "receipt.signed": "Recorded and signed",
    "receipt.confirmed": "Recorded and confirmed",
    "receipt.title": "Collected",
    "receipt.body": "Locker {unit}, opened and closed {when}.",
    "receipt.qr": "Scan to keep your receipt",
    "receipt.another": "Open the next locker",
    "receipt.keep": "Note this reference to keep your receipt.",
    # -- more time
    "ask.title": "Do you need\nmore time?",
    "ask.code": "We will clear your code in {n} seconds.",
    "ask.session": "Your session ends in {n} seconds.",
    "ask.deposit": "In {n} seconds an operator is asked to check this deposit.",
    "ask.yes": "Yes, continue",
    "ask.no": "No, finish",
    # -- spoken, for whoever does not see the screen or does not touch it
    "speech.on": "Speech is on. To hear anything again, press erase.",
    "speech.off": "Speech is off.",
    "speech.end": "Finished. Speech is off.",
    "speech.ajar": "The door is still open. Please push it shut. Speech is off.",
    "speech.key": "Key {digit}: {what}",
    "speech.ok": "OK: {what}",
    "speech.cancel": "Cancel: {what}",
    "speech.stop": "Cancel: stop and go back",
    "speech.empty": "OK without a digit: {what}",
    "speech.size": "size {size}",
    "speech.staff": "{who}. The session ends at {time}.",
    "speech.reference": "Reference {reference}, for {recipient}, {until}",
    "speech.next": "Zero: the next choice",
    "speech.chosen": "{what}, chosen",
    "speech.code": "Type the digits on the keypad, then press OK. Erase takes the last one back.",
    "speech.full": "All digits are typed. Press OK.",
    "speech.typed": "{filled} of {length} digits are typed.",
    "speech.star": "star",
    "speech.text": (
        "Words are typed with the keyboard on the screen, digits also here. Then press OK."
    ),
    "speech.ask": "Press any key to go on.",
    "speech.more": "You have more time.",
    "speech.nothing": "This key does nothing here.",
    "speech.hidden": "not spoken aloud",
    "speech.private": "Names and codes are spoken only in headphones.",
    "speech.volume": "Volume {level} of {most}",
    # -- staff
    "badge.title": "Show your\nstaff badge",
    "badge.body": "Hold its QR code in front of the scanner. Your PIN comes next.",
    "badge.broken": "The scanner is not working. Type what a telephone reads from the badge.",
    "badge.type": "Type it",
    "ask.about.badge": "Badge without the scanner",
    "form.badge": "What does the badge say?",
    "form.badge.hint": "LKB and 26 characters",
    "form.badge.missing": "Please type what the badge says.",
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
    "menu.batch": "Deposit many items",
    "menu.batch.more": "Scan one after another, one tap each",
    "menu.fetch": "Take items back",
    "menu.fetch.none": "Nothing waits",
    "menu.fetch.one": "1 item waits for you",
    "menu.fetch.more": "{n} items wait for you",
    "menu.time": "Set the clock",
    "menu.time.more": "With a second person",
    "menu.queue": "Needs attention",
    "menu.queue.none": "Nothing needs attention",
    "menu.queue.one": "1 matter is open",
    "menu.queue.more": "{n} matters are open",
    "menu.count": "Count the contents",
    "menu.count.more": "Door after door, without the record",
    "menu.shift": "Hand over the shift",
    "menu.shift.more": "To the next operator, with what is open",
    "menu.pin": "Change your PIN",
    "menu.pin.more": "The old one first, then a new one twice",
    "menu.maintenance": "Maintenance",
    "menu.maintenance.more": "Half an hour, with the ticket of the work",
    "menu.setup": "Self-test",
    "menu.setup.more": "Every part, and what to compare",
    "menu.export": "Reports to a stick",
    "menu.export.more": "Figures, the journal, a case file",
    "menu.emergency": "Open all doors",
    "menu.emergency.more": "In an emergency, with a second person",
    "menu.urgent": "Urgent",
    "menu.end": "End session",
    "menu.signed": "Every action here is signed into the journal.",
    # -- founders, cards, PINs
    "claim.title": "This locker\nis not claimed yet",
    "claim.body": "The owner signs this claim. Then scan the answer here.",
    "claim.body.socket": "The scanner is not working. Give the answer by lockerctl claim answer.",
    "claim.qr": "The claim as a QR code",
    "recovery.button": "Recovery cards",
    "recovery.title": "Show a\nrecovery card",
    "recovery.second": "Show another\nrecovery card",
    "recovery.body": "Any two of the three count. Then all three are dead, and new ones are made.",
    "recovery.owner": "Owner's claim",
    "recovery.open": "Nobody can sign in",
    "ask.about.number": "The next operator",
    "ask.about.name": "The next operator",
    "ask.about.emergency": "Opening all doors",
    "ask.about.case": "Case file",
    "ask.about.ticket": "Maintenance",
    "ask.about.why": "Maintenance",
    "ask.about.note": "Handing over the shift",
    "form.number": "Which staff number?",
    "form.number.hint": "1 to 6 digits",
    "form.number.missing": "Please type a number.",
    "form.name": "What is the name?",
    "form.name.hint": "First name and surname",
    "form.name.missing": "Please type the name.",
    "form.case": "Which handover?",
    "form.case.hint": "The reference on the slip or receipt",
    "form.case.missing": "Please type the reference.",
    "form.emergency": "Why must all doors open?",
    "form.emergency.hint": "A few words",
    "form.emergency.missing": "Please type the reason.",
    "form.ticket": "Which ticket is this work for?",
    "form.ticket.hint": "Its number",
    "form.ticket.missing": "Please type the ticket.",
    "form.why": "Why?",
    "form.why.hint": "A few words",
    "form.why.missing": "Please type the reason.",
    "ask.about.permit": "Permitting one release",
    "ask.about.key": "Opening with the key",
    "ask.about.bykey": "Handed over with the key",
    "ask.about.seal": "The seal of the item",
    "ask.about.asset": "A new handover",
    "ask.about.given": "A new handover",
    "form.seal": "What number has the seal?",
    "form.seal.hint": "Scan it, or type it",
    "form.seal.missing": "Please scan or type the seal's number.",
    "form.asset": "What number has the thing?",
    "form.asset.hint": "Scan its label; may be empty",
    "form.given": "What was given for it?",
    "form.given.hint": "Scan that label; may be empty",
    "form.permit": "Why is this release permitted?",
    "form.permit.hint": "For example: the clock on the wall says so",
    "form.permit.missing": "Please type the reason.",
    "form.key": "Why is the key needed?",
    "form.key.hint": "For example: the lock is broken",
    "form.key.missing": "Please type the reason.",
    "form.bykey": "Why was the key used?",
    "form.bykey.hint": "For example: no power",
    "form.bykey.missing": "Please type the reason.",
    "form.note": "What should the next operator know?",
    "form.note.hint": "Optional",
    "question.done": "Go on",
    "shown.badge.qr": "The badge as a QR code",
    "shown.badge.title": "The badge of\nstaff {number}",
    "shown.badge.body": "Photograph or print it now: it is shown this once. It needs your PIN too.",
    "shown.card.qr": "The recovery card as a QR code",
    "shown.card.title": "Recovery card\n{number} of 3",
    "shown.card.body": "Write it down or photograph it now: it is shown this once. Keep all three "
    "apart.",
    "shown.next": "I have it, go on",
    "shown.last": "I have it, finish",
    "code.old.title": "Enter your old PIN",
    "code.new.title": "Choose a PIN",
    "code.again.title": "The same PIN again",
    "code.telephone.title": "Read this out",
    "code.telephone.body": "Then type what you hear",
    # -- a lost code
    "lost.title": "Ticket {ticket}",
    "lost.none": "Please call",
    "lost.body": "Call and say this number. You get a new code.",
    "lost.call": "You get a new code from us.",
    "lost.telephone": "I am on the phone",
    "lost.wait": "One moment",
    "lost.done": "Your new code",
    "lost.once": "Shown here once. Photograph it or write it down.",
    "lost.dead": "The old code has ended.",
    "lost.only_qr": "Only the QR code works: keep a picture of it.",
    "lost.sent": "The new code was sent to you.",
    "lost.waiting": "The new code is being sent to you.",
    # -- the first hour
    "claim.setup": "Check the parts",
    "setup.title": "Setting up this locker",
    "setup.green": "Right",
    "setup.amber": "Look",
    "setup.red": "Fault",
    "setup.record": "Record self-test",
    "setup.right": "Right",
    "setup.wrong": "Wrong",
    "part.cabinet": "Cabinet",
    "part.doors": "Door contacts",
    "part.strikes": "Doors by name",
    "part.screen": "Display",
    "part.touch": "Touch",
    "part.scanner": "Scanner",
    "part.keypad": "Keypad",
    "part.speech": "Speech",
    "part.ruler": "Size of the display",
    "part.corners": "Touch at the corners",
    "part.clock": "Clock",
    "part.copy": "Second copy",
    "part.key": "The cabinet's key",
    "part.people": "People",
    "check.green": "Nothing to do",
    "check.retired": "Out of service. Mend what it says, then put it back.",
    "check.unknown": "Not read: {units}. Check the contact and its cable.",
    "check.open": "Open: {units}. Push shut.",
    "check.out": "Out of service: {units}",
    "check.failed": "It failed. Check it and its cable.",
    "check.strikes.failed": "Did not open: {units}. Check strike and supply.",
    "check.strikes.wrong": "Answers to another name: {units}. Open it once more.",
    "check.strikes.unchecked": "Open each door once and say which one it was",
    "check.unchecked": "Nobody has compared it yet",
    "check.wrong": "It was wrong. Correct it, then compare again.",
    "check.gone": "It does not answer. Check its cable.",
    "check.missing": "Its program or library is missing. Install it.",
    "check.unplugged": "Nothing is plugged in. Check the cable.",
    "check.silent": "Nobody touched it for long. Touch it.",
    "check.clock.title": "Is this the time?",
    "check.clock.body": "Compare it with a clock you trust.",
    "check.clock.unproven": "Nothing vouches for it. Two people can set it, or the network.",
    "check.copy.none": "None is configured: [copy] directory",
    "check.people.unclaimed": "Nobody can sign in. Let the owner sign the claim.",
    "check.people.one": "One operator. Enrol another one.",
    "check.key.title": "The cabinet's key",
    "check.key.body": "Read these words to the owner.",
    "check.key.qr": "The cabinet's public key as a QR code",
    "ruler.title": "Hold a bank card to the bar",
    "ruler.body.long": "Make the bar as long as the card's long edge.",
    "ruler.body.short": "Make the bar as long as the card's short edge.",
    "ruler.shorter": "Shorter",
    "ruler.longer": "Longer",
    "ruler.send": "It fits",
    "ruler.wrong": "The config says another size. Write [screen] width_mm = {mm}",
    "corners.title": "Touch the number",
    "corners.body": "{n} of 5. It moves to every corner and to the middle.",
    "corners.here": "Touch here: {n}",
    "corners.wrong": "I cannot hit it",
    "walk.title": "Locker {unit}",
    "walk.of": "Door {n} of {total}",
    "walk.body": "Stand where you see every door, then open this one.",
    "walk.open": "Open it",
    "walk.again": "Open it again",
    "walk.skip": "Skip",
    "walk.asked": "Which door opened?",
    "walk.pick": "Touch it here, then push it shut.",
    "walk.none": "None opened",
    "walk.map": "The doors, to say which one opened",
    "walk.contact": "Contact {seen} answered. In [[compartment]] {unit} correct contact_pin.",
    "walk.silent": "No contact answered. In [[compartment]] {unit} check contact_pin, closed_high.",
    "walk.strike": "Another strike answered. In [[compartment]] {unit} correct strike_pin.",
    "walk.both": "This is at locker {said}. In [[compartment]] {unit} correct both pins.",
    "walk.stuck": "The contact says open. Pull the door; check its latch and spring.",
    "walk.dead": "Nothing moved. Check the lock supply, and strike_pin in [[compartment]] {unit}.",
    # -- a second person
    "approve.title.one": "A second person\nmust approve this",
    "approve.title.more": "{n} more people\nmust approve this",
    "maint.title": "The cabinet",
    "maint.map": "The doors by state",
    "maint.ticket": "Ticket {ticket}",
    "maint.session": "Ticket {ticket} · until {time}",
    "maint.free": "{n} empty",
    "maint.occupied": "{n} in use",
    "maint.open": "{n} open",
    "maint.out": "{n} out of service",
    "maint.unknown": "{n} not known",
    "maint.attention": "{n} with a fault",
    "maint.finish": "End the work",
    "maint.door": "Locker {unit}",
    "maint.level.closed": "The contact says: closed",
    "maint.level.open": "The contact says: open",
    "maint.level.unknown": "The contact says nothing certain",
    "maint.is.occupied": "Something lies inside. An operator must stand beside you.",
    "maint.is.attention": "A fault is open in the operator's queue.",
    "maint.because": "Out of service: {reason}",
    "maint.resting": "The strike is resting for a few seconds.",
    "maint.nothing": "Nothing can be done here now.",
    "maint.test": "Test",
    "maint.inspect": "Look inside",
    "maint.retire": "Out of service",
    "maint.restore": "Back in service",
    "stick.title": "Put a stick in and choose",
    "stick.week": "Report of 7 days",
    "stick.week.more": "Figures, without names",
    "stick.month": "Report of 31 days",
    "stick.month.more": "Figures, without names",
    "stick.journal": "The journal",
    "stick.journal.more": "All of it, without names",
    "stick.case": "Case file",
    "stick.case.more": "One, with names",
    "stick.writing": "Writing to the stick",
    "stick.writing.body": "Please do not take it out. A long journal takes some minutes.",
    "stick.done": "You can take the stick now",
    "stick.done.body": "Everything was written and read back.",
    "stick.folder": "It is in this folder:",
    "stick.another": "Something else",
    "stick.again": "Try again",
    "stick.failed": "This is not on the stick",
    "stick.missing": "There is no stick.",
    "stick.missing.next": "Put one in, wait a few seconds, and try again.",
    "stick.full": "The stick is full.",
    "stick.full.next": "Make room on it, or use another one, and try again.",
    "stick.read-only": "The stick cannot be written to.",
    "stick.read-only.next": "Move its lock, or use another one, and try again.",
    "stick.pulled": "The stick was taken out, or it is broken.",
    "stick.pulled.next": (
        "Put it in again, or use another one, and try again. Leave it in until this screen says so."
    ),
    "stick.different": "The stick does not keep what is written to it.",
    "stick.different.next": "Throw it away and use another one.",
    "stick.unknown": "No handover has this reference, or more than one has.",
    "stick.unknown.next": "Look at the slip or the receipt again, or give 16 digits of the id.",
    "stick.record": "The journal could not be read.",
    "stick.record.next": "Please call for help.",
    "stick.power": "Power failed while it was written.",
    "stick.power.next": "Try again.",
    "count.title": "Count what lies inside",
    "count.body": "One door after another opens. Say what you see, then close it. The record stays "
    "hidden; what differs goes to the queue.",
    "count.stands": "{n} of {total} are done",
    "count.begin": "Begin",
    "count.go_on": "Go on",
    "count.end": "End the round",
    "count.door": "Locker {unit} · {at} of {of}",
    "count.opening": "It opens now.",
    "count.open": "What lies inside?",
    "count.shut": "What lay inside?",
    "count.said": "Close the door. The next one opens by itself.",
    "count.item": "Something",
    "count.empty": "Nothing",
    "count.skip": "Leave it out",
    "count.stop": "Stop for now",
    "count.over": "All have been counted",
    "count.early": "The round has ended early",
    "count.counted.one": "1 locker was counted",
    "count.counted.more": "{n} lockers were counted",
    "count.agree": "All of them are as the record says.",
    "count.differ.one": "1 differs from the record; it stands in the queue.",
    "count.differ.more": "{n} differ from the record; they stand in the queue.",
    "count.skipped": "Not counted: {units}",
    "emergency.going": "Doors are opening",
    "emergency.over": "All doors had their turn",
    "emergency.stopped": "The opening has ended early",
    "emergency.opened": "{n} of {total} doors were seen to open",
    "emergency.failed": "Not seen to open: {units}",
    "emergency.skipped": "Open already, or in use: {units}",
    "emergency.turn": "Locker {unit} opens now",
    "emergency.next": "What lay behind them waits for an operator. Close the doors.",
    "emergency.stop": "Stop",
    "approve.body": "Show the badge of somebody else. The PIN comes next.",
    "approve.identity.title": "A member of staff\nchecks your identity",
    "approve.identity.body": "Staff: look at the document, then show your badge.",
    "approve.document.title": "Which document do you see?",
    "approve.glass": "I am alone",
    "approve.glass.title": "Why do you act alone?",
    "approve.glass.done": "Go on",
    "approve.about.act": "Approval by a second person",
    "approve.about.identity": "Locker {unit}: identity check",
    "approve.about.release": "Locker {unit}: approval of the release",
    "approve.about.emergency": "Opening all doors",
    "approve.about.inspect": "Locker {unit}: looking inside",
    "approve.about.adopt": "Locker {unit}: saying what lies inside",
    "approve.about.shift": "The next operator takes over",
    "approve.about.time": "Setting the clock",
    "approve.about.key": "Locker {unit}: opening with the key",
    "document.passport": "Passport",
    "document.identity-card": "Identity card",
    "document.driving-licence": "Driving licence",
    "document.staff-card": "Staff card",
    # -- taken back, ordered, set
    "fetch.row": "Locker {unit} · {reference}",
    "fetch.empty": "Nothing waits to be taken back.",
    "fetch.take": "Take the item out",
    "fetch.recorded": "Return recorded",
    "fetch.done": "Taken back",
    "fetch.next": "Take the next one",
    "order.permit": "Permit one release",
    "order.permit.about": "Where the clock cannot tell; for 15 minutes",
    "order.key": "Use the key",
    "order.key.about": "Declare it first, with a second person",
    "order.bykey": "It was handed over with the key",
    "order.bykey.about": "With a second person who was there",
    "order.fetch": "Take the item back",
    "order.fetch.about": "Its locker opens now",
    "order.look": "Look inside",
    "order.look.about": "With a second person; what lies there is not known",
    "order.adopt": "Its item lies there",
    "order.adopt.about": "Its recipient gets a new code",
    "order.nothing": "Nothing lies there",
    "order.nothing.about": "The item stays held until it is found or missing",
    "order.none": "Nothing more can be done here now.",
    "time.proven": "Surely not before {when}",
    "time.month": "30 days",
    "time.day": "Day",
    "time.hour": "Hour",
    "time.ten": "10 min",
    "time.minute": "Minute",
    "time.more": "Later: {step}",
    "time.less": "Earlier: {step}",
    "time.send": "It is this time",
    # -- deposit
    "pick.new": "New handover",
    "pick.empty": "No handover waits for its item. Begin a new one.",
    "pick.row": "{place} · {window} · {item}",
    "pick.finish": "Finish",
    "form.title": "New handover",
    "form.step": "{at} of {of}",
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
    "confirm.yes": "Placed, and the door closed",
    "confirm.reopen": "Open again",
    "confirm.nothing": "Nothing was placed",
    "confirm.larger": "Larger locker",
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
    # -- a batch
    "batch.bar": "Many items · {n} deposited",
    "batch.title": "Scan the\nnext item",
    "batch.first": "Scan the\nfirst item",
    "batch.body": "Hold its label in front of the scanner. Its locker opens.",
    "batch.broken": "The scanner is not working. Pick the items from the list.",
    "batch.last": "Locker {unit} · {reference} · recorded",
    "batch.last.gone": "{reference} · recorded",
    "batch.list": "From the list",
    "batch.end": "Finish",
    "batch.finding.title": "Looking it up",
    "batch.done.one": "1 item deposited",
    "batch.done.more": "{n} items deposited",
    "batch.late.one": "1 code has not left yet; it stands in the queue until it has",
    "batch.late.more": "{n} codes have not left yet; they stand in the queue until they have",
    "batch.row": "Locker {unit} · {reference}",
    "batch.sent": "Sent",
    "batch.unsent": "Not sent",
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
    "item.history": "History",
    "lines.title": "Locker {unit} · {reference}",
    "lines.none": "Nothing is recorded about it any more.",
    "lines.announced": "Announced",
    "lines.given": "Door given to the depositor",
    "lines.told": "Lock told to open",
    "lines.opened": "Door seen to open",
    "lines.closed": "Door seen to close",
    "lines.not_opened": "Door not seen to open",
    "lines.confirmed": "Deposit confirmed",
    "lines.code": "Code made",
    "lines.recode": "New code made",
    "lines.sent": "Code sent",
    "lines.unsent": "Code not sent",
    "lines.locked": "Five wrong codes: PIN ended",
    "lines.wrong": "Wrong code",
    "lines.turned": "Right code, turned away",
    "lines.proven": "Right code",
    "lines.vouched": "Vouched for by telephone",
    "lines.approved": "Approved by a second person",
    "lines.collected": "Collected",
    "lines.returned": "Returned",
    "lines.expired": "Not collected in time",
    "lines.back": "To go back",
    "lines.changed": "Changed by an operator",
    "lines.held": "Held until somebody looks",
    "lines.found": "Found in its place",
    "lines.disputed": "The recipient objects",
    "lines.reminded": "Reminded",
    "lines.moved": "Moved to another locker",
    "lines.key": "Mechanical key declared",
    "lines.other": "Noted",
    "evidence.commanded": "command",
    "evidence.opened": "contact",
    "evidence.closed": "contact",
    "evidence.code": "code",
    "evidence.person": "by word",
    "evidence.cabinet": "by itself",
    "item.noted": "Close this",
    "item.orders": "More",
    "item.present": "Item present",
    "item.moved": "In the new locker",
    "item.removed": "Taken out",
    "item.missing": "Missing",
    "detail.left": "the depositor went away without a word",
    "detail.power": "the power was cut",
    "detail.unpowered": "found open after the power came back",
    "detail.not opened": "no opening was seen",
    "detail.not opened again": "it did not open again for the depositor",
    "detail.wrong": "a code of this handover was mistyped at least three times",
    "detail.locked": "five wrong codes: its PIN is dead",
    "detail.guessing.fact": "five wrong answers: only a document that staff looks at helps now",
    "detail.unstable": "the contact keeps changing",
    "detail.no contact": "the contact does not answer",
    "detail.battery": "against the clock on the board",
    "detail.out of service": "the cabinet was out of service",
    "detail.did not open": "it did not open",
    "detail.did not open for a deposit": "it did not open for a deposit",
    "detail.did not open for a move": "it did not open for a move",
    "detail.unreadable at start": "its contact did not answer at the start",
    "detail.not in the configuration": "it is not in the configuration",
    "detail.the door opened before its strike was pulsed": "the door opened before its lock did",
    "detail.the contact showed an open door before the strike": "the contact showed an open door "
    "before the lock opened it",
    "detail.nobody can tell what the door did while there was no power": "nobody can tell what the "
    "door did while there was no power",
    "detail.the door could not be read after a power cut": "the door could not be read after the "
    "power was cut",
    "detail.interrupted by a power cut": "the power was cut during a release",
    "detail.the door stands open, and nobody saw its strike open it": "the door stands open, and "
    "nobody saw its lock open it",
    "detail.the contact showed an open door before the release": "the contact showed an open door "
    "before the release",
    "detail.the contact says open; no opening was seen": "the contact says open, but no opening "
    "was seen",
    "detail.the contact says unknown; no opening was seen": "the contact does not answer, and no "
    "opening was seen",
    "detail.a new epoch began; what lies here is not known": "a new record was begun; what lies "
    "here is not known",
    "detail.opened in a count, and nobody said what lies there": "opened in a count, and nobody "
    "said what lies there",
    "detail.a count found it empty": "a count found it empty",
    "detail.two people looked and found nothing": "two people looked and found nothing",
    "detail.found inside; nobody knows whose it is": "found inside; nobody knows whose it is",
    "detail.a count found something inside": "a count found something inside",
    "detail.disputed.empty": "it was empty",
    "detail.disputed.wrong": "it was not the right item",
    "detail.disputed.damaged": "the item was damaged",
    "detail.disputed.seal-broken": "the seal was broken",
    "detail.disputed.seal-other": "the seal had another number",
    "detail.frozen.moved": "moved: {reason}",
    "detail.expired.told": "told {contact}",
    "detail.glass.by": "staff {number}: {reason}",
    "reason.title": "Why can this be closed?",
    "reason.hint": "A short reason, for the record",
    "reason.send": "Close",
    "rule.cabinet": "Cabinet out of service",
    "rule.cabinet.next": "Mend what the reason names, then put the cabinet back into service.",
    "rule.epoch": "A new record was begun",
    "rule.epoch.next": "The old one ended early. Look into each locker that held something.",
    "rule.emergency": "Doors were opened in an emergency",
    "rule.emergency.next": "Close every door, look into each compartment, and say what was found.",
    "rule.glass": "Somebody acted alone",
    "rule.glass.next": "Another person reviews this within 24 hours and says what they found.",
    "rule.forced": "Locker {unit} opened without a code",
    "rule.forced.next": "Go and look. Check the door and what lies inside, then close it.",
    "rule.frozen": "Locker {unit} must be checked",
    "rule.frozen.next": "It is not known what the door did. Look inside and say what you found.",
    "rule.unconfirmed": "Locker {unit}: deposit unconfirmed",
    "rule.unconfirmed.next": "Look inside. The depositor can finish it, or you take the item out.",
    "rule.seal": "Locker {unit}: another seal",
    "rule.seal.next": "Its number is not the announced one. Ask whoever sealed the item.",
    "rule.left_open": "Locker {unit} was left open",
    "rule.left_open.next": "Look inside, then close the door. Closing it ends this by itself.",
    "rule.not_opened": "Locker {unit} did not open",
    "rule.not_opened.next": "Test the lock. An empty locker is out of use until it is put back.",
    "rule.strike": "Locker {unit}: lock fault",
    "rule.strike.next": "Have the lock and its cable checked before the locker is used again.",
    "rule.doubt": "Locker {unit}: time not certain",
    "rule.doubt.next": "The clock cannot tell whether its window is open. Check the time and call "
    "the recipient.",
    "rule.count": "Locker {unit}: something unknown inside",
    "rule.count.next": "Find out what it is and take it out. Then put the locker back into use.",
    "rule.lost": "A code was lost: ticket {device}",
    "rule.lost.next": "Find out who the person is, then give a new code for this ticket.",
    "rule.sensor": "Locker {unit}: sensor unclear",
    "rule.sensor.next": "Check the door contact. A steady contact ends this by itself.",
    "rule.undelivered": "Locker {unit}: code not delivered",
    "rule.undelivered.next": "Check the printer or the file. After a power cut, issue a new code.",
    "rule.guessing": "Locker {unit}: wrong codes",
    "rule.guessing.next": "Ask the recipient. After five, only the QR code opens this locker.",
    "rule.disputed": "Locker {unit}: the recipient says it is wrong",
    "rule.disputed.next": "It was empty or the wrong item, they say. Look inside and say what you "
    "found.",
    "rule.refused": "Locker {unit}: not kept",
    "rule.refused.next": "The item goes back to whoever deposited it. Tell them to fetch it.",
    "rule.return": "Locker {unit}: to go back",
    "rule.return.next": "Nobody may collect it any more. Its depositor takes it back.",
    "rule.expired": "Locker {unit}: not collected",
    "rule.expired.next": "The time has ended. Take the item out and tell the recipient.",
    "rule.unsigned": "Locker {unit}: not signed for",
    "rule.unsigned.next": "The door opened and closed. Ask the recipient whether all is well.",
    "detail.unsigned.left": "the recipient went away without signing",
    "detail.unsigned.declined": "the recipient did not want to sign",
    "rule.interrupted": "Locker {unit}: power was cut",
    "rule.interrupted.next": "A release was cut short with the door closed. The code still works.",
    "rule.part": "The {device} is not working",
    "rule.part.next": "Check its cable. When it answers again, this ends by itself.",
    "rule.copy": "The second copy has stopped",
    "rule.copy.next": "Look at its medium. When it can be written again, this ends by itself.",
    "rule.clock": "The clock was corrected",
    "rule.clock.next": "Check that the time is right. Windows are judged by proven time only.",
    "rule.locked": "The badge of staff {device} is locked",
    "rule.locked.next": "Five wrong PINs were typed after it. Ask its holder, then set a new PIN.",
    "rule.recovery": "Recovery cards were used",
    "rule.recovery.next": "An operator was enrolled with two cards. Find out who, and why.",
    "rule.gone": "This was closed meanwhile",
    "rule.gone.next": "Nothing is left to do here.",
    "device.scanner": "scanner",
    "device.keypad": "keypad",
    "device.touch": "touchscreen",
    "device.screen": "display",
    "device.speech": "speech",
    "rule.unused": "Nobody touched the screen for long",
    "rule.unused.next": "People only used the keypad. Touch the screen: this ends when it answers.",
    "detail.part.gone": "It does not answer",
    "detail.part.missing": "Its program or library is not installed",
    "detail.part.failed": "It failed while at work",
    "detail.part.unplugged": "Nothing is plugged in",
    "detail.unused.silent": "No touch in a day, though the keypad was used",
    # -- keyboard
    "key.shift": "Shift",
    "key.space": "Space",
    "key.script": "Other letters",
    "key.accents": "Letters with accents",
    "key.letters": "ABC",
    "key.symbols": "?123",
    # -- what came of a request: the words of the core, which writes them in English
    "told.gone": "This handover is no longer waiting.",
    "told.recorded": "Recorded.",
    "told.setup.walked": "Every door was opened once.",
    "told.setup.enrolled": "somebody is enrolled here; sign in first",
    "told.count.still": "The round stands still. It goes on where it stood.",
    "told.count.running": "staff {number} is counting; wait until that stands still",
    "told.count.open": "door {unit} still stands open; close it first",
    "told.count.said": "this was answered already; close the door to go on",
    "told.count.closed": "the door was not seen to open; wait for it, or leave it out",
    "told.count.turn": "it is not this compartment's turn; look at the screen again",
    "told.count.service": "the cabinet is out of service; put it back first",
    "told.count.idle": "nobody counts; nothing needs ending",
    "told.seal": "scan the seal's number, or type it",
    "told.seal.long": "a seal's number has at most {most} printable characters",
    "told.seal.differs": "This is not the number of the deposit.",
    "told.seal.label": "This is a badge or a recipient's code. Scan the seal's label.",
    "told.asset.label": "This is a badge or a recipient's code. Scan the thing's label.",
    "told.given.nobody": "No handover has this label. Check it, or leave the answer empty.",
    "told.given.several": "Several handovers have this label. Type the reference of the right one.",
    "told.given.long": "This is too long. Type what is printed below the barcode.",
    "told.case": "This names no handover. Type the reference on its slip or receipt.",
    "told.maintenance": "The maintenance session has ended.",
    "told.unproven": "This does not fit. Check it and try again.",
    "told.differ": "The two PINs differ. Choose one again.",
    "told.old": "The old PIN is not right.",
    "told.changed": "Your PIN is changed.",
    "told.same": "This is the old PIN. Choose another one.",
    "told.must": "An operator set your PIN. Choose one that only you know.",
    "told.not_recognised": "This badge or PIN was not recognised. Try again.",
    "told.not_own": "nobody approves their own act or deposit; ask another person",
    "told.not_alone": "nobody releases alone what they deposited; ask another person",
    "told.twice": "this person has approved it already; ask another person",
    "told.may_not": "a {role} may not approve this; ask an operator",
    "told.waits": "too much waits for approval; try again in two minutes",
    "told.tickets": "too many codes are reported lost; call the number on the screen",
    "told.often": "this ticket was asked about too often; begin with a new one",
    "told.ticket": "this ticket is closed; say again that the code is lost",
    "told.nobody_vouched": "nobody vouched for this; ask for a challenge again",
    "told.late": "this challenge has ended; ask for another one",
    "told.late.said": "This challenge has ended. Ask for another one.",
    "told.reason": "a reason of 1 to {most} printable characters is needed; give one",
    "told.note": "a note has at most {most} printable characters; shorten it",
    "told.session": "the session has ended; sign in and begin again",
    "told.people": "{most} people are enrolled; a cabinet holds no more",
    "told.numbers": "{most} numbers are used; begin a new epoch to go on",
    "told.disk": "the disk is almost full; free some space, then try again",
    "told.digits": "a staff PIN has {most} digits; choose another",
    "told.weak": "this PIN is guessed first (a run or a repeat); choose another",
    "told.number": "a staff number has 1 to 6 digits; choose one",
    "told.enrolled": "staff {number} is enrolled; choose another number",
    "told.left": "staff {number} has left and the number is used; choose another",
    "told.name": "a name of 1 to {most} printable characters is needed; give it",
    "told.wrong_pin": "One wrong PIN was typed since you last signed in.",
    "told.wrong_pins": "{many} wrong PINs were typed since you last signed in.",
    "told.paused": "typing is paused; wait until it is over",
    "told.taken": "You have taken this on.",
    "told.not_fetched": "The door did not open. The item is still inside. Call for help.",
    "told.permitted": "One release is permitted for 15 minutes. Ask the recipient to try again.",
    "told.declared": "The key may be used within 15 minutes. Open, hand over, close the door.",
    "told.by_key": "The handover with the key is recorded.",
    "told.set": "The clock is set.",
    "told.look_inside": "Look inside and close the door. Then say what you saw.",
    "told.adopted": "Recorded. Its recipient gets a new code.",
    "told.found_nothing": "Recorded: nothing was inside. "
    "It stays held until it is found or missing.",
    "told.dead": "its codes are dead; look inside with a second person instead",
    "told.look_first": "nobody has looked inside just now; open it with a second person first",
    "told.looked_by": "staff {number} opened it; who opened it says what is there",
    "told.known": "the record knows what lies at {unit}; count it, or inspect it",
    "told.go_back": "this item is not to go back; look at the screen again",
    "told.fetcher": "only its depositor or an operator can fetch it; sign in as such",
    "told.in_use": "this door is in use; try again when it is closed",
    "told.nothing_waits": "nothing waits to be collected here; look at the handover",
    "told.tells": "the clock can tell now; ask the recipient to try again",
    "told.own_release": "nobody releases what they deposited; ask another operator",
    "told.own_key": "nobody hands over by key what they deposited; ask another person",
    "told.open_key": "the door is not known to be closed; say afterwards what was done",
    "told.vouched": "the clock is vouched for; nothing needs setting",
    "told.past": "it is proven to be later than that; read the time again",
    "told.far": "that is over a year after the last proof of time; read it again",
    "told.nothing": "Nothing was deposited.",
    "told.unconfirmed": "The deposit was not confirmed. It stands in the queue.",
    "told.no_door": "No compartment opened. Nothing was deposited. Call for help.",
    "told.nobody_has": "No announced handover has this code. Check the label, or pick it from the "
    "list.",
    "told.several": "{count} announced handovers have this code. Pick the right one from the list.",
    "told.no_item_code": "This is a badge or a recipient's code. Scan the item's label.",
    "told.no_larger": "no larger compartment is free; choose another answer",
    "told.reach": "a reach is one of: {reaches}; choose one",
    "told.fit": "no compartment has this size, reach and climate together; ask for less",
    "told.role": "a {role} may not do this; ask: {roles}",
    "told.nobody": "nobody is enrolled with this number and role; sign in again",
    "told.live": "{most} handovers are live; end some of them first",
    "told.exists": "a handover of this id is live; choose another id",
    "told.profile": "no profile {profile}; use one of: {profiles}",
    "told.size": "no compartment of size {size}; use one of: {sizes}",
    "told.window": "the window is empty or over a year long; give other times",
    "told.both": "a recipient and an item are needed; give both",
    "told.long": "texts are at most {most} printable characters; shorten it",
    "told.deposited": "something was deposited; end this handover in the queue",
    "told.again": "this handover was deposited already; choose another",
    "told.no_room": "no free compartment fits size {size}; ask an operator",
    "told.service": "the cabinet is out of service; an operator can restore it",
    "told.not_now": "this step is not possible now; look at the screen again",
    "told.depositor": "only the depositor can do this; sign in as that person",
    "told.no_unit": "the config has no compartment {unit}; ask an operator",
    "told.not_closed": "the door is not known to be closed; close it first",
    "told.no_item": "no queue item {item}; list them with: queue list",
    "told.opening": "its door is being opened right now; look again in a moment",
    "told.itself": "nothing is exchanged for itself; name the other handover",
    "told.item_busy": "this item is {state}; finish or stop that first",
    "told.finding": "a finding is one of: {findings}",
    "told.not_there": "there is no deposit to leave; nothing needs doing",
    "told.replaced": "these codes were replaced; deliver the newer ones",
    "told.glass": "a broken glass is reviewed by somebody else; ask another operator",
    "told.look_two": "say what was found in the compartment: removed or missing",
    "told.look": "say what was found in the compartment: present, removed or missing",
}


class Entry(NamedTuple):
    """What a translator translates at once: a key, and the keys of its English texts.

    `plural`: it is counted, and each language has as many forms as it needs.
    """

    key: str
    english: tuple[str, ...]
    plural: bool


def entries() -> list[Entry]:
    """Every entry, in the order of `TEXT`."""
    found = []
    for key, text in TEXT.items():
        base, _, last = key.rpartition(".")
        if last == "one" and f"{base}.more" in TEXT:
            continue
        if last == "more" and f"{base}.one" in TEXT:
            found.append(Entry(key, (f"{base}.one", key), True))
        elif "{n}" in text:
            found.append(Entry(key, (key, key), True))
        else:
            found.append(Entry(key, (key,), False))
    return found


_SPOKEN: Final[ContextVar[lang.Language]] = ContextVar("spoken", default=lang.ENGLISH)


def spoken() -> lang.Language:
    """The language that is spoken here."""
    return _SPOKEN.get()


@contextmanager
def speaking(code: str) -> Iterator[lang.Language]:
    """Speak a language within the block.  KeyError when there is no such language."""
    token = _SPOKEN.set(lang.language(code))
    try:
        yield _SPOKEN.get()
    finally:
        _SPOKEN.reset(token)


def _forms(key: str) -> tuple[str, ...]:
    """The forms of a key in the language that is spoken; empty for the English text."""
    here = _SPOKEN.get()
    if here is lang.ENGLISH:
        return ()
    from ui.lang.catalogue import forms  # not before another language is spoken

    return forms(here.code).get(key, ())


def _filled(text: str, values: dict[str, object]) -> str:
    if not values:
        return text
    if "phone" in values:
        values = {**values, "phone": str(values["phone"]).replace(" ", "\u00a0")}
    if _SPOKEN.get().rtl:
        values = {name: raw(value) if isinstance(value, str) else value
                  for name, value in values.items()}  # fmt: skip
    return text.format(**values)


def say(key: str, **values: object) -> str:
    """The words of `key`, with `{name}` filled in.  KeyError when there is no such key or name."""
    text, forms = TEXT[key], _forms(key)
    if forms:
        n = values.get("n")
        place = _SPOKEN.get().plural(n) if isinstance(n, int) else 0
        text = forms[min(place, len(forms) - 1)]
    return _filled(text, values)


def count(key: str, n: int, **values: object) -> str:
    """The form of `key` for a number: in English `key.one` for exactly one, else `key.more`."""
    text, forms = TEXT[f"{key}.one" if n == 1 else f"{key}.more"], _forms(f"{key}.more")
    if forms:
        text = forms[min(_SPOKEN.get().plural(n), len(forms) - 1)]
    return _filled(text, {"n": n, **values})


def knows(key: str) -> bool:
    """Whether there are words for this key."""
    return key in TEXT


def raw(text: str) -> str:
    """A text that is nobody's translation (a name, a number), kept whole inside a sentence."""
    if not _SPOKEN.get().rtl:
        return text
    from ui.lang.bidi import isolated  # not before a language from the right is spoken

    return isolated(text)


def time(hhmm: str) -> str:
    """A time of day as it is written here; empty stays empty."""
    if not hhmm:
        return ""
    hh, mm = hhmm.split(":")
    parts = say("time.parts").split()
    begun = [name for start, name in zip(parts[::2], parts[1::2], strict=True)
             if int(start) <= int(hh)]  # fmt: skip
    return say("time").format(hh=hh, mm=mm, h=(int(hh) + 11) % 12 + 1, part=begun[-1])


def day(moment: Moment) -> str:
    """`today`, or a date such as `Mon 24 Nov`, with the year when it is another one."""
    if knows(f"day.{moment.day}"):
        return say(f"day.{moment.day}")
    weekday, number, month, *year = moment.day.split()
    name, of = say("weekdays").split()[int(weekday)], say("months").split()[int(month) - 1]
    key = "day.date.year" if year else "day.date"
    return say(key).format(weekday=name, day=number, month=of, year="".join(year))


def when(key: str, moment: Moment) -> str:
    """A moment in a phrase: `when.at`, `when.until` or `when.from`."""
    return say(key, day=day(moment), time=time(moment.time))


def listed(names: tuple[str, ...]) -> str:
    """`3`, `3 and 7`, `3, 7 and 12`."""
    *some, last = names
    return say("list.and", some=say("list.comma").join(some), last=last) if some else last


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
    return raw(name) if name or name == HIDDEN else say(key)


def detail(rule: str, words: str) -> str:
    """What was recorded about a matter of the queue; what nobody translated stays as it is."""
    for key in (f"detail.{rule}.{words}", f"detail.{words}"):
        if knows(key):
            return say(key)
    key, values = found(words, f"detail.{rule}.")
    if rule == "frozen":  # why a move was stopped is a word of the core in its turn
        values = {name: detail("", value) for name, value in values.items()}
    return say(key, **values) if key else raw(words)


def told(words: str) -> str:
    """What came of a request, as a sentence: words of the core, which writes them in English."""
    if _SPOKEN.get() is not lang.ENGLISH:
        key, values = found(words)
        if key and _forms(key):
            return say(key, **{name: _roles(value) for name, value in values.items()})
    return raw(words[:1].upper() + words[1:] + ("" if words.endswith(".") else "."))


def found(words: str, begun: str = "told.") -> tuple[str, dict[str, str]]:
    """(the key of words of the core, what stands where it has names in braces); empty for none.

    `begun`: how the keys begin among which it is looked for.
    """
    import re  # known to Python already, but not before a first picture

    for key, text in TEXT.items():
        if key.startswith(begun):
            parts = re.split(r"\{(\w+)\}", text)
            pattern = "".join(
                f"(?P<{part}>.+)" if place % 2 else re.escape(part)
                for place, part in enumerate(parts)
            )
            if got := re.fullmatch(pattern, words):
                return key, got.groupdict()
    return "", {}


def _roles(value: str) -> str:
    """Names of roles in the language that is spoken; anything else as it is."""
    parts = value.split(", ")
    if all(knows(f"role.{part}") for part in parts):
        return say("list.comma").join(say(f"role.{part}") for part in parts)
    return value
