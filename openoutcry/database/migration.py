"""The process that brings the database's schema to the revision of this program.

What it loads for that takes as long as all the rest of a venue, which has no use for it.
"""

import asyncio
import contextlib
import sys
from typing import Self

from openoutcry.database.migrations import NEWER
from openoutcry.errors import OpenOutcryError, StartError


class MigrationFailed(OpenOutcryError):
    """The database went away or refused; nothing was changed."""


class Migration:
    """Launched as soon as it is known to be needed, run once there is a database."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def launch(cls) -> Self:
        """Start the process, which loads what it needs and waits."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "openoutcry.database.migrations",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        )

    async def run(self, conninfo: str) -> None:
        """Apply the revisions that are missing, all or none.

        Raises StartError when the database is ahead of this program, MigrationFailed when it
        fails.
        """
        _, words = await self._process.communicate(conninfo.encode() + b"\n")
        if not self._process.returncode:
            return
        reason = " ".join(words.decode(errors="replace").split())
        if self._process.returncode == NEWER:
            raise StartError(
                f"the database was made by a newer Open Outcry than this one: {reason}"
            )
        raise MigrationFailed(reason)

    async def end(self) -> None:
        """End the process, whatever it is doing. What it had not finished is undone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
