"""How much one client, and all of them, may ask of the WebSocket gateway."""

# Characters in a message of a client; beyond FRAME_LIMIT the connection ends (code 1009).
LARGEST_MESSAGE = 16 * 1024
FRAME_LIMIT = 64 * 1024
MOST_SYMBOLS = 500
# Levels of each side that a book may be followed to. However many depths readers ask for, the
# venue keeps and compares these few of each symbol.
BOOK_DEPTHS = (1, 5, 10, 20, 50, 100)
DEEPEST_BOOK = BOOK_DEPTHS[-1]
DEFAULT_DEPTH = 20
# Streams of one connection.
MOST_STREAMS = 1_000
MOST_CONNECTIONS = 10_000
MOST_CONNECTIONS_OF_ADDRESS = 5_000
# Connections that one user shows a token on.
MOST_CONNECTIONS_OF_USER = 50
# Messages of one connection: a burst, then so many a second.
REQUEST_BURST = 200
REQUEST_RATE = 50
# Streams that one connection joins, again and again or anew: a burst, then so many a second. Each
# costs the venue a snapshot.
JOIN_BURST = 1_000
JOIN_RATE = 200
