"""Write first files for a store: a target by asking the store, a scenario by a recording."""
