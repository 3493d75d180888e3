"""Token buckets: never more than the burst at once, never more than the rate in the long run."""

from hypothesis import given
from hypothesis import strategies as st

from openoutcry.identity.rate_limit import RateLimiter

SECOND = 1_000_000_000


class Clock:
    def __init__(self) -> None:
        self.now = 5 * SECOND

    def __call__(self) -> int:
        return self.now


def test_burst_passes_and_the_next_waits_its_turn() -> None:
    clock = Clock()
    limiter = RateLimiter[int](rate=1_000, burst=1_000, clock_ns=clock)
    assert [limiter.take(1).remaining for _ in range(1_000)] == list(range(999, -1, -1))
    refused = limiter.take(1)
    assert not refused.allowed
    assert refused.retry_after_ns == SECOND // 1_000
    clock.now += refused.retry_after_ns
    assert limiter.take(1).allowed
    assert not limiter.take(1).allowed


def test_refusal_costs_nothing() -> None:
    clock = Clock()
    limiter = RateLimiter[int](rate=1, burst=1, clock_ns=clock)
    assert limiter.take(1).allowed
    for _ in range(10):
        assert not limiter.take(1).allowed
    clock.now += SECOND
    assert limiter.take(1).allowed


def test_bucket_fills_to_its_brim_and_no_further() -> None:
    clock = Clock()
    limiter = RateLimiter[int](rate=10, burst=3, clock_ns=clock)
    clock.now += 3_600 * SECOND
    assert [limiter.take(1).allowed for _ in range(4)] == [True, True, True, False]


def test_users_do_not_share_a_bucket() -> None:
    limiter = RateLimiter[int](rate=1, burst=1, clock_ns=Clock())
    assert limiter.take(1).allowed
    assert limiter.take(2).allowed
    assert not limiter.take(1).allowed


def test_batch_is_taken_whole_or_not_at_all() -> None:
    limiter = RateLimiter[int](rate=1, burst=10, clock_ns=Clock())
    assert limiter.take(1, cost=7).remaining == 3
    assert not limiter.take(1, cost=4).allowed
    assert limiter.take(1, cost=3).allowed


def test_what_is_given_back_can_be_taken_again() -> None:
    limiter = RateLimiter[int](rate=1, burst=1, clock_ns=Clock())
    assert limiter.take(1).allowed
    limiter.give_back(1)
    assert limiter.take(1).allowed
    limiter.give_back(2)
    assert [limiter.take(2).allowed for _ in range(2)] == [True, False]


def test_headers_say_how_long_to_wait() -> None:
    limiter = RateLimiter[int](rate=0.5, burst=2, clock_ns=Clock())
    wall = 1_700_000_000 * SECOND
    assert limiter.take(1).headers(wall) == {
        "X-RateLimit-Limit": "2",
        "X-RateLimit-Remaining": "1",
        "X-RateLimit-Reset": "1700000002",
    }
    limiter.take(1)
    assert limiter.take(1).headers(wall) == {
        "X-RateLimit-Limit": "2",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": "1700000004",
        "Retry-After": "2",
    }


def test_keys_are_forgotten_longest_idle_first() -> None:
    limiter = RateLimiter[int](rate=1, burst=1, keys=2, clock_ns=Clock())
    for key in (1, 2, 3):
        assert limiter.take(key).allowed
    assert not limiter.take(3).allowed
    assert not limiter.take(2).allowed
    assert limiter.take(1).allowed


@given(
    rate=st.integers(1, 50),
    burst=st.integers(1, 20),
    steps=st.lists(st.tuples(st.integers(0, SECOND), st.integers(1, 5)), max_size=60),
)
def test_limiter_agrees_with_a_bucket_that_is_refilled(
    rate: int, burst: int, steps: list[tuple[int, int]]
) -> None:
    clock = Clock()
    limiter = RateLimiter[str](rate=rate, burst=burst, clock_ns=clock)
    interval = round(SECOND / rate)
    tokens = burst * interval  # in nanoseconds of refilling
    for pause, cost in steps:
        clock.now += pause
        tokens = min(tokens + pause, burst * interval)
        allowed = tokens >= cost * interval
        tokens -= cost * interval if allowed else 0
        answer = limiter.take("only", cost)
        assert (answer.allowed, answer.remaining) == (allowed, tokens // interval)
        assert answer.reset_ns == burst * interval - tokens
