"""How often a name or an address may fail to log in."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from openoutcry.errors import Forbidden, RateLimited, Unauthenticated
from openoutcry.identity.rate_limit import RateLimiter

# A name: ten failures at once, then one every ten seconds, which is 8,640 guesses a day. An
# address, behind which a whole class may sit: a hundred, then one a second.
NAME_RATE, NAME_BURST = 0.1, 10
ADDRESS_RATE, ADDRESS_BURST = 1.0, 100
REMEMBERED = 50_000


class LoginThrottle:
    """Counts failed logins alone: every attempt pays when it begins, and a success is repaid.

    So no flood of attempts in parallel slips past before the first of them has failed.
    """

    def __init__(self, *, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        """clock_ns: monotonic."""
        self._names = RateLimiter[str](
            rate=NAME_RATE, burst=NAME_BURST, keys=REMEMBERED, clock_ns=clock_ns
        )
        self._addresses = RateLimiter[str](
            rate=ADDRESS_RATE, burst=ADDRESS_BURST, keys=REMEMBERED, clock_ns=clock_ns
        )

    @contextmanager
    def attempt(self, name: str, address: str | None = None) -> Iterator[None]:
        """Hold an attempt to log in as `name` from `address`. Raises RateLimited.

        It stays counted when the block ends with Unauthenticated or Forbidden: the credential was
        wrong. Whatever else ends it says nothing about that.
        name: a username or client id of bounded length, in any case.
        """
        name = name.lower()
        if address is not None:
            allowance = self._addresses.take(address)
            if not allowance.allowed:
                raise _refusal("this address", allowance.retry_after)
        allowance = self._names.take(name)
        if not allowance.allowed:
            raise _refusal("this user", allowance.retry_after)
        try:
            yield
        except (Unauthenticated, Forbidden):
            raise
        except BaseException:
            self._repay(name, address)
            raise
        self._repay(name, address)

    def _repay(self, name: str, address: str | None) -> None:
        self._names.give_back(name)
        if address is not None:
            self._addresses.give_back(address)


def _refusal(who: str, retry_after: int) -> RateLimited:
    return RateLimited(f"Too many failed logins of {who}.", retry_after=retry_after)
