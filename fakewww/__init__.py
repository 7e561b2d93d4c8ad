"""The built-in store: a shop one could believe in, that serves its own ledger. Imports nothing of the harness."""
