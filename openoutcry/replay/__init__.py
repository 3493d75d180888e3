"""Recorded order flow, read in the form in which the engine takes it."""
