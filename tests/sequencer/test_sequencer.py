"""Each command gets its own answer, once it is durable; or a reason why there is none."""

import asyncio
from pathlib import Path

import pytest

from openoutcry import _engine
from openoutcry.errors import Unavailable
from openoutcry.sequencer import sequencer as module
from openoutcry.sequencer.listings import Listings
from openoutcry.sequencer.sequencer import Sequencer


def opening(owner: int) -> bytes:
    return _engine.open_account(owner, 1, 0, b"account")


async def test_each_command_gets_its_own_answer(sequencer: Sequencer) -> None:
    answers = await asyncio.gather(*(sequencer.submit(opening(owner)) for owner in range(1, 200)))
    assert [answer.made for answer in answers] == list(range(1, 200))
    assert sequencer.waiting == 0


async def test_commands_of_one_call_are_applied_one_after_another(sequencer: Sequencer) -> None:
    futures = sequencer.submit_all([opening(owner) for owner in (7, 8, 7)])
    first, second, again = [await future for future in futures]
    assert (first.made, second.made, again.made) == (1, 2, 1)
    assert second.sequence == first.sequence + 1


async def test_answered_command_is_on_disk(sequencer: Sequencer, tmp_path: Path) -> None:
    answer = await sequencer.submit(opening(7))
    await sequencer.close()
    reopened = _engine.Sequencer.open(str(tmp_path))
    assert reopened.status().sequence == answer.sequence
    assert reopened.accounts_of(7) == [answer.made]
    reopened.close()


async def test_listeners_hear_that_the_state_moved(sequencer: Sequencer) -> None:
    moved = asyncio.Event()
    sequencer.on_moved(moved.set)
    await sequencer.submit(opening(7))
    assert moved.is_set()


async def test_caller_that_gives_up_harms_nobody(sequencer: Sequencer) -> None:
    gone = sequencer.submit(opening(7))
    gone.cancel()
    assert (await sequencer.submit(opening(8))).made == 2
    assert sequencer.engine.accounts_of(7) == [1]


async def test_closed_sequencer_answers_what_it_took_and_takes_no_more(
    sequencer: Sequencer,
) -> None:
    taken = sequencer.submit(opening(7))
    closing = asyncio.create_task(sequencer.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refused:
        sequencer.submit(opening(8))
    assert refused.value.code == "SHUTTING_DOWN"
    assert (await taken).made == 1
    await closing


async def test_overdue_answer_is_given_up(
    sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_DEADLINE_S", -1.0)
    future = sequencer.submit(opening(7))
    sequencer._sweep()
    with pytest.raises(Unavailable) as refused:
        await future
    assert refused.value.code == "ANSWER_OVERDUE"
    assert sequencer.waiting == 0
    monkeypatch.undo()
    assert (await sequencer.submit(opening(8))).made == 2


async def test_listings_know_numbers_and_tickers(sequencer: Sequencer) -> None:
    listings = Listings(sequencer.engine)
    await sequencer.submit(_engine.list_symbol("AAPL", 1_500_000))
    assert listings.number("AAPL") is None
    listings.refresh()
    assert (listings.number("AAPL"), listings.ticker(0)) == (0, "AAPL")
    assert listings.ticker(1) == listings.ticker(2**32 - 2) == "-"
