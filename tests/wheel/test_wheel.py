"""The wheel needs nothing beside itself: a fresh environment that holds it alone runs the demo."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 60
STOP_SECONDS = 10


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as the condition holds; fail after START_SECONDS."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder outside the sources, with an environment that holds the wheel alone."""
    folder = tmp_path_factory.mktemp("outside")
    (wheel,) = (ROOT / "dist").glob("*.whl")
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, folder / "venv"], check=True)
    pins = ROOT / "requirements" / "runtime.txt"
    interpreter = folder / "venv" / "bin" / "python"
    install = [*uv, "pip", "install", "--python", interpreter, "--constraint", pins, wheel]
    subprocess.run(install, check=True)
    return folder


@pytest.fixture
def variables() -> dict[str, str]:
    """Return this process's variables without those that lead back to the sources."""
    away = ("PYTHON", "VIRTUAL_ENV", "OPENOUTCRY_")
    return {name: value for name, value in os.environ.items() if not name.startswith(away)}


def test_help_prints_the_commands(outside: Path, variables: dict[str, str]) -> None:
    shown = subprocess.run(
        [outside / "venv" / "bin" / "openoutcry", "--help"],
        cwd=outside,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "serve" in shown.stdout
    assert "demo" in shown.stdout


@pytest.fixture
def demo(
    outside: Path, venue_directory: Path, variables: dict[str, str]
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Start the demo; yield its process and the URL that it printed."""
    log = outside / "demo.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                outside / "venv/bin/openoutcry",
                "demo",
                f"--data={venue_directory}",
                "--http=127.0.0.1:0",
            ],
            cwd=outside,
            env=variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    address = re.compile(r"http://127\.0\.0\.1:[1-9]\d*")
    try:
        wait_for(
            lambda: process.poll() is not None or bool(address.search(log.read_text())),
            "the demo printed no address",
        )
        found = address.search(log.read_text())
        assert found, log.read_text()
        yield process, found.group()
    finally:
        process.kill()
        process.wait()


def is_ready(client: httpx.Client) -> bool:
    """The address is printed as soon as it is the venue's, before it is answered at."""
    try:
        return client.get("/ready").status_code == 200
    except httpx.ConnectError:
        return False


def test_demo_trades_shows_its_terminal_and_stops_cleanly(
    demo: tuple["subprocess.Popen[str]", str],
) -> None:
    process, url = demo
    with httpx.Client(base_url=url, timeout=10) as client:
        wait_for(lambda: is_ready(client), "the demo is not ready")
        page = client.get("/")
        assert page.status_code == 200
        script = re.search(r'<script[^>]* src="([^"]+)"', page.text)
        assert script
        assert client.get(script[1]).status_code == 200
        wait_for(
            lambda: bool(client.get("/api/v1/trades/AAPL").json()["items"]),
            "the simulated traders do not trade",
        )
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOP_SECONDS) == 0
