"""The outside's words: decimals, times, ids and JSON shapes, and how engine rows become them."""
