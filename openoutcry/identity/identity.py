"""Identity as one thing: what gateways and the composition root hold."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from openoutcry.database import Connection, Database
from openoutcry.errors import DatabaseUnavailable
from openoutcry.identity.api_keys import ApiKeys
from openoutcry.identity.demo import DemoUsers, ensure_demo_users
from openoutcry.identity.grants import Grants
from openoutcry.identity.known_customers import KnownCustomers
from openoutcry.identity.login_throttle import LoginThrottle
from openoutcry.identity.passwords import Passwords
from openoutcry.identity.principal import Principal
from openoutcry.identity.signing_key import load_signing_key
from openoutcry.identity.tokens import LIFETIME_SECONDS, Tokens
from openoutcry.identity.users import Users

logger = logging.getLogger(__name__)

# How soon a change that another process makes, such as the command line, ends tokens here.
FOLLOW_SECONDS = 2.0
# A transaction's changes carry the time of its begin and show at its end.
_OVERLAP_SECONDS = 30.0


class Identity:
    """Users, API keys, tokens and logins of one venue.

    users, api_keys, grants, tokens: the services. Tokens work without the database.
    """

    def __init__(self, database: Database, directory: Path) -> None:
        """directory: the venue's data directory, whose `keys/` holds the signing key.

        Raises StartError when that key cannot be used.
        """
        self._database = database
        self._signing_key = load_signing_key(directory / "keys")
        self._passwords = Passwords()
        throttle = LoginThrottle()
        self.tokens = Tokens(self._signing_key)
        self._customers = KnownCustomers()
        self.users = Users(database, self._passwords, self.tokens, self._customers, throttle)
        self.api_keys = ApiKeys(database, self.tokens)
        self.grants = Grants(database, self._passwords, self.tokens, throttle)
        self._follower: asyncio.Task[None] | None = None

    def verify(self, token: str) -> Principal:
        """Return whose token this is. Raises Unauthenticated for one that does not hold."""
        return self.tokens.verify(token)

    def kyc_approved(self, principal: Principal) -> bool:
        """Whether the venue knows this user well enough to take orders; needs no database."""
        return self._customers.approved(principal)

    async def open(self) -> None:
        """Learn who may trade and which tokens were ended meanwhile, and go on following.

        Returns when that is done or the database is found to be away.
        """
        caught_up = asyncio.Event()
        self._follower = asyncio.create_task(self._follow(caught_up), name="identity-follower")
        await caught_up.wait()

    async def close(self) -> None:
        """Stop following and hashing."""
        if self._follower is not None:
            self._follower.cancel()
            await asyncio.wait({self._follower})
        self._passwords.close()

    async def ensure_demo_users(self, traders: Sequence[str] = ()) -> DemoUsers:
        """Make the demo's users where they are missing, and API keys for simulated traders.

        traders: usernames of the simulated ones. Raises DatabaseUnavailable.
        """
        self.grants.take_demo_passwords()
        return await ensure_demo_users(self._database, self._passwords, self._signing_key, traders)

    async def _follow(self, caught_up: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        # What was ended longer ago than a token lasts has no token left to end.
        followed_at = loop.time() - LIFETIME_SECONDS
        while True:
            began = loop.time()
            try:
                window = began - followed_at + _OVERLAP_SECONDS
                users, clients = await self._database.run(_ended_within, window)
                changes = self._customers.changes
                self._customers.replace(await self._database.run(_unapproved), changes)
            except DatabaseUnavailable:
                pass
            except Exception:
                logger.exception("following the changes of identities failed")
            else:
                followed_at = began
                for user_id, version in users:
                    self.tokens.end_user(user_id, version)
                for client_id in clients:
                    self.tokens.end_client(client_id)
            caught_up.set()
            await asyncio.sleep(FOLLOW_SECONDS)


async def _ended_within(
    connection: Connection, seconds: float
) -> tuple[list[tuple[int, int]], list[str]]:
    """Return the users whose version rose, with it, and the API keys that were revoked."""
    users = await connection.execute(
        "SELECT user_id, version FROM identity.users"
        " WHERE version > 1 AND version_at > now() - make_interval(secs => %s)",
        [seconds],
    )
    versions = [(int(row[0]), int(row[1])) for row in await users.fetchall()]
    keys = await connection.execute(
        "SELECT client_id FROM identity.api_keys"
        " WHERE revoked_at > now() - make_interval(secs => %s)",
        [seconds],
    )
    return versions, [str(row[0]) for row in await keys.fetchall()]


async def _unapproved(connection: Connection) -> list[int]:
    """Return the users whose orders are not to be taken."""
    cursor = await connection.execute(
        "SELECT user_id FROM identity.users WHERE kyc_status <> 'APPROVED'"
    )
    return [int(row[0]) for row in await cursor.fetchall()]
