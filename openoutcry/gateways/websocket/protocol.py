"""uvicorn's WebSocket protocol, with frames written as they are and a close that cannot wait."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

# Under this name the gateway finds the protocol in its ASGI scope.
EXTENSION = "openoutcry.frames"

_GOING_AWAY = 1001
# How long a peer that was told to go may take to read what is on its way.
_LINGER_S = 10.0


class FrameProtocol(WebSocketsSansIOProtocol):
    """Adds to uvicorn's protocol what a market data feed needs, and keeps its bounds.

    Frames without a mask are the same bytes for every reader (RFC 6455, section 5.3: servers do
    not mask), so a frame that was encoded once goes out to all of them.
    """

    def handle_connect(self, event: Request) -> None:
        """Show this protocol to the gateway."""
        super().handle_connect(event)
        if not self.close_sent:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    @property
    def is_open(self) -> bool:
        """Whether frames may still be sent."""
        return self.handshake_complete and not (
            self.close_sent or self.disconnected or self.transport.is_closing()
        )

    def write_frames(self, frames: bytes) -> None:
        """Send whole frames; the caller waits for `writable` before the next."""
        if self.is_open:
            self.transport.write(frames)

    def close_now(self, code: int, reason: str) -> None:
        """Close behind what is already on its way, also when the peer does not read.

        A peer that goes on not reading is cut off after a while.
        """
        if not self.is_open:
            return
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        # The peer's own close frame ends the connection (handle_close); else this does.
        self.close_timer = self.loop.call_later(_LINGER_S, self.transport.abort)

    def shutdown(self) -> None:
        """Say that the server goes away (RFC 6455, section 7.4.1)."""
        if self.handshake_complete and not self.close_sent:
            self.close_now(_GOING_AWAY, "the venue is shutting down")
        super().shutdown()

    def pause_writing(self) -> None:
        """The peer reads too slowly: take nothing more from it, since answers would pile up."""
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """The peer reads again."""
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()
