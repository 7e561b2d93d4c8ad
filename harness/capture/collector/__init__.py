"""The collector: the server around a protocol's endpoints."""
