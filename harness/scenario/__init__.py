"""Scenario and target files: the input of a run."""
