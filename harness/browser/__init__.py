"""Everything that talks to Playwright."""
