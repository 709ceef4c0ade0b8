"""The same house around a simulated cabinet: in real time with a workbench, in virtual time for
stories and soaks.

Theory of operation.  `physics` (in `drivers`) is the thing in the hall: doors, latches, cables,
supply.  It survives a power cut; the house in front of it does not.  Everything a person can do to
the cabinet goes through one `World`, whoever asks: the workbench's buttons, `lockerctl sim`, or a
line of a story.
"""
