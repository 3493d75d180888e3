"""The edges of the venue: bytes in, commands out, events back."""
