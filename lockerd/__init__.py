"""lockerd: a secure handover locker with a custody record that anyone can check."""

__version__ = "0.1.0"
