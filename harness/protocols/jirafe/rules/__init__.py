"""Checks of Jirafe events against pages, cookies, clocks and visits."""
