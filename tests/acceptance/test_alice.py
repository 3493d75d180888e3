"""A stranger logs in as alice, buys, sees it; the venue dies and comes back; it is all there."""

from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright
from venue_process import VenueProcess, venue_on_disk

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 15_000
QUANTITY = 137
CASH_AT_START = Decimal(1_000_000)
SHARES_AT_START = 10_000


@pytest.fixture
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--seed", "7") as process:
        process.start()
        yield process


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport={"width": 1600, "height": 1000})
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE_MS)
        # What is expected of the page has a patience of its own: a killed venue takes its time.
        expect.set_options(timeout=PATIENCE_MS)
        try:
            yield opened
        finally:
            browser.close()


def log_in(page: Page) -> None:
    page.get_by_test_id("login-open").click()
    page.get_by_test_id("login-username").fill("alice")
    page.get_by_test_id("login-password").fill("alice-demo")
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("user-name")).to_have_text("alice")


def figure(page: Page, test_id: str) -> Decimal:
    text = page.get_by_test_id(test_id).inner_text()
    return Decimal(text.replace(",", "").replace("$", "").strip())


def buy(page: Page, symbol: str) -> None:
    page.get_by_test_id(f"symbol-row-{symbol}").click()
    page.get_by_test_id("ticket-side-buy").click()
    page.get_by_test_id("ticket-type").select_option("MARKET")
    page.get_by_test_id("ticket-quantity").fill(str(QUANTITY))
    page.get_by_test_id("ticket-submit").click()


def expect_everything(page: Page, order_id: str, cash: Decimal | None) -> Decimal:
    """The fills, the cash and the position of the order; the cash is returned."""
    page.get_by_test_id("tab-fills").click()
    fills = page.locator(f'[data-testid="fill-row"][data-order="{order_id}"]')
    expect(fills.first).to_be_visible()
    page.get_by_test_id("tab-positions").click()
    held = page.get_by_test_id("position-quantity-AAPL")
    expect(held).to_have_text(f"{SHARES_AT_START + QUANTITY:,}")
    shown = figure(page, "account-cash")
    assert shown < CASH_AT_START
    assert cash is None or shown == cash
    return shown


def state_of_alice(url: str) -> dict[str, object]:
    """What the API says of alice's account, orders, fills, positions and ledger."""
    with httpx.Client(base_url=url, timeout=10) as client:
        form = {"grant_type": "password", "username": "alice", "password": "alice-demo"}
        token = client.post("/oauth2/token", data=form).json()["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        (account,) = client.get("/api/v1/accounts").json()["items"]
        path = f"/api/v1/accounts/{account['accountId']}"
        positions = client.get(f"{path}/positions").json()["items"]
        return {
            "account": account,
            "orders": client.get("/api/v1/orders").json()["items"],
            "trades": client.get(f"{path}/trades").json()["items"],
            "ledger": client.get(f"{path}/ledger").json()["items"],
            "positions": {one["symbol"]: one["quantity"] for one in positions},
        }


def test_what_alice_bought_survives_a_killed_venue(venue: VenueProcess, page: Page) -> None:
    page.goto(venue.url)
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-phase", "live")
    expect(page.get_by_test_id("tape-row").first).to_be_visible()
    log_in(page)
    buy(page, "AAPL")
    expect(page.get_by_test_id("ticket-sent")).to_contain_text("ORD-")
    before = state_of_alice(venue.url)
    (order,) = before["orders"]
    assert (order["status"], order["filledQuantity"]) == ("FILLED", QUANTITY)
    cash = expect_everything(page, order["orderId"], None)

    venue.kill()
    expect(page.get_by_test_id("connection-state")).not_to_have_attribute("data-phase", "live")
    venue.start()
    assert state_of_alice(venue.url) == before
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-phase", "live")
    expect_everything(page, order["orderId"], cash)

    page.reload()
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-phase", "live")
    if page.get_by_test_id("login-open").is_visible():
        log_in(page)
    expect(page.get_by_test_id("account-cash")).to_be_visible()
    expect_everything(page, order["orderId"], cash)
