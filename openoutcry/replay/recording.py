"""A recorded file, plain or gzip, read piece by piece."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from openoutcry.replay.errors import BadRecording

_PIECE = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"


class Recording:
    """Bytes of a file as recorded, and how far the reader has come in the file as it lies there.

    size: of the file on disk, compressed where it is.
    """

    def __init__(self, path: Path) -> None:
        """Open the file. Raises BadRecording."""
        self._path = path
        self._files = ExitStack()
        try:
            self._file = self._files.enter_context(path.open("rb"))
            self.size = path.stat().st_size
            magic = self._file.peek(2)[:2]
        except OSError as error:
            self._files.close()
            raise BadRecording(f"{path}: {error.strerror}") from None
        self._contents: BinaryIO = self._file
        if magic == _GZIP_MAGIC:
            unpacked = self._files.enter_context(gzip.GzipFile(fileobj=self._file))
            self._contents = cast("BinaryIO", unpacked)

    @property
    def position(self) -> int:
        """How many bytes of the file on disk have been read."""
        return self._file.tell()

    def pieces(self) -> Iterator[bytes]:
        """The contents in order, unpacked. Raises BadRecording where they cannot be read."""
        try:
            while piece := self._contents.read(_PIECE):
                yield piece
        except EOFError:
            raise BadRecording(f"{self._path}: the compressed file is cut off") from None
        except (gzip.BadGzipFile, zlib.error):
            raise BadRecording(f"{self._path}: the compressed file is damaged") from None
        except OSError as error:
            raise BadRecording(f"{self._path}: {error.strerror}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._files.close()
