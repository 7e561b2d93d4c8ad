"""The store's back end: the documents that it sends, and how it sends them."""
