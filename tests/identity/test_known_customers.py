"""Who may trade is known without asking the database for each order."""

from openoutcry.identity import VENUE, Identity
from openoutcry.identity.known_customers import KnownCustomers
from openoutcry.identity.users import KycStatus, User


def test_nobody_is_approved_before_the_database_has_spoken() -> None:
    customers = KnownCustomers()
    customers.change(1, approved=True)
    assert not customers.approved(1)


def test_an_answer_older_than_a_change_made_here_is_not_taken() -> None:
    customers = KnownCustomers()
    customers.replace([1], 0)
    before = customers.changes
    customers.change(1, approved=True)
    customers.replace([1], before)
    assert customers.approved(1)


async def test_approval_and_rejection_hold_at_once(identity: Identity, alice: User) -> None:
    assert not identity.kyc_approved(alice.user_id)
    await identity.users.set_kyc_status(VENUE, alice.user_id, KycStatus.APPROVED)
    assert identity.kyc_approved(alice.user_id)
    await identity.users.set_kyc_status(VENUE, alice.user_id, KycStatus.REJECTED)
    assert not identity.kyc_approved(alice.user_id)


async def test_restarted_venue_knows_who_is_not_approved(identity: Identity, alice: User) -> None:
    bob = await identity.users.create(VENUE, "bob", "bob-demo", kyc_status=KycStatus.APPROVED)
    await identity.close()
    await identity.open()
    assert not identity.kyc_approved(alice.user_id)
    assert identity.kyc_approved(bob.user_id)
