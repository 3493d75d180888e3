"""The schema's revisions, each one file of versions/, written by hand in SQL.

A start compares HEAD with the database by one query; only when they differ does a process of its
own load alembic (`__main__.py`).
"""

# The newest revision; a test holds it against the files.
HEAD = "0002"

# Beside a firm's own tables, so it does not take alembic's default name.
REVISION_TABLE = "openoutcry_revision"

# How that process ends when it cannot do its work.
FAILED, NEWER = 1, 3
