"""X-Request-ID: the caller's own where it is harmless, else one of ours."""

import secrets
from itertools import count

_LONGEST = 128


class RequestIds:
    """Names requests. Ids of our own are unique without asking the kernel for each."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(6).encode()
        self._numbers = count(1)

    def of(self, given: bytes | None) -> bytes:
        """Return the id of a request whose X-Request-ID is `given`."""
        if given and len(given) <= _LONGEST and given.isascii():
            text = given.decode("ascii")
            if text.isprintable():
                return given
        return b"%s-%x" % (self._prefix, next(self._numbers))
