"""The documents of the Events API: how they are decoded, validated and answered."""
