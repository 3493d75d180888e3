"""A small typed client of the venue's public HTTP and WebSocket API."""
