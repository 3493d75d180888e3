"""Users, API keys, and who changed them."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the schema `identity`."""
    op.execute("CREATE SCHEMA identity")
    op.execute(
        """
        CREATE TABLE identity.users (
            user_id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (user_id > 0),
            username      text NOT NULL CHECK (length(username) BETWEEN 1 AND 32),
            -- An argon2id string. Null: no password opens this user, API keys alone do.
            password_hash text,
            role          text NOT NULL CHECK (role IN ('trader', 'operator', 'compliance')),
            kyc_status    text NOT NULL CHECK (kyc_status IN ('PENDING', 'APPROVED', 'REJECTED')),
            disabled      boolean NOT NULL DEFAULT false,
            created_at    timestamptz NOT NULL DEFAULT now(),
            -- Tokens carry it; a higher one here ends them.
            version       integer NOT NULL DEFAULT 1 CHECK (version > 0),
            version_at    timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX users_username ON identity.users (lower(username))")
    op.execute("CREATE INDEX users_version_at ON identity.users (version_at) WHERE version > 1")
    op.execute(
        """
        CREATE TABLE identity.api_keys (
            key_id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (key_id > 0),
            client_id    text NOT NULL UNIQUE,
            -- SHA-256 of 256 random bits, for which a slow hash would add nothing.
            secret_hash  bytea NOT NULL CHECK (length(secret_hash) = 32),
            user_id      integer NOT NULL REFERENCES identity.users,
            name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
            scopes       text[] NOT NULL,
            created_at   timestamptz NOT NULL DEFAULT now(),
            last_used_at timestamptz,
            revoked_at   timestamptz
        )
        """
    )
    op.execute("CREATE INDEX api_keys_user ON identity.api_keys (user_id, key_id)")
    op.execute(
        "CREATE INDEX api_keys_revoked_at ON identity.api_keys (revoked_at)"
        " WHERE revoked_at IS NOT NULL"
    )
    op.execute(
        """
        CREATE TABLE identity.changes (
            change_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            changed_at timestamptz NOT NULL DEFAULT now(),
            -- Null: the venue itself, or the person at its command line.
            actor_id   integer REFERENCES identity.users,
            user_id    integer NOT NULL REFERENCES identity.users,
            action     text NOT NULL,
            detail     jsonb NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX changes_user ON identity.changes (user_id, change_id)")
