"""The words of orders and accounts, taken from the engine's own tables."""

from openoutcry import _engine

_TERMS = _engine.terms()


def _texts(table: str) -> dict[int, str]:
    return {number: text for text, number in _TERMS[table].items()}


SIDE_NUMBER = _TERMS["side"]
ORDER_TYPE_NUMBER = _TERMS["order_type"]
TIME_IN_FORCE_NUMBER = _TERMS["time_in_force"]
SELF_TRADE_NUMBER = _TERMS["self_trade"]
ACCOUNT_KIND_NUMBER = _TERMS["account_kind"]
ACCOUNT_STATUS_NUMBER = _TERMS["account_status"]
INSTRUCTION_NUMBER = _TERMS["instruction"]
EVENT_NUMBER = _TERMS["event"]

SIDE = _texts("side")
ORDER_TYPE = _texts("order_type")
TIME_IN_FORCE = _texts("time_in_force")
ACCOUNT_KIND = _texts("account_kind")
ACCOUNT_STATUS = _texts("account_status")
EVENT = _texts("event")

REASON = {row.number: row for row in _engine.reasons()}

ORDER_STATUSES = ("NEW", "PARTIAL", "FILLED", "CANCELLED", "REJECTED", "EXPIRED", "PENDING_TRIGGER")
OPEN_STATUSES = ("NEW", "PARTIAL", "PENDING_TRIGGER")
