"""`harness check`: captured traffic held against the protocol, without a browser: HAR files, journals, recordings, single bodies."""
