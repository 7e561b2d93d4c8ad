"""The store's back end: its documents, and how it sends them."""
