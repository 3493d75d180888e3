"""`python -m openoutcry.simulation`: the process of the demo's traders.

Its standard input is one JSON object, the parent's Instructions, and then stays open: it ends
with the parent, however that came about, and then this process ends too.
"""

import asyncio
import os
import signal
import sys

import msgspec
import uvloop

from openoutcry.errors import OpenOutcryError
from openoutcry.simulation.market import simulate
from openoutcry.simulation.process import Instructions

_POLITENESS = 5  # the venue comes first where they share a processor


def main() -> int:
    """Trade until standard input ends; 1 with one line on standard error on failure."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends us
    os.nice(_POLITENESS)
    line = sys.stdin.buffer.readline()
    if not line:
        return 0  # the venue ended before it was open
    try:
        instructions = msgspec.json.decode(line, type=Instructions)
    except msgspec.MsgspecError as error:
        print(f"openoutcry.simulation: {error}", file=sys.stderr)
        return 2
    failure: BaseException | None = None
    try:
        uvloop.run(_trade(instructions))
    except* OpenOutcryError as group:
        failure = group
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    if failure is not None:
        print(f"openoutcry.simulation: {failure}", file=sys.stderr)
    return 0 if failure is None else 1


async def _trade(instructions: Instructions) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_reader(sys.stdin.fileno(), ended.set)
    market = loop.create_task(simulate(instructions.url, instructions.logins, instructions.seed))
    end = loop.create_task(ended.wait())
    await asyncio.wait({market, end}, return_when=asyncio.FIRST_COMPLETED)
    if market.done():
        market.result()
    market.cancel()
    await asyncio.wait({market})


if __name__ == "__main__":
    sys.exit(main())
