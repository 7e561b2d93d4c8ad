"""What is wrong with the tracker on a store that nobody has described: look around in it, record, judge."""
