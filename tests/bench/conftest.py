"""Nothing here is a test of the harness; `bench.py` runs what is in `handwritten`."""

collect_ignore = ["handwritten"]
