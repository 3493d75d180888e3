"""The compiled engine: journal, machine and read views behind one sequencer thread.

Units: prices of orders in 1/10000 dollar; money and execution prices in 1/1,000,000 dollar;
quantities in whole shares; times in nanoseconds since 1970 UTC. Ids are dense integers. Methods
never wait for the disk: a submitted command is answered later, when it is durable and applied.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, final

__version__: str

class EngineError(Exception):
    """Base of everything the engine raises; its text is one line for a person."""

class JournalDamaged(EngineError):
    """The journal is damaged before its tail; the text names segment and offset."""

class DirectoryInUse(EngineError):
    """Another process holds the data directory."""

class JournalFailed(EngineError):
    """A write or sync failed (a full disk, say), or the engine stopped: nothing more is accepted
    until a restart."""

class Overloaded(EngineError):
    """More commands wait than the queue may hold; nothing of this call was taken."""

class MalformedCommands(EngineError):
    """The submitted bytes are not whole commands; nothing of this call was taken."""

@final
class ItchFeed:
    """Market data in ITCH 5.0: multicast, re-requests, SoupBinTCP and snapshots of one session.

    Each address is `HOST:PORT`, or None for what is left out; `interface` is the IPv4 address of
    the interface that multicast leaves by. The ports are bound at once; raises EngineError, in one
    line, where one is busy.
    """

    def __init__(
        self,
        itch: str | None,
        glimpse: str | None,
        rerequest: str | None,
        multicast: str | None,
        interface: str,
    ) -> None: ...
    @property
    def addresses(self) -> list[tuple[str, str]]:
        """What is served where: `("itch", "127.0.0.1:9881")`."""

    def begin(self, sequencer: Sequencer, directory: str) -> str:
        """Begin a session with the market as it stands, in a thread of its own; its name.

        directory: where the file of its messages lies, which ends with the process.
        """

    def fileno(self) -> int:
        """A descriptor that is readable while there are notices."""

    def notices(self) -> list[str]:
        """Take what the operator should know, one line each."""

    def close(self) -> None:
        """Publish what happened so far, end the session and give the ports back."""

@final
class OuchDoor:
    """Order entry in OUCH 5.0 over SoupBinTCP; who may log in is the caller's to say.

    The port is bound at once; raises EngineError, in one line, where it is busy.
    """

    def __init__(self, address: str) -> None: ...
    @property
    def address(self) -> str: ...
    def begin(
        self, sequencer: Sequencer, directory: str, rate: int, cancel_on_disconnect: bool
    ) -> None:
        """Let clients in, served by a thread of its own.

        directory: where the files of the sessions' reports lie, which end with the process.
        rate: orders a second of one session.
        """

    def fileno(self) -> int:
        """A descriptor that is readable while there are knocks or notices."""

    def notices(self) -> list[str]:
        """Take what the operator should know, one line each."""

    def knocks(self) -> list[tuple[int, str, str, str]]:
        """Take those who want to log in: connection, user name, password, address."""

    def answer(self, connection: int, account: int | None) -> None:
        """Let one in to trade for an account, or refuse it."""

    def close(self) -> None:
        """End all sessions and give the port back."""

# -- the tables of the wire: gateways take names, numbers and codes from here alone ------------

class ReasonRow(NamedTuple):
    number: int
    code: str
    text: str

def reasons() -> list[ReasonRow]: ...
def terms() -> dict[str, dict[str, int]]:
    """`{"side": {"BUY": 1, ...}, "order_type": ..., "time_in_force": ..., "self_trade": ...,
    "account_kind": ..., "account_status": ..., "order_status": ..., "instruction": ...,
    "event": {"Accepted": 1, ...}}`."""

# -- commands as bytes: each returns one whole record ------------------------------------------
# Words are numbers of `terms()`. `name` is at most 63 bytes of UTF-8. Values that do not fit
# their field raise OverflowError, a name that is empty or too long ValueError.

def new_order(
    account: int,
    symbol: int,
    side: int,
    order_type: int,
    time_in_force: int,
    quantity: int,
    price: int = 0,
    stop_price: int = 0,
    self_trade: int = 0,
    name: bytes | None = None,
    session: int = 0,
    session_sequence: int = 0,
    instructions: int = 0,  # the sum of those in terms()["instruction"]
    minimum_quantity: int = 0,
    expires_at: int = 0,  # nanoseconds; 0: never
) -> bytes: ...
def cancel_order(account: int, order: int) -> bytes: ...
def replace_order(
    account: int,
    order: int,
    quantity: int = 0,
    price: int = 0,
    stop_price: int = 0,
    expected_version: int = 0,
) -> bytes: ...
def cancel_all(
    account: int, symbol: int | None = None, side: int = 0, by_operator: bool = False
) -> bytes: ...
def transfer(
    source: int, target: int, asset: int, amount: int, reference: bytes | None = None
) -> bytes:
    """Account 0 is the outside world; asset 0 is cash, asset `symbol + 1` that symbol's shares."""

