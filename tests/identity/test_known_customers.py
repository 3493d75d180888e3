"""Who may trade is known without asking the database for each order."""

from pathlib import Path

import pytest

from openoutcry.database import Database
from openoutcry.identity import VENUE, Identity, Principal, Role
from openoutcry.identity.known_customers import KnownCustomers
from openoutcry.identity.users import KycStatus, User


def trader(user_id: int, *, approved: bool = False) -> Principal:
    return Principal(user_id, "somebody", Role.TRADER, frozenset(), approved)


@pytest.mark.parametrize("approved", [True, False])
def test_what_held_at_the_login_holds_until_the_database_has_spoken(approved: bool) -> None:
    customers = KnownCustomers()
    customers.change(1, approved=not approved)
    assert customers.approved(trader(1, approved=approved)) == approved
    customers.replace([1] if approved else [], customers.changes)
    assert customers.approved(trader(1, approved=approved)) != approved


def test_an_answer_older_than_a_change_made_here_is_not_taken() -> None:
    customers = KnownCustomers()
    customers.replace([1], 0)
    before = customers.changes
    customers.change(1, approved=True)
    customers.replace([1], before)
    assert customers.approved(trader(1))


async def test_approval_and_rejection_hold_at_once(identity: Identity, alice: User) -> None:
    principal = trader(alice.user_id)
    assert not identity.kyc_approved(principal)
    await identity.users.set_kyc_status(VENUE, alice.user_id, KycStatus.APPROVED)
    assert identity.kyc_approved(principal)
    await identity.users.set_kyc_status(VENUE, alice.user_id, KycStatus.REJECTED)
    assert not identity.kyc_approved(principal)


async def test_restarted_venue_knows_who_is_not_approved(identity: Identity, alice: User) -> None:
    bob = await identity.users.create(VENUE, "bob", "bob-secret", kyc_status=KycStatus.APPROVED)
    await identity.close()
    await identity.open()
    assert not identity.kyc_approved(trader(alice.user_id))
    assert identity.kyc_approved(trader(bob.user_id))


@pytest.mark.parametrize("status", list(KycStatus))
async def test_token_says_what_held_at_the_login(
    database: Database, identity: Identity, tmp_path: Path, status: KycStatus
) -> None:
    await identity.users.create(VENUE, "carol", "carol-secret", kyc_status=status)
    form = {"grant_type": "password", "username": "carol", "password": "carol-secret"}
    token = (await identity.grants.grant(form, address="10.0.0.1")).access_token
    restarted = Identity(database, tmp_path)
    principal = restarted.verify(token)
    assert principal.kyc_approved == (status is KycStatus.APPROVED)
    assert restarted.kyc_approved(principal) == principal.kyc_approved
