"""The bugs that the simulator has to catch are no part of the engine that a venue loads."""

import re
from pathlib import Path

from openoutcry import _engine

SOURCE = Path(__file__).parents[2] / "engine" / "planted" / "src" / "lib.rs"


def test_the_engine_has_no_trace_of_planted_bugs() -> None:
    assert _engine.__file__ is not None
    engine = Path(_engine.__file__).read_bytes()
    sentences = re.findall(r'^    [A-Z]\w+ "([^"]+)"', SOURCE.read_text(), re.MULTILINE)
    assert len(sentences) >= 20
    assert [text for text in sentences if text.encode() in engine] == []
    # As functions and statics of the crate would be named in the table of symbols.
    assert b"18openoutcry_planted" not in engine
