"""No tests of the harness: `bench.py` runs the tests in `handwritten`."""

collect_ignore = ["handwritten"]