def open_account(owner: int, kind: int, group: int = 0, name: bytes | None = None) -> bytes: ...
def list_symbol(
    ticker: str,
    previous_close: int,
    tick: int = 0,
    maximum_quantity: int = 0,
    sweep_collar: int = 0,
    limit_collar: int = 0,
) -> bytes: ...
def halt(symbol: int | None, cause: int = 0) -> bytes: ...
def resume(symbol: int | None, cause: int = 0) -> bytes: ...
def set_account_status(account: int, status: int) -> bytes: ...
def set_limits(
    account: int, maximum_open_orders: int = 0, maximum_order_value: int = 0
) -> bytes: ...
def end_day(symbol: int | None = None) -> bytes: ...

# -- rows ---------------------------------------------------------------------------------------

class Special(NamedTuple):
    """Terms that few orders have; 0 where one has not."""

    instructions: int
    minimum_quantity: int
    expires_at_ns: int

class Order(NamedTuple):
    order: int
    account: int
    symbol: int
    side: int
    order_type: int
    time_in_force: int
    status: str  # NEW PARTIAL FILLED CANCELLED REJECTED EXPIRED PENDING_TRIGGER
    quantity: int
    filled: int
    price: int  # 0: none
    stop_price: int  # 0: none
    value: int  # sum of price x quantity over its fills, 1/1,000,000 dollar
    created_ns: int
    updated_ns: int
    version: int  # 1 when new; grows with each change, share filled and end
    reason: int  # number in reasons(): why it was rejected or ended
    name: bytes | None
    special: Special | None  # None for nearly all orders

class Answer(NamedTuple):
    ticket: int
    event: int  # number in terms()["event"]: the command's first event
    reason: int
    sequence: int
    time_ns: int
    made: int  # the order, transfer, account or symbol made or concerned; orders in a mass cancel
    account: int
    required: int  # figures behind a refusal
    available: int
    order: Order | None  # for commands about one order: the order as it stands now

class Trade(NamedTuple):
    trade: int
    sequence: int
    time_ns: int
    symbol: int
    price: int  # 1/1,000,000 dollar
    quantity: int
    maker_order: int
    taker_order: int
    maker_account: int
    taker_account: int
    taker_side: int

class Account(NamedTuple):
    account: int
    owner: int
    group: int
    kind: int
    status: int
    cash: int
    held: int
    open_orders: int
    opened_ns: int

class Position(NamedTuple):
    symbol: int
    shares: int
    held: int
    cost: int  # what the shares held now cost, average cost, 1/1,000,000 dollar
    realised: int  # realised profit, average cost

class Entry(NamedTuple):
    """One double-entry movement: `amount` of `asset` left `source` and reached `target`."""

    entry: int
    sequence: int
    time_ns: int
    source: int
    target: int
    asset: int
    amount: int
    trade: int  # 0: a transfer
    source_order: int
    target_order: int
    reference: bytes | None

