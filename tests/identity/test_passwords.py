"""Passwords: how they are kept and what a flood of logins may cost."""

import asyncio

import pytest

from openoutcry.errors import Malformed, Unavailable
from openoutcry.identity import passwords as module
from openoutcry.identity.passwords import Passwords


async def test_password_is_kept_as_a_salted_argon2id_string() -> None:
    passwords = Passwords()
    first, second = await passwords.hash("correct horse"), await passwords.hash("correct horse")
    assert first.startswith("$argon2id$")
    assert first != second
    assert await passwords.verify("correct horse", first)
    assert not await passwords.verify("correct house", first)
    assert not passwords.outdated(first)
    passwords.close()


async def test_unknown_user_is_verified_like_any_other() -> None:
    passwords = Passwords()
    assert not await passwords.verify("whatever it is", None)
    assert not passwords.outdated(module._NOBODY)
    passwords.close()


@pytest.mark.parametrize("weak", ["", "short", "x" * 129, "line\nbreak", "\ud800" * 9, "\0" * 9])
async def test_password_outside_the_policy_is_refused(weak: str) -> None:
    passwords = Passwords()
    with pytest.raises(Malformed) as refusal:
        await passwords.hash(weak)
    assert refusal.value.code == "WEAK_PASSWORD"
    assert not await passwords.verify(weak, await passwords.hash("correct horse"))
    passwords.close()


async def test_password_is_the_same_however_it_was_composed() -> None:
    passwords = Passwords()
    kept = await passwords.hash("Z\u00fcrich-bourse")
    assert await passwords.verify("Zu\u0308rich-bourse", kept)
    passwords.close()


async def test_damaged_hash_opens_nothing() -> None:
    passwords = Passwords()
    assert not await passwords.verify("correct horse", "$argon2id$damaged")
    passwords.close()


async def test_flood_of_logins_is_refused_beyond_the_queue() -> None:
    passwords = Passwords(waiting=4)
    attempts = [passwords.verify("whatever it is", None) for _ in range(10)]
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert answers[:4] == [False] * 4
    busy = [answer for answer in answers if isinstance(answer, Unavailable)]
    assert [answer.code for answer in busy] == ["LOGIN_BUSY"] * 6
    assert all(answer.retry_after for answer in busy)
    assert not await passwords.verify("whatever it is", None)
    passwords.close()
