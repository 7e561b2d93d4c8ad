"""Builders, drivers and samples that the tests share."""
