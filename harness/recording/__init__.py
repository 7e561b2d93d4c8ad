"""What happened in a run: records, their file format, the ledger and the timeline."""
