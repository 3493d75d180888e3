"""Seeded traders that make the demo live, as clients of the public API."""
