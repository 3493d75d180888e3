"""Benchmarks for people and for programs."""

from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from openoutcry.bench.case import Case
from openoutcry.bench.machine import Machine


def print_json(machine: Machine, cases: list[Case]) -> None:
    """Print a JSON array on standard output: one object a case, each with its machine."""
    rows: list[dict[str, Any]] = []
    for case in cases:
        row = msgspec.to_builtins(case)
        rows.append({**row, **row.pop("figures", {}), "machine": machine})
    print(msgspec.json.encode(rows).decode())


def print_table(machine: Machine, cases: list[Case]) -> None:
    """Print the machine, the cases and their setups on standard output."""
    console = Console()
    console.print(
        f"{machine.processor}, {machine.cores} cores · {machine.kernel} · Python {machine.python}\n"
        f"the disk's own write and fdatasync: median {_time(machine.disk_sync.p50_ns)}, "
        f"p99 {_time(machine.disk_sync.p99_ns)}",
        highlight=False,
    )
    table = Table()
    table.add_column("case", no_wrap=True)
    for name in ("messages/s", "p50", "p99", "p99.9"):
        table.add_column(name, justify="right", no_wrap=True)
    for case in cases:
        table.add_row(
            case.name,
            f"{case.messages_per_second:,.0f}",
            _time(case.p50_ns),
            _time(case.p99_ns),
            _time(case.p999_ns),
        )
    console.print(table)
    for case in cases:
        figures = [f"{name.replace('_', ' ')} {value:,}" for name, value in case.figures.items()]
        text = "; ".join([case.setup, *figures])
        console.print(f"{case.name}: {text}", style="dim", highlight=False)


def _time(nanoseconds: int | None) -> str:
    if nanoseconds is None:
        return ""
    if nanoseconds < 10_000:
        return f"{nanoseconds} ns"
    if nanoseconds < 10_000_000:
        return f"{nanoseconds / 1_000:,.0f} µs"
    return f"{nanoseconds / 1_000_000:,.1f} ms"
