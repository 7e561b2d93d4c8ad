"""Runs scenarios: one environment, browser context and recording for each."""
