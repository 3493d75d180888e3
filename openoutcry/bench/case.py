"""What one benchmark measured."""

from collections.abc import Iterable

import msgspec


class Latency(msgspec.Struct, kw_only=True):
    """Percentiles, nanoseconds."""

    p50_ns: int
    p99_ns: int
    p999_ns: int

    @classmethod
    def of(cls, nanoseconds: Iterable[int]) -> "Latency":
        """The percentiles of at least one measurement, each the smallest that covers its part."""
        ordered = sorted(nanoseconds)

        def percentile(per_mille: int) -> int:
            return ordered[min(len(ordered) * per_mille // 1000, len(ordered) - 1)]

        return cls(p50_ns=percentile(500), p99_ns=percentile(990), p999_ns=percentile(999))


class Case(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One case: what it carried a second, and how long one message took where that was measured.

    setup: what ran, in a few words. figures: what else was measured, by name.
    """

    name: str
    setup: str
    messages_per_second: float
    p50_ns: int | None = None
    p99_ns: int | None = None
    p999_ns: int | None = None
    figures: dict[str, int | float] = {}

    @classmethod
    def timed(
        cls,
        name: str,
        setup: str,
        rate: float,
        latency: Latency | None = None,
        **figures: int | float,
    ) -> "Case":
        """A case with its percentiles, where they were measured."""
        case = cls(name=name, setup=setup, messages_per_second=round(rate, 1), figures=figures)
        if latency is not None:
            case.p50_ns = latency.p50_ns
            case.p99_ns = latency.p99_ns
            case.p999_ns = latency.p999_ns
        return case
