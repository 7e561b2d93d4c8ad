"""The verdict: a recording and its scenario give findings."""
