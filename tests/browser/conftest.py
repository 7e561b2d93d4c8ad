"""Fixtures of the browser tests."""

from support.bare_machine import bare_machine

__all__ = ["bare_machine"]
