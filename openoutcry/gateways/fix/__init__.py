"""FIX 4.4: sockets and log-ins of sessions. What each message costs is paid in the engine."""
