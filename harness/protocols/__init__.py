"""Tracker protocols: one package for each, with its interface in harness/protocol.py."""
