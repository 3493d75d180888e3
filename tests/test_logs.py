"""What the log shows, and what it does not."""

import os
import pty
import subprocess
import sys

import pytest

FAILING = """
import structlog
from openoutcry.logs import configure_logs

configure_logs("info")
token = "very" + "-" + "secret"
try:
    len(token) / 0
except ZeroDivisionError:
    structlog.get_logger("venue").exception("a request failed")
"""


@pytest.mark.parametrize("on_a_terminal", [True, False])
def test_failure_is_logged_without_the_values_of_variables(on_a_terminal: bool) -> None:
    ours, theirs = pty.openpty() if on_a_terminal else os.pipe()
    subprocess.run([sys.executable, "-c", FAILING], stderr=theirs, check=True, timeout=60)
    words = os.read(ours, 65_536).decode()
    os.close(ours)
    os.close(theirs)
    assert "a request failed" in words
    assert "ZeroDivisionError" in words
    assert "very-secret" not in words
