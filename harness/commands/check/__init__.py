"""`harness check`: captured traffic checked against the protocol, without a browser: HAR, NDJSON, URLs, single bodies."""
