"""`python -m openoutcry.bench.quickfix_echo PORT DIRECTORY`: QuickFIX's acceptor, for comparison.

It keeps no book and no journal: each order is answered with one report, from Python, over QuickFIX
(C++) with its file store. Needs the package `quickfix`, which the venue does not.
"""

import sys
import threading
from pathlib import Path

import quickfix as fix  # type: ignore[import-not-found]

_SESSION = """[DEFAULT]
ConnectionType=acceptor
SocketAcceptPort={port}
SocketReuseAddress=Y
SocketNodelay=Y
StartTime=00:00:00
EndTime=00:00:00
UseDataDictionary=N
FileStorePath={directory}/store
[SESSION]
BeginString=FIX.4.4
SenderCompID=OPENOUTCRY
TargetCompID=ALICE-A
"""


class Echo(fix.Application):  # type: ignore[misc]
    """Acknowledges every order."""

    def onCreate(self, session: object) -> None:  # noqa: N802 - QuickFIX's name
        """Nothing to do."""

    def onLogon(self, session: object) -> None:  # noqa: N802 - QuickFIX's name
        """Nothing to do."""

    def onLogout(self, session: object) -> None:  # noqa: N802 - QuickFIX's name
        """Nothing to do."""

    def toAdmin(self, message: object, session: object) -> None:  # noqa: N802 - QuickFIX's name
        """Nothing to do."""

    def fromAdmin(self, message: object, session: object) -> None:  # noqa: N802 - QuickFIX's name
        """Nothing to do."""

    def toApp(self, message: object, session: object) -> None:  # noqa: N802 - QuickFIX's name
        """Nothing to do."""

    def fromApp(self, message: fix.Message, session: object) -> None:  # noqa: N802 - QuickFIX's name
        """Answer with a report as short as it may be."""
        name = message.getField(11)
        report = fix.Message()
        report.getHeader().setField(35, "8")
        for tag, value in (
            (6, "0"),
            (11, name),
            (14, "0"),
            (17, name),
            (37, name),
            (39, "0"),
            (54, message.getField(54)),
            (55, message.getField(55)),
            (150, "0"),
            (151, message.getField(38)),
        ):
            report.setField(tag, value)
        fix.Session.sendToTarget(report, session)


def main() -> None:
    """Serve until told to stop."""
    port, directory = sys.argv[1:]
    settings = Path(directory) / "quickfix.cfg"
    settings.write_text(_SESSION.format(port=port, directory=directory))
    session = fix.SessionSettings(str(settings))
    acceptor = fix.SocketAcceptor(Echo(), fix.FileStoreFactory(session), session)
    acceptor.start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
