"""Lists of the client's answers as data frames, for those who have pandas or Polars.

    candles = await client.market.candles("AAPL", interval="1m")
    frame = to_polars(candles)

A column for each member, in their order. Decimals become floats, since that is what both libraries
compute with: money that must be exact is read from the objects. Members that are times become
timestamps of nanoseconds in UTC; nested ones are left out.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_TIMES = frozenset({"time", "timestamp", "created_at", "updated_at", "cancelled_at"})


def to_polars(rows: "Sequence[msgspec.Struct]") -> "pl.DataFrame":
    """Return `rows`, all of one kind, as a Polars frame. Raises ImportError without Polars."""
    import polars as pl

    frame = pl.DataFrame(_columns(rows))
    times = [name for name in frame.columns if name in _TIMES]
    return frame.with_columns(
        pl.col(name).str.to_datetime(time_unit="ns", time_zone="UTC") for name in times
    )


def to_pandas(rows: "Sequence[msgspec.Struct]") -> "pd.DataFrame":
    """Return `rows`, all of one kind, as a pandas frame. Raises ImportError without pandas."""
    import pandas as pd

    frame = pd.DataFrame(_columns(rows))
    for name in _TIMES.intersection(frame.columns):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[ns, UTC]")
    return frame


def _columns(rows: "Sequence[msgspec.Struct]") -> dict[str, list[object]]:
    if not rows:
        return {}
    columns: dict[str, list[object]] = {}
    for name in rows[0].__struct_fields__:
        values = [getattr(row, name) for row in rows]
        if any(isinstance(value, list | msgspec.Struct) for value in values):
            continue
        columns[name] = [float(one) if isinstance(one, Decimal) else one for one in values]
    return columns
