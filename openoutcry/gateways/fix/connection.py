"""One connection: a logon first, then its session's messages."""

import asyncio
from typing import TYPE_CHECKING, cast

from openoutcry import _engine
from openoutcry.gateways.fix.members import Refused

if TYPE_CHECKING:
    from openoutcry.gateways.fix.gateway import FixGateway

# From the connection to a whole logon.
LOGON_S = 10
_LONGEST_LOGON = 8 * 1024
# What may wait for a peer that does not read: it can ask for it again.
_MOST_UNREAD = 16 << 20
# Commands of a session that may be on their way.
_MOST_UNDER_WAY = 20_000


class FixConnection(asyncio.Protocol):
    """Belongs to no session until its logon is checked."""

    def __init__(self, gateway: "FixGateway") -> None:
        self._gateway = gateway
        self._first = bytearray()
        self._checking: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled = False
        self._transport: asyncio.Transport | None = None
        self.address = ""
        self.comp_id = ""
        self.seat: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a logon, for a while."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        if not self._gateway.add(self):
            self.refuse("too many connections")
            return
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(LOGON_S, self.refuse, "no logon in time")

    def data_received(self, data: bytes) -> None:
        """Hand what was received to the session, once there is one."""
        if self.seat is not None:
            self._gateway.receive(self.seat, data)
        else:
            self._first += data
            if self._checking is None:
                self._knock()
            elif len(self._first) > _LONGEST_LOGON:
                self._pause()

    def connection_lost(self, _error: Exception | None) -> None:
        """Leave the session to its next connection."""
        self._transport = None
        self._forget_deadline()
        if self._checking is not None:
            self._checking.cancel()
        self._gateway.remove(self)

    def pause_writing(self) -> None:
        """Read nothing more from a peer that does not read."""
        self._pause()

    def resume_writing(self) -> None:
        """Go on."""
        if self._transport is not None and not self._stalled:
            self._transport.resume_reading()

    def take(self, step: "_engine.FixStep") -> None:
        """Send what a session has to say, and end with it."""
        transport = self._transport
        if transport is None:
            return
        if step.output:
            transport.write(step.output)
            if transport.get_write_buffer_size() > _MOST_UNREAD:
                self._gateway.log_end(self, "its peer does not read")
                transport.abort()
                return
        stalled = step.under_way > _MOST_UNDER_WAY
        if stalled and not self._stalled:
            self._pause()
        elif self._stalled and not stalled:
            transport.resume_reading()
        self._stalled = stalled
        if step.over is not None:
            self._gateway.log_end(self, step.over)
            transport.close()

    def refuse(self, reason: str) -> None:
        """End it without an answer."""
        if self._transport is not None:
            self._gateway.log_refusal(self, reason)
            self._transport.abort()

    def close(self) -> None:
        """End it after what was written."""
        if self._transport is not None:
            self._transport.close()

    def _pause(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    def _knock(self) -> None:
        peer = _engine.fix_peer(bytes(self._first))
        if isinstance(peer, str):
            self.refuse(peer)
        elif peer is not None:
            self._checking = asyncio.create_task(self._log_on(peer), name="fix-logon")
        elif len(self._first) > _LONGEST_LOGON:
            self.refuse("no FIX message")

    async def _log_on(self, peer: "_engine.FixPeer") -> None:
        try:
            await self._gateway.log_on(self, peer)
        except Refused as refused:
            self.refuse(str(refused))
            return
        self._forget_deadline()
        if self._transport is not None and self.seat is not None:
            first, self._first = bytes(self._first), bytearray()
            self._gateway.receive(self.seat, first)
            if self._transport is not None:
                self._transport.resume_reading()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
