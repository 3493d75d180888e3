"""The traders' process, from the side of whoever starts it."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Self

import msgspec

from openoutcry.simulation.participants import Login

_LONGEST_END_S = 3.0


class Instructions(msgspec.Struct, kw_only=True):
    """What the process is told when it starts: the venue, who trades there, and the seed."""

    url: str
    logins: list[Login]
    seed: int


class Traders:
    """Simulated traders in a process of their own.

    They live no longer than this process, even when it is killed: they read from a pipe that
    only this process holds, and end when the pipe does.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def launch(cls) -> Self:
        """Start the process, which loads what it needs and waits for its instructions."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "openoutcry.simulation", stdin=asyncio.subprocess.PIPE
        )
        return cls(process)

    async def begin(self, url: str, logins: Sequence[Login], seed: int) -> None:
        """Let the participants trade at the venue at `url`; it need not be ready yet."""
        pipe = self._process.stdin
        assert pipe is not None
        instructions = Instructions(url=url, logins=list(logins), seed=seed)
        # The log-ins travel through the pipe: arguments and variables are visible to others.
        pipe.write(msgspec.json.encode(instructions) + b"\n")
        await pipe.drain()

    @property
    def process_id(self) -> int:
        """The process's id."""
        return self._process.pid

    async def wait(self) -> int:
        """Wait until the process has ended, by itself or by `stop`; its exit code."""
        return await self._process.wait()

    async def stop(self) -> None:
        """End the traders; their orders stay in the books. Returns when the process is gone."""
        if self._process.returncode is not None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_LONGEST_END_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
