"""The OpenAPI page says what the venue does: a machine reads it and tries to prove otherwise."""

import asyncio
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from exchange import Caller, Exchange
from schemathesis.specs.openapi.checks import positive_data_acceptance
from venue_process import venue_on_disk

from openoutcry.errors import Problem
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.rest.api import build_api
from openoutcry.gateways.rest.order_entry import order_command, read_order, read_replace
from openoutcry.gateways.services import Services
from openoutcry.sequencer.listings import Listings

EXAMPLES = 15


def static_page() -> dict[str, Any]:
    """The page as a venue serves it; no venue is needed to write it."""
    app = build_api(cast("Services", None), Metrics(lambda: None))
    (route,) = (one for one in app.routes if getattr(one, "path", "") == "/openapi.json")
    return json.loads(asyncio.run(route.endpoint()).body)


PAGE = static_page()
OPERATIONS = [result.ok() for result in schemathesis.openapi.from_dict(PAGE).get_all_operations()]


@pytest.fixture(scope="module")
def abused() -> Iterator[Exchange]:
    """A venue of its own: the machine halts symbols, shuts users out and worse."""
    with venue_on_disk("--quiet", "--order-rate", "100000") as process:
        process.start()
        exchange = Exchange(process.url)
        body = {"username": "machine", "password": "correct horse", "role": "operator"}
        exchange.operator.post("/admin/users", body, 201)
        exchange.operator = exchange.log_in("machine", "correct horse")
        yield exchange
        exchange.client.close()
        assert process.stop() == 0, process.output
        assert "a request failed" not in process.output


@pytest.fixture(scope="module")
def trader(abused: Exchange) -> Caller:
    return abused.trader()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_no_request_breaks_the_venue_or_its_page(
    abused: Exchange, trader: Caller, operation: Any
) -> None:
    callers = [abused.anyone, abused.operator, trader]

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def check(case: schemathesis.Case) -> None:
        for caller in callers:
            headers = {"authorization": f"Bearer {caller.token}"} if caller.token else {}
            case.call_and_validate(
                base_url=abused.url, headers=headers, excluded_checks=[positive_data_acceptance]
            )

    # What a schema allows, a rule may still refuse: cash, printable text, a year before 1970.
    check()


def resolver(name: str) -> jsonschema_rs.Validator:
    """A validator of one of the page's schemas."""
    schema = {
        "$ref": f"#/components/schemas/{name}",
        "components": PAGE["components"],
    }
    return jsonschema_rs.Draft202012Validator(schema)


@pytest.mark.parametrize("fields", [{}, {"price": None, "type": "MARKET"}, {"quantity": 10**7}])
def test_orders_of_the_lane_are_as_the_page_says(
    exchange: Exchange, fields: dict[str, Any]
) -> None:
    """The lane is no part of FastAPI: this pins it to the page that documents it."""
    trader = exchange.trader()
    answer = trader.order("AAPL", **({"price": 150} | fields))
    page = PAGE["paths"]["/api/v1/orders"]["post"]["responses"]
    documented = page[str(answer.status_code)]["content"]
    schema = documented[answer.headers["content-type"]]["schema"]["$ref"].rpartition("/")[2]
    resolver(schema).validate(answer.json())
    if answer.status_code == 201:
        shown = trader.get(f"/orders/{answer.json()['orderId']}")
        resolver("Order").validate(json.loads(json.dumps(shown, default=float)))


@pytest.mark.parametrize("shape", ["OrderRequest", "ReplaceRequest"])
@hypothesis.given(data=hypothesis.strategies.data())
@hypothesis.settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_lane_reads_what_the_page_allows_and_nothing_else(
    shape: str, data: hypothesis.strategies.DataObject
) -> None:
    """Random members, right and wrong: the decoder and the schema agree on each."""
    texts = hypothesis.strategies.sampled_from(
        ["AAPL", "BUY", "LIMIT", "GTC", "NONE", "1", "150.50", "-1", "x", "", "1e5"]
    )
    values = texts | hypothesis.strategies.sampled_from([1, 150.5, 0, -1, None, True, [], {}])
    names = [*PAGE["components"]["schemas"][shape]["properties"], "surprise"]
    body = data.draw(
        hypothesis.strategies.dictionaries(hypothesis.strategies.sampled_from(names), values)
    )
    allowed = resolver(shape).is_valid(body)
    assert reads(shape, body) == allowed


def reads(shape: str, body: dict[str, Any]) -> bool:
    encoded = json.dumps(body).encode()
    try:
        if shape == "ReplaceRequest":
            read_replace(encoded)
        else:
            order_command(read_order(encoded), 1, cast("Listings", _EVERYTHING_LISTED))
    except Problem:
        return False
    return True


_EVERYTHING_LISTED = SimpleNamespace(number=lambda _ticker: 0)
