"""Passwords: what is accepted, how they are kept, and how much of the machine that may take."""

import asyncio
import contextlib
import os
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from openoutcry.errors import Malformed, Unavailable

SHORTEST, LONGEST = 8, 128

# OWASP's Password Storage Cheat Sheet, second of its equal settings for argon2id: 19 MiB, two
# passes, one lane; 23 ms. RFC 9106's choice costs six times as much, and a trading competition
# that logs in at the opening bell would wait for minutes.
_PASSES, _KIBIBYTES, _LANES = 2, 19_456, 1

# The hash of a random password nobody knows. Verified against when there is no such user, so that
# the answer takes as long as for one that exists.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$6dnsWoNlXrXGzQtwYM0WTg"
    "$HOaAVn10FXXsEAvfKxpET+eE3A4H4somh1mq6SJowUo"
)

# Hashings that may wait for a thread. At 23 ms each the last of them waits two seconds.
WAITING = 80

T = TypeVar("T")


class Passwords:
    """Hashes and verifies on threads that yield to everything else the machine has to do."""

    def __init__(self, *, waiting: int = WAITING) -> None:
        """waiting: how many may queue before the next is refused with LOGIN_BUSY."""
        self._hasher = PasswordHasher(_PASSES, _KIBIBYTES, _LANES)
        # Half of the processors: the other half belongs to the market.
        self._threads = ThreadPoolExecutor(
            max_workers=max(1, (os.cpu_count() or 1) // 2),
            thread_name_prefix="password",
            initializer=_yield_to_others,
        )
        self._waiting = waiting
        self._pending = 0

    async def hash(self, password: str) -> str:
        """Return the argon2id string of a new password.

        Raises Malformed (WEAK_PASSWORD) for one outside the policy, Unavailable (LOGIN_BUSY).
        """
        return await self._in_thread(lambda: self._hasher.hash(_acceptable(password)))

    async def verify(self, password: str, encoded: str | None) -> bool:
        """Whether `password` is the one kept as `encoded`; None, for no such user, takes as long.

        Raises Unavailable (LOGIN_BUSY).
        """
        return await self._in_thread(lambda: self._verify(password, encoded))

    def outdated(self, encoded: str) -> bool:
        """Whether the string was made with other settings than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def close(self) -> None:
        """End the threads; what waits for one is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: str, encoded: str | None) -> bool:
        try:
            candidate = _acceptable(password)
        except Malformed:
            candidate, encoded = "", None
        try:
            self._hasher.verify(encoded or _NOBODY, candidate)
        except (VerificationError, InvalidHashError):
            return False
        return encoded is not None

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._pending >= self._waiting:
            raise Unavailable("LOGIN_BUSY", "Too many logins at this moment.", retry_after=2)
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._pending -= 1


def _acceptable(password: str) -> str:
    """Return the password as it is hashed. Raises Malformed for one outside the policy.

    It is the same however a keyboard composes it (NIST SP 800-63B, section 5.1.1.2).
    """
    normal = unicodedata.normalize("NFKC", password[: LONGEST + 1])
    if not SHORTEST <= len(normal) <= LONGEST or not normal.isprintable():
        raise Malformed(
            "WEAK_PASSWORD", f"A password has from {SHORTEST} to {LONGEST} printable characters."
        )
    return normal


def _yield_to_others() -> None:
    # Linux schedules threads by themselves and takes a thread's number here; others may refuse.
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