class Symbol(NamedTuple):
    symbol: int
    ticker: str
    previous_close: int  # 1/10000 dollar
    tick: int  # 0: by the venue's table
    maximum_quantity: int
    halted: bool
    halt_cause: int

class Quote(NamedTuple):
    symbol: int
    sequence: int
    time_ns: int
    bid: int  # 1/10000 dollar, 0: none
    bid_size: int
    ask: int
    ask_size: int
    last: int  # 1/1,000,000 dollar; the previous close until the first trade
    last_size: int  # 0: no trade yet
    last_time_ns: int
    volume: int
    open: int
    high: int
    low: int
    previous_close: int  # 1/1,000,000 dollar

class Level(NamedTuple):
    price: int
    quantity: int
    orders: int

class Depth(NamedTuple):
    sequence: int
    time_ns: int
    bids: list[Level]  # best first
    asks: list[Level]

class Candle(NamedTuple):
    time_ns: int
    open: int  # 1/1,000,000 dollar, as the next three
    high: int
    low: int
    close: int
    volume: int
    trades: int

class OrderUpdate(NamedTuple):
    event: int  # number in terms()["event"]
    reason: int
    order: Order  # as of this event
    trade: Trade | None  # of a fill

class Status(NamedTuple):
    sequence: int  # last applied
    time_ns: int
    accepting: bool
    failure: str | None  # why it stopped accepting
    queued: int  # commands waiting
    commands: int  # applied since start
    batches: int
    journal_bytes: int
    sync_p50_ns: int  # write and sync of one frame, of the latest few thousand
    sync_p99_ns: int
    recovered: int  # commands replayed at start
    recovery_seconds: float
    truncated_bytes: int  # torn tail cut off at start
    recovered_snapshot: int  # command of the snapshot that the start went on from, 0 without one
    recovery_notices: list[str]  # why newer snapshots were passed over, one line each
    snapshot: int  # command of the newest snapshot, 0 before the first
    upkeep_failure: str | None  # why the last snapshot or archive could not be made
    orders: int  # open orders
    accounts: int

# -- the sequencer ------------------------------------------------------------------------------

@final
class Sequencer:
    """One writer: takes what waits, stamps time, writes, syncs, applies, answers.

    `open` locks the directory, recovers by replay (raises JournalDamaged, DirectoryInUse or
    EngineError) and starts the thread. `progress(done, total)` is called with journal bytes.
    """

    @staticmethod
    def open(
        directory: str,
        progress: Callable[[int, int], None] | None = None,
        known: tuple[bytes, int] | None = None,
    ) -> Sequencer:
        """known: the `venue()` of a journal that must be there, and a command that it has."""
    def venue(self) -> bytes:
        """The 16 random bytes that tell this venue's journal from every other."""
    def submit(self, commands: bytes) -> int:
        """Queues whole commands; the ticket of the first, the others count on from it.

        Raises MalformedCommands, Overloaded, JournalFailed."""
    def fileno(self) -> int:
        """Readable when answers wait or the state moved; `answers()` clears it."""
    def answers(self) -> list[Answer]: ...
    def ask_for_snapshot(self) -> None:
        """Take a snapshot soon, in the background; `status().snapshot` tells when it is there."""

    def discard_answers(self) -> int:
        """Like `answers`, and returns only how many there were."""
    def close(self) -> None:
        """Applies what waits, syncs, stops the thread, releases the directory."""
    def status(self) -> Status: ...
    def sequence(self) -> int:
        """The last command durable and applied. Raises EngineError once an invariant broke."""
    def state_hash(self) -> str: ...
    # Reads: each sees whole, durable commands only.
    def order(self, order: int) -> Order | None: ...
    def orders(
        self,
        account: int,
        statuses: Sequence[str] | None = None,
        symbol: int | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Order]:
        """Newest first; `before` is an order id (the cursor)."""
    def order_named(self, account: int, name: bytes) -> Order | None: ...
    def fills(self, order: int) -> list[Trade]:
        """Oldest first; of more than 100,000 the newest."""
    def account(self, account: int) -> Account | None: ...
    def accounts_of(self, owner: int) -> list[int]: ...
    def positions(self, account: int) -> list[Position]: ...
    def entries(self, account: int, before: int | None = None, limit: int = 100) -> list[Entry]: ...
    def account_trades(
        self, account: int, before: int | None = None, limit: int = 100
    ) -> list[Trade]: ...
    def symbols(self) -> list[Symbol]: ...
    def depth(self, symbol: int, levels: int = 10) -> Depth:
        """Raises EngineError for an unknown symbol, as `quote` does."""
    def quote(self, symbol: int) -> Quote: ...
    def trades(self, symbol: int, before: int | None = None, limit: int = 100) -> list[Trade]:
        """Newest first."""
    def candles(
        self, symbol: int, interval_s: int, from_ns: int, to_ns: int, limit: int = 500
    ) -> list[Candle]:
        """The newest that start within from_ns..to_ns (excluded), oldest first; intervals without a
        trade have none. Whole minutes reach back weeks, other intervals hours."""
    # The feed for subscribers: polled after fileno() wakes.
    def trades_after(self, trade: int, limit: int = 10_000) -> list[Trade]:
        """All symbols, oldest first, with a trade id above `trade`."""
    def watch(self, accounts: Sequence[int]) -> None:
        """Order updates are kept for these accounts from now on."""
    def order_updates(self) -> tuple[list[OrderUpdate], bool]:
        """Drains the watched accounts' updates; True when some were dropped for lack of room."""

