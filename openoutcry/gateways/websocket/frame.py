"""Text frames as a server sends them (RFC 6455, section 5.2): final, not masked."""

import struct

_TEXT = 0x81


def text_frame(text: bytes) -> bytes:
    """Return the frame around UTF-8 `text`."""
    length = len(text)
    if length < 126:
        head = bytes((_TEXT, length))
    elif length < 65_536:
        head = struct.pack("!BBH", _TEXT, 126, length)
    else:
        head = struct.pack("!BBQ", _TEXT, 127, length)
    return head + text
