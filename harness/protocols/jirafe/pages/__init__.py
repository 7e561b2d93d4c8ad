"""Checks of the Jirafe snippet and calls on a store's pages."""
