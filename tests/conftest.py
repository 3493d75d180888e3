"""What holds for every test: none is skipped, because a skipped test proves nothing."""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from exchange import Exchange
from venue_process import venue_on_disk

from openoutcry.database.embedded import EmbeddedServer

# Several venues run at once: those that are told nothing else take a free port.
os.environ.setdefault("OPENOUTCRY_FIX", "127.0.0.1:0")
# Many venues run at once here: each listens where its test says, and nowhere else.
for _port in ("OUCH", "ITCH", "GLIMPSE", "REREQUEST", "MULTICAST"):
    os.environ[f"OPENOUTCRY_{_port}"] = "off"


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped instead of run: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


def _open_folder() -> Iterator[Path]:
    # pytest's own tmp_path is closed to others, and as root PostgreSQL runs as another.
    with tempfile.TemporaryDirectory(prefix="openoutcry-test-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o711)
        yield folder


@pytest.fixture
def venue_directory() -> Iterator[Path]:
    """An empty directory that the embedded database's user can reach."""
    yield from _open_folder()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The connection string of a PostgreSQL that the whole run shares."""
    for folder in _open_folder():
        server = EmbeddedServer(folder)
        server.start()
        yield server.conninfo
        server.stop()


@pytest.fixture(scope="session")
def exchange() -> Iterator[Exchange]:
    """A demo venue without simulated traders, which the whole run shares."""
    with venue_on_disk("--quiet", "--order-rate", "100000") as process:
        process.start()
        exchange = Exchange(process.url, process.fix_port)
        yield exchange
        exchange.client.close()
        assert process.stop() == 0, process.output


class Eventually:
    """Waits for a condition, at most as long as a machine under load may need for it."""

    SECONDS = 30

    def __call__(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self.SECONDS
        while not condition():
            assert time.monotonic() < deadline, "the condition was never met"
            time.sleep(0.01)

    async def met(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self.SECONDS
        while not condition():
            assert time.monotonic() < deadline, "the condition was never met"
            await asyncio.sleep(0.01)


@pytest.fixture
def eventually() -> Eventually:
    return Eventually()
