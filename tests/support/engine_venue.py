"""A small venue on the engine alone."""

import select
from pathlib import Path

from openoutcry import _engine

TERMS = _engine.terms()
BUY, SELL = TERMS["side"]["BUY"], TERMS["side"]["SELL"]
LIMIT, MARKET, STOP = (TERMS["order_type"][word] for word in ("LIMIT", "MARKET", "STOP"))
DAY, GTC, IOC = (TERMS["time_in_force"][word] for word in ("DAY", "GTC", "IOC"))
CASH_ACCOUNT = TERMS["account_kind"]["CASH"]
EVENTS = {number: word for word, number in TERMS["event"].items()}
REASONS = {row.number: row.code for row in _engine.reasons()}

DOLLAR = 10_000
ANSWER_DEADLINE_S = 30


class Venue:
    """Symbol 0 is AAPL at $150; accounts 1 and 2 have a million dollars and 10,000 shares."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.engine = _engine.Sequencer.open(str(directory))

    def found(self) -> "Venue":
        self.run(
            _engine.list_symbol("AAPL", 150 * DOLLAR),
            _engine.open_account(7, CASH_ACCOUNT, name=b"first"),
            _engine.open_account(8, CASH_ACCOUNT),
            _engine.transfer(0, 1, 0, 10**12, b"deposit-1"),
            _engine.transfer(0, 2, 0, 10**12),
            _engine.transfer(0, 1, 1, 10_000),
            _engine.transfer(0, 2, 1, 10_000),
        )
        return self

    def run(self, *commands: bytes) -> list[_engine.Answer]:
        """Submit commands and wait for all their answers."""
        self.engine.submit(b"".join(commands))
        answers: list[_engine.Answer] = []
        while len(answers) < len(commands):
            ready, _, _ = select.select([self.engine.fileno()], [], [], ANSWER_DEADLINE_S)
            assert ready, f"{len(answers)} of {len(commands)} answers came"
            answers += self.engine.answers()
        return answers

    def order(
        self, account: int, side: int, quantity: int, dollars: int, name: bytes | None = None
    ) -> _engine.Answer:
        command = _engine.new_order(
            account, 0, side, LIMIT, GTC, quantity, dollars * DOLLAR, name=name
        )
        return self.run(command)[0]

    def reopen(self) -> "Venue":
        self.engine.close()
        return Venue(self.directory)
