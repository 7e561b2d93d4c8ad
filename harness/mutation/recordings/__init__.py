"""Break a passing recording in every way that happens in the field, and count what the judge would have let pass."""
