"""`openoutcry login`: the commands that follow act as this user."""

import os
import platform
from typing import TYPE_CHECKING

from openoutcry.cli.operator import DEFAULT_URL, UrlOption, UsernameOption, act_by_password
from openoutcry.cli.saved_login import SavedLogin, login_file, save_login, saved_login

if TYPE_CHECKING:
    from openoutcry.client import Client


def command(url: UrlOption = DEFAULT_URL, username: UsernameOption = None) -> None:
    """Log in once: later commands at this venue need neither name nor password.

    Makes an API key and keeps it in a file that only you can read. `openoutcry logout` revokes it.
    """

    async def work(client: "Client") -> SavedLogin:
        me = await client.keys.me()
        before = saved_login(url)
        if before is not None and before.username == me.username:
            await client.keys.revoke(before.key_id)
        # Names of a user's keys differ; the process number tells two log-ins of one host apart.
        key = await client.keys.create(f"command line, {platform.node()[:32]}, {os.getpid()}")
        return SavedLogin(me.username, key.key_id, key.client_id, key.client_secret)

    login = act_by_password(url, username, work)
    save_login(url, login)
    print(f"logged in to {url} as {login.username}; the key is kept in {login_file()}")
