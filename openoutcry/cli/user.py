"""`openoutcry user`: who may use the venue."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openoutcry.cli.operator import (
    DEFAULT_URL,
    JsonOption,
    UrlOption,
    UsernameOption,
    act,
    new_password,
    show,
)

if TYPE_CHECKING:
    from openoutcry.client import Client
    from openoutcry.client.user import User


app = typer.Typer(help="Make users, let them in, shut them out.", no_args_is_help=True)

_COLUMNS = ("user_id", "username", "role", "kyc_status", "disabled", "accounts", "created_at")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]


class Role(StrEnum):
    """What a user may do."""

    TRADER = "trader"
    OPERATOR = "operator"
    COMPLIANCE = "compliance"


class KycStatus(StrEnum):
    """How far the venue knows a user."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


@app.command("list")
def list_users(
    url: UrlOption = DEFAULT_URL, username: UsernameOption = None, *, json: JsonOption = False
) -> None:
    """Show all users."""

    async def work(client: "Client") -> "list[User]":
        return [user async for user in client.administration.users()]

    show(act(url, username, work), _COLUMNS, json=json)


@app.command()
def create(
    name: NameArgument,
    role: Annotated[Role, typer.Option("--role")] = Role.TRADER,
    kyc: Annotated[
        KycStatus, typer.Option("--kyc", help="Only APPROVED may trade.")
    ] = KycStatus.PENDING,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="A stopped venue's directory, instead of its API: makes the first operator.",
            show_default="none",
        ),
    ] = None,
    *,
    margin: Annotated[
        bool, typer.Option("--margin", help="A trader's account is a margin account.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Make a user; a trader gets an account. The password comes from OPENOUTCRY_NEW_PASSWORD."""
    password = new_password()
    if data is not None:
        _create_in(data, name, password, role, kyc)
        return

    async def work(client: "Client") -> "User":
        return await client.administration.create_user(
            name,
            password,
            role=role,
            kyc_status=kyc,
            account_type="MARGIN" if margin else "CASH",
        )

    _show(act(url, username, work), json=json)


@app.command()
def disable(
    name: NameArgument,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Shut a user out at once; open orders stay."""
    _change(url, username, name, lambda client: client.administration.disable_user, json=json)


@app.command()
def enable(
    name: NameArgument,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Let a user in again."""
    _change(url, username, name, lambda client: client.administration.enable_user, json=json)


@app.command()
def kyc(
    name: NameArgument,
    status: KycStatus,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Record how far the venue knows a user; only APPROVED may trade."""
    _change(
        url,
        username,
        name,
        lambda client: lambda user: client.administration.set_kyc_status(user, status),
        json=json,
    )


@app.command()
def password(
    name: NameArgument,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Give a user another password, from OPENOUTCRY_NEW_PASSWORD or asked for."""
    given = new_password()
    _change(
        url,
        username,
        name,
        lambda client: lambda user: client.administration.reset_password(user, given),
        json=json,
    )


def _create_in(directory: Path, name: str, password: str, role: Role, kyc: KycStatus) -> None:
    """Make a user in the directory of a venue that does not run."""
    import asyncio

    from openoutcry import identity
    from openoutcry.identity import users
    from openoutcry.settings import Settings, load_settings
    from openoutcry.stopped_venue import stopped_venue

    if role is Role.TRADER:
        raise typer.BadParameter("a trader's account is opened by a running venue")
    settings = load_settings(Settings, {"data": str(directory)})

    async def work() -> None:
        async with stopped_venue(settings.data, settings.database_url) as venue:
            await venue.identity.users.create(
                identity.VENUE, name, password, identity.Role(role), users.KycStatus(kyc)
            )

    asyncio.run(work())
    print(f"{role} {name} made")


def _change(
    url: str,
    username: str | None,
    name: str,
    change: Callable[["Client"], Callable[[int], Awaitable["User"]]],
    *,
    json: bool,
) -> None:
    from openoutcry.client import ClientError

    async def work(client: "Client") -> "User":
        async for user in client.administration.users():
            if user.username.lower() == name.lower():
                return await change(client)(user.user_id)
        raise ClientError(f"there is no user {name}")

    _show(act(url, username, work), json=json)


def _show(user: "User", *, json: bool) -> None:
    show([user], _COLUMNS, json=json, whole=user)
