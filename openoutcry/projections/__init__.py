"""The journal as tables of PostgreSQL: behind the venue, never in its way."""

from openoutcry.projections.projector import Projector, Trouble

__all__ = ["Projector", "Trouble"]
