"""Quotes, depth, trades and candles for subscribers."""
