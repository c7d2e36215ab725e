"""Mingyao 明摇: the kiosk that runs a public lottery ceremony. docs/README says which package does what."""

__version__ = "0.1.0"