# -- FIX ------------------------------------------------------------------------------------------

class FixPeer(NamedTuple):
    """What a logon claims."""

    sender: bytes
    target: bytes
    username: bytes
    password: bytes

def fix_peer(received: bytes) -> FixPeer | str | None:
    """What the first bytes of a connection are: the logon, why it is to be closed without an
    answer, or None while more has to come."""

class FixStep(NamedTuple):
    """What a session's connection has to do next."""

    output: bytes
    over: str | None  # close it after the output, for this reason
    others: list[list[tuple[int, bytes]]]  # messages for the venue's own code: tags and values
    under_way: int  # commands on their way: with too many the connection is not read

@final
class FixDesk:
    """Every FIX session of a venue, by number: whole buffers in, whole buffers out.

    `codes`: for each reason its number, OrdRejReason, CxlRejReason and a sentence. What raises
    EngineError could not write the session's file: its connection ends without its output.
    """

    def __init__(
        self, sequencer: Sequencer, codes: Sequence[tuple[int, int, int, str]]
    ) -> None: ...
    def open(
        self,
        path: Path,
        sender: str,
        target: str,
        accounts: Sequence[int],
        drop_copy: bool,
        cancel_on_disconnect: bool,
        rate: int,
    ) -> int:
        """Seats the session whose numbers and messages are kept in `path`; its number."""
    def connect(self, seat: int) -> None: ...
    def disconnect(self, seat: int) -> None: ...
    def receive(self, seat: int, received: bytes) -> FixStep: ...
    def follow(self) -> list[tuple[int, FixStep]]:
        """After the engine moved: the sessions that have something to send."""
    def tick(self) -> list[tuple[int, FixStep]]:
        """Heartbeats and time-outs; call it some times a second."""
    def send(self, seat: int, kind: bytes, fields: Sequence[tuple[int, bytes]]) -> None: ...
    def flush(self, seat: int) -> FixStep: ...
    def log_out(self, seat: int, text: str) -> None: ...
    def reset(self, seat: int) -> None:
        """Both numbers of the session begin with 1 again."""
    def is_logged_on(self, seat: int) -> bool: ...

# -- offline ------------------------------------------------------------------------------------

class Verified(NamedTuple):
    commands: int
    frames: int
    segments: int
    bytes: int
    snapshots: int  # compared with what the replay came to
    state_hash: str
    chain: str  # digest of the last frame
    seconds: float
    discrepancies: list[str]  # one line each; empty: the journal is whole

