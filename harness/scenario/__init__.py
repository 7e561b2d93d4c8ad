"""Scenario and target files: what a run is asked to do."""
