"""Randomness that can be repeated."""

from random import Random


def seeded(seed: int, name: str) -> Random:
    """The source of randomness of one participant or factor: independent of all others."""
    return Random(f"{seed}/{name}")  # noqa: S311 - it drives a simulation, it keeps no secret
