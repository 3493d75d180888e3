"""A sequencer on a real engine and a real disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openoutcry import _engine
from openoutcry.sequencer.sequencer import Sequencer


@pytest.fixture
async def sequencer(tmp_path: Path) -> AsyncIterator[Sequencer]:
    opened = Sequencer(_engine.Sequencer.open(str(tmp_path)))
    yield opened
    await opened.close()
