"""The workbench of a simulation: the cabinet's front, a telephone, and hands for a newcomer.

One window shows the kiosk as it is, the front of the cabinet below it, and beside them a telephone
with the codes.  `model` says what is so, `guide` what to try next, `screen` lays it out, `bench`
turns clicks into hands on the simulated world.  Nothing here decides or pretends anything: whatever
it shows was read from the cabinet, and whatever it does a person in the hall could do.
"""