def verify(directory: str, progress: Callable[[int, int], None] | None = None) -> Verified: ...

class Copied(NamedTuple):
    sequence: int  # the last command
    time_ns: int  # when it was logged
    bytes: int
    snapshots: int

def copy_journal(
    source: str,
    target: str,
    sequence: int | None = None,
    time_ns: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Copied:
    """Copy the journal under `source`, of a running venue too, into the empty `target`.

    sequence: end with this command; else time_ns: with the last one logged by then; else whole.
    """

class Replayed(NamedTuple):
    messages: int
    commands: int
    unknown: int  # references to orders never added, skipped
    orders: int
    trades: int
    volume: int
    seconds: float  # inside the engine
    state_hash: str

@final
class ItchReplay:
    """Drives recorded ITCH 5.0 (2-byte length before each message) through a machine of its own."""

    def __init__(self, symbol: str | None = None) -> None: ...
    def feed(self, data: bytes) -> int:
        """Takes the next bytes of the file; returns the messages read so far. Raises EngineError on
        bytes that are no ITCH."""
    def finish(self) -> Replayed: ...
    def depth(self, ticker: str, levels: int = 10) -> Depth: ...
    def tickers(self) -> list[str]: ...

@final
class JournalReplay:
    """A journal's commands, up to its tail, applied to a machine of its own.

    Works beside a running venue. `progress` as in `verify`. Raises JournalDamaged and EngineError.
    """

    def __init__(
        self, directory: str, progress: Callable[[int, int], None] | None = None
    ) -> None: ...
    def finish(self) -> Replayed:
        """Messages are commands; none is unknown."""
    def depth(self, ticker: str, levels: int = 10) -> Depth: ...
    def tickers(self) -> list[str]: ...

# -- the journal as rows --------------------------------------------------------------------------

class Projected(NamedTuple):
    first: int  # the commands whose rows these are
    last: int
    time_ns: int  # logged time of the last
    events: int
    tables: list[tuple[str, int, bytes]]  # name, rows, what its binary COPY takes; no empty ones

@final
class Follower:
    """Reads a journal beside its venue, on a thread of its own, and makes rows of it.

    Commands up to `after` are applied and give no rows.
    """

    def __init__(self, directory: str, after: int) -> None: ...
    def allow(self, durable: int) -> None:
        """Lets it come as far as the last command known to be on disk."""
    def position(self) -> tuple[int, bytes | None]:
        """The last command read, and the journal's id once it is known."""
    def take(self, patience_ms: int) -> Projected | None:
        """The next rows, None when none come in time. Raises EngineError: there will be none."""
    def close(self) -> None: ...

def projection_tables() -> list[tuple[str, list[str]]]:
    """Each table's name and columns, in the order in which rows come."""

# -- benchmarks ---------------------------------------------------------------------------------

class Measured(NamedTuple):
    messages: int
    nanoseconds: int  # for all of them, with risk checks, ledger and events
    p50_ns: int
    p99_ns: int
    p999_ns: int
    open_orders: int
    state_hash: str

def engine_cases() -> list[str]: ...
def measure_engine(name: str, quick: bool = False) -> Measured:
    """Runs one case; raises EngineError for an unknown name."""

def measure_feed(symbols: int, messages: int, group: str, directory: str) -> tuple[int, int, int]:
    """Publish the events of a flow of so many commands to a multicast group on this machine.

    Return ITCH messages, packets and nanoseconds; making the events is not timed.
    """

def write_journal(directory: str, commands: bytes, frame: int = 4096) -> int:
    """Write a new journal of `commands` under `directory` on this thread; how many they were."""

def workload(
    symbols: int,
    messages: int,
    accounts: int | None = None,
    standing: int | None = None,
    seed: int = 23,
) -> tuple[bytes, bytes]:
    """A venue's flow: the commands that set it up, and `messages` commands of 64 bytes to send."""
