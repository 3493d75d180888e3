"""The README's first minute is typed as it stands."""

import json
import re
import subprocess
from pathlib import Path

from venue_process import venue_on_disk

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
(SHELL,) = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
ADDRESS = "http://127.0.0.1:8080"


def test_first_minute() -> None:
    assert SHELL.count(ADDRESS) == 1
    with venue_on_disk("--quiet") as venue:
        venue.start()
        typed = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", SHELL.replace(ADDRESS, venue.url)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (typed.returncode, typed.stderr) == (0, ""), typed.stderr
    order, book = map(json.loads, typed.stdout.replace("}{", "}\n{").splitlines())
    assert (order["status"], order["quantity"], order["price"]) == ("NEW", 100, 149.5)
    assert book["bids"] == [{"price": 149.5, "quantity": 100, "orders": 1}]


def test_pages_that_the_readme_names_are_there() -> None:
    for page in re.findall(r"\]\((docs/[a-z/]+\.md)\)", README):
        assert (Path(__file__).parents[2] / page).is_file()
