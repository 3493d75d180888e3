"""While the journal is being recovered everything but /health answers 503, with how far it is."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.exceptions import HTTPException
from structlog.testing import capture_logs

from openoutcry.address import Address, bind
from openoutcry.database import Database
from openoutcry.gateways.front import FrontDoor
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.rest.terminal_files import TerminalFiles
from openoutcry.gateways.services import Services
from openoutcry.gateways.websocket.gateway import WebSocketGateway
from openoutcry.identity import VENUE, Identity
from openoutcry.identity.rate_limit import RateLimiter


@pytest.fixture
async def client(tmp_path: Path) -> Any:
    """A venue whose floor is not open yet."""
    identity = Identity(Database(tmp_path), tmp_path)
    services = Services(identity, RateLimiter(rate=10, burst=10), RateLimiter(rate=10, burst=10))
    services.opening = "The journal is being recovered: 42 %."
    metrics = Metrics(lambda: None)
    front = FrontDoor(services, metrics, WebSocketGateway(services, metrics))
    listener = bind(Address("127.0.0.1", 0))
    await front.open(listener)
    token = identity.tokens.issue(VENUE, 1)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
        headers={"authorization": f"Bearer {token}"},
        timeout=60,
    ) as opened:
        yield opened
    await front.close(listener)
    await identity.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/ready"),
        ("POST", "/api/v1/orders"),
        ("GET", "/api/v1/orders"),
        ("DELETE", "/api/v1/orders"),
        ("GET", "/api/v1/orders/ORD-0000000001"),
        ("PATCH", "/api/v1/orders/ORD-0000000001"),
        ("DELETE", "/api/v1/orders/ORD-0000000001"),
        ("GET", "/api/v1/symbols"),
        ("GET", "/api/v1/quotes/AAPL"),
        ("GET", "/api/v1/accounts"),
        ("GET", "/api/v1/me"),
        ("POST", "/api/v1/admin/halts"),
    ],
)
async def test_venue_that_recovers_says_so(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (503, "NOT_READY"), answer.text
    assert answer.json()["detail"] == "The journal is being recovered: 42 %."
    assert answer.headers["retry-after"] == "1"


async def test_process_lives_while_the_venue_recovers(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).status_code == 200
    assert "openoutcry_engine_accepting 0.0" in (await client.get("/metrics")).text
    assert (await client.get("/api/v1/venue")).json()["symbols"] == 0


async def test_log_in_without_a_database_says_so(client: httpx.AsyncClient) -> None:
    form = {"grant_type": "password", "username": "alice", "password": "alice-demo"}
    answer = await client.post("/oauth2/token", data=form)
    assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_UNAVAILABLE")


async def test_page_says_how_to_build_a_missing_terminal(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(TerminalFiles(tmp_path / "dist"))
    async with httpx.AsyncClient(transport=transport, base_url="http://venue") as browser:
        page = await browser.get("/")
        assert page.status_code == 200
        assert "make terminal" in page.text
        assert page.headers["cache-control"] == "no-cache"
        with pytest.raises(HTTPException):
            await browser.get("/assets/index.js")


async def test_failure_inside_the_venue_is_a_problem_too(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Services, "floor", property(fail))
    for path in ("/api/v1/orders/ORD-0000000001", "/api/v1/symbols"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
        assert "ZeroDivision" not in answer.text
        assert answer.headers["x-request-id"]


async def test_malformed_requests_are_counted_but_do_not_fill_the_log(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as lines:
        for _ in range(50):
            reader, writer = await asyncio.open_connection(
                client.base_url.host, client.base_url.port
            )
            writer.write(b"no HTTP\r\n\r\n")
            assert b" 400 " in await reader.read()
            writer.close()
    assert [line["event"] for line in lines] == ["requests cut off"]
    assert not caplog.messages
    assert "openoutcry_http_bad_requests_total 50.0" in (await client.get("/metrics")).text
