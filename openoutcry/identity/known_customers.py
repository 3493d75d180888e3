"""Whom the venue knows well enough to let trade: asked for every order, so kept in memory."""

from collections.abc import Iterable

from openoutcry.identity.principal import Principal


class KnownCustomers:
    """The users who are not approved; everyone else is.

    Until the database has said who is not, what held at a user's login goes on holding.
    """

    def __init__(self) -> None:
        self._unapproved: set[int] | None = None
        self._changes = 0

    @property
    def changes(self) -> int:
        """How many changes were made here; for `replace`."""
        return self._changes

    def approved(self, principal: Principal) -> bool:
        """Whether this user may send orders."""
        if self._unapproved is None:
            return principal.kyc_approved
        return principal.user_id not in self._unapproved

    def change(self, user_id: int, *, approved: bool) -> None:
        """Follow a change that was made here."""
        self._changes += 1
        if self._unapproved is None:
            return
        if approved:
            self._unapproved.discard(user_id)
        else:
            self._unapproved.add(user_id)

    def replace(self, unapproved: Iterable[int], changes: int) -> None:
        """Take over what the database said, unless a change was made here since `changes`."""
        if changes == self._changes:
            self._unapproved = set(unapproved)
