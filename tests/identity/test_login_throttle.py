"""Failed logins: few for a name, more for an address, and success costs nothing."""

import pytest

from openoutcry.errors import GrantError, RateLimited, Unavailable
from openoutcry.identity.login_throttle import (
    ADDRESS_BURST,
    NAME_BURST,
    LoginThrottle,
)


def wrong() -> GrantError:
    return GrantError("invalid_grant", "wrong")


def fail(throttle: LoginThrottle, name: str, address: str | None = None) -> None:
    with pytest.raises(GrantError), throttle.attempt(name, address):
        raise wrong()


def test_name_is_throttled_in_any_case_and_from_any_address() -> None:
    throttle = LoginThrottle(clock_ns=lambda: 0)
    for turn in range(NAME_BURST):
        fail(throttle, "alice" if turn % 2 else "ALICE", f"10.0.0.{turn}")
    with pytest.raises(RateLimited) as refusal, throttle.attempt("Alice", "10.9.9.9"):
        pass
    assert refusal.value.retry_after == 10
    with throttle.attempt("bob", "10.0.0.1"):
        pass


def test_address_is_throttled_whatever_names_it_tries() -> None:
    throttle = LoginThrottle(clock_ns=lambda: 0)
    for turn in range(ADDRESS_BURST):
        fail(throttle, f"user{turn}", "10.0.0.1")
    with pytest.raises(RateLimited), throttle.attempt("alice", "10.0.0.1"):
        pass
    with throttle.attempt("alice", "10.0.0.2"):
        pass


def test_success_is_not_counted() -> None:
    throttle = LoginThrottle(clock_ns=lambda: 0)
    for _ in range(3 * ADDRESS_BURST):
        with throttle.attempt("alice", "10.0.0.1"):
            pass


def test_venues_own_trouble_is_not_counted() -> None:
    throttle = LoginThrottle(clock_ns=lambda: 0)
    for _ in range(2 * NAME_BURST):
        with pytest.raises(Unavailable), throttle.attempt("alice", "10.0.0.1"):
            raise Unavailable("LOGIN_BUSY", "busy")


def test_attempts_in_parallel_count_before_they_fail() -> None:
    throttle = LoginThrottle(clock_ns=lambda: 0)
    under_way = [throttle.attempt("alice") for _ in range(NAME_BURST)]
    for attempt in under_way:
        attempt.__enter__()
    with pytest.raises(RateLimited), throttle.attempt("alice"):
        pass
    for attempt in under_way:
        attempt.__exit__(None, None, None)
    with throttle.attempt("alice"):
        pass


def test_patience_is_rewarded() -> None:
    now = 0
    throttle = LoginThrottle(clock_ns=lambda: now)
    for _ in range(NAME_BURST):
        fail(throttle, "alice")
    now = 10_000_000_000
    fail(throttle, "alice")
    with pytest.raises(RateLimited), throttle.attempt("alice"):
        pass
