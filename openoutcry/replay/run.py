"""A recording driven through the engine."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openoutcry._engine import Depth, EngineError, ItchReplay, JournalReplay, Replayed
from openoutcry.progress import progress_bar
from openoutcry.replay.errors import BadRecording
from openoutcry.replay.lobster import LobsterMessages, symbol_of
from openoutcry.replay.recording import Recording

_DEPTH = 5
# Of a whole market's file, these many books are shown.
_MOST_BOOKS = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a replay came to.

    elapsed: seconds with reading and unpacking; those in the engine alone are in `replayed`.
    books: the final depth of the symbols that have one, best prices first.
    """

    replayed: Replayed
    elapsed: float
    books: dict[str, Depth]


def replay_itch(file: Path, symbol: str | None) -> Outcome:
    """Replay Nasdaq's ITCH 5.0, of one symbol or all. Raises BadRecording."""
    with Recording(file) as recording:
        return _drive(file, recording, recording.pieces(), _ticker(symbol))


def replay_lobster(file: Path, symbol: str | None) -> Outcome:
    """Replay a LOBSTER message file. Raises BadRecording."""
    ticker = _ticker(symbol or symbol_of(file.name))
    if ticker is None:
        raise BadRecording(f"{file}: the file's name has no symbol in it: name it with --symbol")
    with Recording(file) as recording:
        return _drive(file, recording, _converted(recording, ticker), ticker)


def replay_commands(directory: Path, symbol: str | None) -> Outcome:
    """Replay a venue's own journal: `directory` is the venue's, or the journal in it.

    All symbols are replayed, since their orders share accounts; `symbol` is whose book is shown.
    Raises BadRecording.
    """
    ticker = _ticker(symbol)
    if not directory.is_dir():
        raise BadRecording(f"{directory}: commands are read from a venue's data directory")
    venue = directory if (directory / "journal").is_dir() else directory.absolute().parent
    if not (venue / "journal").is_dir():
        raise BadRecording(f"{directory}: there is no journal in it")
    began = time.perf_counter()
    try:
        with progress_bar("journal", 0) as progress:
            engine = JournalReplay(str(venue), progress)
    except EngineError as error:
        raise BadRecording(str(error)) from None
    _require_symbol(directory, engine, ticker)
    return Outcome(engine.finish(), time.perf_counter() - began, _books(engine, ticker))


def _converted(recording: Recording, ticker: str) -> Iterator[bytes]:
    messages = LobsterMessages(ticker)
    yield messages.heading
    for piece in recording.pieces():
        yield messages.feed(piece)
    yield messages.finish()


def _drive(
    file: Path, recording: Recording, pieces: Iterator[bytes], symbol: str | None
) -> Outcome:
    engine = ItchReplay(symbol)
    began = time.perf_counter()
    try:
        with progress_bar(file.name, recording.size) as progress:
            for piece in pieces:
                engine.feed(piece)
                progress(recording.position, recording.size)
        replayed = engine.finish()
    except (EngineError, BadRecording) as error:
        text = str(error)
        raise BadRecording(text if text.startswith(str(file)) else f"{file}: {text}") from None
    elapsed = time.perf_counter() - began
    _require_symbol(file, engine, symbol)
    return Outcome(replayed, elapsed, _books(engine, symbol))


def _require_symbol(source: Path, engine: ItchReplay | JournalReplay, symbol: str | None) -> None:
    if symbol is not None and symbol not in engine.tickers():
        raise BadRecording(f"{source}: there is no symbol {symbol} in it")


def _books(engine: ItchReplay | JournalReplay, symbol: str | None) -> dict[str, Depth]:
    books: dict[str, Depth] = {}
    for ticker in [symbol] if symbol else engine.tickers():
        depth = engine.depth(ticker, _DEPTH)
        if symbol or depth.bids or depth.asks:
            books[ticker] = depth
        if len(books) == _MOST_BOOKS:
            break
    return books


def _ticker(symbol: str | None) -> str | None:
    if symbol is None:
        return None
    if not (symbol.isascii() and symbol.isprintable() and 0 < len(symbol.strip()) <= 8):
        raise BadRecording(f"{symbol!r} is no symbol: one to eight characters")
    return symbol.strip()
