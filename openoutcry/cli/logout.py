"""`openoutcry logout`: forget who one is."""

from typing import TYPE_CHECKING

from openoutcry.cli.operator import DEFAULT_URL, UrlOption, act_by_password
from openoutcry.cli.saved_login import save_login, saved_login
from openoutcry.errors import SettingsError

if TYPE_CHECKING:
    from openoutcry.client import Client


def command(url: UrlOption = DEFAULT_URL) -> None:
    """Forget the key of `openoutcry login`, and revoke it with the password."""
    login = saved_login(url)
    if login is None:
        raise SettingsError(f"nobody is logged in to {url}")

    async def work(client: "Client") -> None:
        await client.keys.revoke(login.key_id)

    # Forgotten first: whoever cannot be reached or does not know the password leaves all the same.
    save_login(url, None)
    act_by_password(url, login.username, work)
    print(f"logged out of {url}; the key is revoked")
