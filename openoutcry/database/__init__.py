"""PostgreSQL: the embedded server, the pool and the migrations."""

from openoutcry.database.database import Connection, Database

__all__ = ["Connection", "Database"]
