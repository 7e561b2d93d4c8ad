"""Makes the builders in this folder importable from the folders below it."""
