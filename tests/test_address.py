"""Addresses read and print as HOST:PORT, and know whether others can reach them."""

import pytest

from openoutcry.address import Address


@pytest.mark.parametrize("text", ["127.0.0.1:8080", "[::1]:0", "localhost:65535"])
def test_address_prints_as_it_was_read(text: str) -> None:
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("localhost.example", False),
    ],
)
def test_only_loopback_stays_on_this_machine(host: str, *, loopback: bool) -> None:
    assert Address(host, 0).is_loopback is loopback
