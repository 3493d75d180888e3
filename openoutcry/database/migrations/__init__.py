"""The schema's revisions, each one file of versions/, written by hand in SQL.

A start compares HEAD with the database by one query and loads alembic only when they differ.
"""

# The newest revision; a test holds it against the files.
HEAD = "0001"

# Beside a firm's own tables, so it does not take alembic's default name.
REVISION_TABLE = "openoutcry_revision"
