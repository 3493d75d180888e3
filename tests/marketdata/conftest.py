"""A feed on a real engine, and a reader that keeps what it is given."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pit import Notebook, Pit

from openoutcry import _engine
from openoutcry.sequencer.sequencer import Sequencer


@pytest.fixture
async def pit(tmp_path: Path) -> AsyncIterator[Pit]:
    opened = Pit(Sequencer(_engine.Sequencer.open(str(tmp_path))))
    await opened.open()
    yield opened
    opened.feed.close()
    await opened.sequencer.close()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()
