"""Jirafe requests: how they are decoded, validated and answered."""
