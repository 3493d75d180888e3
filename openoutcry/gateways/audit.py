"""Who did what to the venue: one line of the log for each thing an operator does."""

import structlog

from openoutcry.identity import Principal

_log = structlog.get_logger("openoutcry.audit")


def audit(action: str, actor: Principal, **facts: object) -> None:
    """Write the line. `facts` hold no secret."""
    _log.info(action, actor=actor.username, actor_id=actor.user_id, **facts)
