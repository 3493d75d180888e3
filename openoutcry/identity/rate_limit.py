"""How often somebody may do something."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

_NANOSECONDS = 1_000_000_000

K = TypeVar("K", bound=Hashable)


class Allowance(NamedTuple):
    """The answer to one request.

    limit: the bucket's size in requests. remaining: what is left in it. reset_ns: nanoseconds
    until it is full again. retry_after_ns: until this request would be allowed; 0 if it was.
    """

    allowed: bool
    limit: int
    remaining: int
    reset_ns: int
    retry_after_ns: int

    @property
    def retry_after(self) -> int:
        """Whole seconds for the header Retry-After, rounded up."""
        return -(-self.retry_after_ns // _NANOSECONDS)

    def headers(self, now_ns: int) -> dict[str, str]:
        """Return X-RateLimit-Limit, -Remaining and -Reset, and Retry-After when refused.

        now_ns: the wall clock. Reset is in seconds since the epoch, rounded up.
        """
        reset = -(-(now_ns + self.reset_ns) // _NANOSECONDS)
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(reset),
        }
        if not self.allowed:
            headers["Retry-After"] = str(self.retry_after)
        return headers


class RateLimiter(Generic[K]):
    """A token bucket for each key, O(1) in time, one integer a key, at most `keys` of them.

    A bucket is kept as the moment at which it will be full again (the generic cell rate algorithm,
    ITU-T I.371), so that nothing has to be refilled. Where there are more keys than that, the one
    that was served longest ago is forgotten, which fills its bucket.
    """

    def __init__(
        self,
        *,
        rate: float,
        burst: int,
        keys: int = 100_000,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """rate: requests a second in the long run. burst: the bucket's size."""
        assert rate > 0
        assert burst > 0
        self._interval = max(1, round(_NANOSECONDS / rate))
        self._burst = burst
        self._size = burst * self._interval
        self._keys = keys
        self._clock_ns = clock_ns
        self._full_at: OrderedDict[K, int] = OrderedDict()

    def take(self, key: K, cost: int = 1) -> Allowance:
        """Take `cost` from the bucket of `key` if it holds that much; nothing if it does not."""
        now = self._clock_ns()
        before = max(self._full_at.get(key, now), now) - now
        after = before + cost * self._interval
        if after > self._size:
            left = (self._size - before) // self._interval
            return Allowance(False, self._burst, left, before, after - self._size)
        self._full_at[key] = now + after
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._keys:
            self._full_at.popitem(last=False)
        return Allowance(True, self._burst, (self._size - after) // self._interval, after, 0)

    def give_back(self, key: K, cost: int = 1) -> None:
        """Undo a `take` that should not count."""
        if key in self._full_at:
            self._full_at[key] -= cost * self._interval
