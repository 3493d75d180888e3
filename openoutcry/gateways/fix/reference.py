"""Securities, and whether the market is open."""

from openoutcry import _engine
from openoutcry.codec.decimals import price_decimal
from openoutcry.gateways.services import Floor

Fields = list[tuple[int, bytes]]
Message = dict[int, list[bytes]]

# SecurityListRequestType, tag 559.
_ONE_SYMBOL, _ALL = b"0", b"4"
# SecurityRequestResult, tag 560.
_VALID, _UNSUPPORTED, _NOT_FOUND = b"0", b"1", b"2"


def securities(floor: Floor, message: Message) -> Fields:
    """Return the body of a SecurityList."""
    request = message[320][0]
    listed = floor.engine.symbols()
    kind = message[559][0]
    result = _VALID
    if kind == _ONE_SYMBOL:
        wanted = message.get(55, [b""])[0].decode("utf-8", "replace")
        listed = [symbol for symbol in listed if symbol.ticker == wanted]
        result = _VALID if listed else _NOT_FOUND
    elif kind != _ALL:
        listed, result = [], _UNSUPPORTED
    fields: Fields = [(320, request), (322, b"S" + request), (560, result)]
    if listed:
        fields += [(393, _number(len(listed))), (146, _number(len(listed)))]
        for symbol in listed:
            fields += [
                (55, symbol.ticker.encode()),
                (15, b"USD"),
                (561, b"1"),
                (58, b"previous close " + str(price_decimal(symbol.previous_close)).encode()),
            ]
    return fields


def trading_session(floor: Floor, message: Message) -> Fields:
    """Return the body of a TradingSessionStatus: open, or halted where every symbol is."""
    symbols = floor.engine.symbols()
    halted = bool(symbols) and all(symbol.halted for symbol in symbols)
    # TradSesStatus, tag 340: 1 halted, 2 open.
    return [(335, message[335][0]), (336, b"DAY"), (340, b"1" if halted else b"2")]


def security_status(symbol: _engine.Symbol, request: bytes | None) -> Fields:
    """Return the body of a SecurityStatus. SecurityTradingStatus, tag 326: 2 halt, 17 ready."""
    fields: Fields = [(55, symbol.ticker.encode()), (326, b"2" if symbol.halted else b"17")]
    return fields if request is None else [(324, request), *fields]


def _number(value: int) -> bytes:
    return b"%d" % value
