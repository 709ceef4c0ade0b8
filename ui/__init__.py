"""The touchscreen: what a person standing at the cabinet sees, hears and touches.

The packages and modules point one way: screens -> widgets -> (theme, geometry, icons);
``text`` and ``paint`` turn widgets into pixels, ``backend`` moves pixels to glass and touches back.
Only ``backend``, ``text`` and ``paint`` know pygame. Nothing here knows a lock or a journal.
"""
