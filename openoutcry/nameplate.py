"""Which venue lives in a directory, and how far its journal has come, beside the journal itself.

A journal that is gone, another venue's, or shorter than it was must not look like a new venue or an
earlier day: users would find their accounts empty, and new trades would be written over lost ones.
The journal cannot tell by itself when it ends early between two frames, or is not there at all.
"""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from openoutcry import _engine
from openoutcry.errors import StartError

log = structlog.get_logger(__name__)

_NAME = "venue.json"
_EVERY_S = 5.0


class Known(NamedTuple):
    """The journal's own random number, and a command that was durable in it."""

    venue: bytes
    sequence: int


class _Plate(msgspec.Struct, forbid_unknown_fields=True):
    venue: str
    sequence: int


class Nameplate:
    """The file `venue.json` of a data directory."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / _NAME
        self._known: Known | None = None

    def read(self) -> Known | None:
        """Return what is known; None in a directory where no venue has lived. Raises StartError."""
        try:
            plate = msgspec.json.decode(self._path.read_bytes(), type=_Plate)
            known = Known(bytes.fromhex(plate.venue), plate.sequence)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StartError(f"{self._path}: {error.strerror}") from None
        except ValueError as error:
            raise StartError(f"{self._path} is damaged: {error}") from None
        if len(known.venue) != 16 or not 0 <= known.sequence < 1 << 64:
            raise StartError(f"{self._path} is damaged: it names no venue")
        return known

    def write(self, engine: _engine.Sequencer) -> None:
        """Note how far the venue has come. Raises OSError."""
        known = Known(engine.venue(), engine.status().sequence)
        if known == self._known:
            return
        text = msgspec.json.encode(_Plate(known.venue.hex(), known.sequence))
        handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=f"{_NAME}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text + b"\n")
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._known = known

    async def keep(self, engine: _engine.Sequencer) -> None:
        """Note it now and then, until cancelled. A disk that refuses is no reason to stop."""
        while True:
            try:
                await asyncio.to_thread(self.write, engine)
            except OSError as error:
                log.warning("the venue's nameplate is not written", error=error.strerror)
            await asyncio.sleep(_EVERY_S)
