"""The Jirafe tracker protocol: the one folder that knows its field names and URLs."""
