"""Commands that have no package of their own: their options, and what they mean."""
