"""Every reason of the engine leaves the venue in one known way."""

from openoutcry import _engine
from openoutcry.codec import terms
from openoutcry.codec.orders import OrderStatus, OrderType, SelfTradePrevention, Side, TimeInForce
from openoutcry.gateways.rejects import _SENTENCES, ENDINGS, REJECTS


def words(literal: object) -> set[str]:
    return set(literal.__args__)  # type: ignore[attr-defined]


def test_every_reason_refuses_or_ends_and_none_does_both() -> None:
    codes = {row.code for row in _engine.reasons()} - {"NONE"}
    assert REJECTS.keys() | ENDINGS == codes
    assert not REJECTS.keys() & ENDINGS


def test_every_reason_with_figures_has_a_sentence_for_them() -> None:
    assert {code for code, reject in REJECTS.items() if reject.figures} == _SENTENCES.keys()


def test_statuses_are_those_of_the_contract() -> None:
    assert {reject.http for reject in REJECTS.values()} <= {400, 404, 409, 412, 422, 503}


def test_words_of_the_contract_are_the_engines() -> None:
    assert words(Side) == set(terms.SIDE.values())
    assert words(OrderType) == set(terms.ORDER_TYPE.values())
    assert words(TimeInForce) == set(terms.TIME_IN_FORCE.values())
    assert words(SelfTradePrevention) == set(terms.SELF_TRADE_NUMBER)
    assert words(OrderStatus) == set(_engine.terms()["order_status"]) == set(terms.ORDER_STATUSES)
