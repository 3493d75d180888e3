"""How numbers that are read exactly look in the OpenAPI page."""

from typing import Any

_MOST = 2**32 - 1


def decimal_schema(places: int, most: str, *, least: int = 1, null: bool = False) -> dict[str, Any]:
    """Return the schema of a number with at most `places` decimals, also as a string.

    least: in units of 10 ** -places. most: in whole units, as text, so that it stays exact.
    """
    number: dict[str, Any] = {"type": "number" if places else "integer"}
    number |= {"exclusiveMinimum": 0} if least else {"minimum": 0}
    number["maximum"] = float(most) if "." in most else int(most)
    digits = len(most.partition(".")[0])
    fraction = rf"(\.[0-9]{{1,{places}}}0*)?" if places else ""
    positive = r"(?![0.]+$)" if least else ""
    text = {"type": "string", "pattern": rf"^{positive}(0|[1-9][0-9]{{0,{digits - 1}}}){fraction}$"}
    forms: list[dict[str, Any]] = [number, text]
    if null:
        forms.append({"type": "null"})
    return {"anyOf": forms}


QUANTITY = decimal_schema(0, str(_MOST))
OPTIONAL_QUANTITY = decimal_schema(0, str(_MOST), null=True)
PRICE = decimal_schema(4, "429496.7295")
OPTIONAL_PRICE = decimal_schema(4, "429496.7295", null=True)
# What 64 bits count in millionths.
MONEY = decimal_schema(6, "9223372036854")
OPTIONAL_MONEY = decimal_schema(6, "9223372036854", least=0)
