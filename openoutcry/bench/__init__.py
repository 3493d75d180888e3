"""Benchmarks of the venue, printed with the machine that they ran on."""
