"""Checks of the Jirafe snippet and its calls on a store's pages."""
