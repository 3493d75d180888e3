"""Headers that the venue's answers share, whichever way they leave."""

# For whatever a browser may be shown.
SAFE = [(b"x-content-type-options", b"nosniff")]
# For what is about one user: no cache keeps it.
PRIVATE = [*SAFE, (b"cache-control", b"no-store")]
