"""Write first files: a target for a store, or a scenario from a recording."""
