"""`harness mutate`: how many deliberately broken trackers the scenarios catch, each in a real browser."""
