"""The demo's market: its symbols, and who starts with what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openoutcry import _engine
from openoutcry.codec import terms
from openoutcry.codec.accounts import CASH_ASSET
from openoutcry.errors import Conflict, StartError
from openoutcry.gateways.services import Floor, first_account_name
from openoutcry.identity.demo import DEMO_USERS, demo_password
from openoutcry.identity.principal import Role
from openoutcry.simulation.participants import CASH_DOLLARS, PARTICIPANTS, SHARES

_DOLLAR = 1_000_000
# In basis points: market orders sweep up to 10 %, limits are believed up to 50 %.
SWEEP_COLLAR = 1_000
LIMIT_COLLAR = 5_000
# Rounds of bringing an account back while its owner trades on.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """A demo symbol; `previous_close` in 1/10000 dollar."""

    ticker: str
    name: str
    previous_close: int


LISTINGS = (
    Listing("AAPL", "Apple Inc.", 150_0000),
    Listing("MSFT", "Microsoft Corporation", 410_2500),
    Listing("GOOGL", "Alphabet Inc. Class A", 165_8000),
    Listing("AMZN", "Amazon.com, Inc.", 185_4000),
    Listing("NVDA", "NVIDIA Corporation", 135_6000),
    Listing("TSLA", "Tesla, Inc.", 248_9000),
    Listing("META", "Meta Platforms, Inc.", 575_3000),
    Listing("JPM", "JPMorgan Chase & Co.", 215_7000),
    Listing("XOM", "Exxon Mobil Corporation", 117_4500),
    Listing("SPY", "SPDR S&P 500 ETF Trust", 585_2000),
    Listing("NFLX", "Netflix, Inc.", 720_1000),
    Listing("AMD", "Advanced Micro Devices, Inc.", 155_9000),
)
NAMES = {listing.ticker: listing.name for listing in LISTINGS}


@dataclass(frozen=True, slots=True)
class Endowment:
    """What one account starts with. cash: in 1/1,000,000 dollar. shares: of every demo symbol."""

    username: str
    kind: str
    cash: int
    shares: int


ENDOWMENTS = (
    *(
        Endowment(username, "MARGIN" if username == "mona" else "CASH", 1_000_000 * _DOLLAR, 10_000)
        for username, role in DEMO_USERS.items()
        if role is Role.TRADER
    ),
    *(
        Endowment(participant.username, "CASH", CASH_DOLLARS * _DOLLAR, SHARES)
        for participant in PARTICIPANTS
    ),
)


class DemoMarket:
    """The demo's accounts, on an open floor. Opening it twice changes nothing."""

    def __init__(self, floor: Floor, user_ids: Mapping[str, int]) -> None:
        """user_ids: of the users who take part, by name; simulated traders may be left out."""
        self._floor = floor
        self._user_ids = user_ids
        self._endowments: dict[int, Endowment] = {}

    @property
    def logins(self) -> dict[str, str]:
        """Passwords of the demo's users, by name: everybody knows them."""
        return {username: demo_password(username) for username in DEMO_USERS}

    async def open(self) -> None:
        """List the symbols, open the accounts and give them what they start with.

        Each step carries a name, by which the engine knows what was done by an earlier start.
        """
        await self._submit([_listing(listing) for listing in LISTINGS])
        self._floor.listings.refresh()
        partaking = [row for row in ENDOWMENTS if row.username in self._user_ids]
        opened = await self._submit([self._account(endowment) for endowment in partaking])
        for endowment, answer in zip(partaking, opened, strict=True):
            if not answer.made:
                raise StartError(f"the demo account of {endowment.username} cannot be opened")
            self._endowments[answer.made] = endowment
        await self._submit(
            [
                _engine.transfer(
                    0, account, asset, amount, f"demo/{endowment.username}/{asset}".encode()
                )
                for account, endowment in self._endowments.items()
                for asset, amount in self._start(endowment).items()
            ]
        )

    def accounts(self) -> list[int]:
        """Return the accounts that the demo opened."""
        return list(self._endowments)

    async def reset(self, accounts: list[int]) -> None:
        """Cancel the open orders of these accounts and bring back what they started with.

        Raises Conflict when their owners trade faster than that.
        """
        for _ in range(_ROUNDS):
            await self._submit([_engine.cancel_all(account) for account in accounts])
            moves = [move for account in accounts for move in self._moves(account)]
            if not moves:
                return
            await self._submit(moves)
        raise Conflict("ACCOUNT_BUSY", "The account trades on; try again.")

    def _account(self, endowment: Endowment) -> bytes:
        user_id = self._user_ids[endowment.username]
        kind = terms.ACCOUNT_KIND_NUMBER[endowment.kind]
        return _engine.open_account(user_id, kind, 0, first_account_name(user_id))

    def _moves(self, account: int) -> list[bytes]:
        """Return the transfers that bring one account back."""
        row = self._floor.engine.account(account)
        assert row is not None
        has = {CASH_ASSET: row.cash}
        for position in self._floor.engine.positions(account):
            has[position.symbol + 1] = position.shares
        moves = []
        start = self._start(self._endowments[account])
        for asset in sorted(has.keys() | start.keys()):
            missing = start.get(asset, 0) - has.get(asset, 0)
            if missing > 0:
                moves.append(_engine.transfer(0, account, asset, missing))
            elif missing < 0:
                moves.append(_engine.transfer(account, 0, asset, -missing))
        return moves

    def _start(self, endowment: Endowment) -> dict[int, int]:
        """Return by asset what an account starts with."""
        start = {CASH_ASSET: endowment.cash}
        for listing in LISTINGS:
            number = self._floor.listings.number(listing.ticker)
            assert number is not None
            start[number + 1] = endowment.shares
        return start

    async def _submit(self, commands: Sequence[bytes]) -> list[_engine.Answer]:
        if not commands:
            return []
        return [await answer for answer in self._floor.sequencer.submit_all(commands)]


def _listing(listing: Listing) -> bytes:
    return _engine.list_symbol(
        listing.ticker, listing.previous_close, 0, 0, SWEEP_COLLAR, LIMIT_COLLAR
    )
