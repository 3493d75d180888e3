"""Session definitions for the venue's own gateway: each case is a conversation, read from a file.

A file holds cases, each with a title after `case`. `>` sends, `<` expects; a number before them
names another participant (1 buys and is the default, 2 sells). What follows is a type and fields:

    > D 11=a 38=100        header fields as 34= and 52= replace the usual, `-` leaves them out
    < 8 39=0 !41           these fields with these values, and no field 41; others are not looked at
    > raw 8=FIX.4.4|9=5|   exactly that, with | for the delimiter
    closed                 the venue ends the connection, having said nothing more
    silent                 nothing comes
    cut                    the connection breaks off, and another begins

NOW, NOW+5 and NOW-5 are times, SYM the case's symbol, OUT our next number and IN the venue's, as
they stand. A `D` without a field that new orders need gets that of a limit order to buy 100 at 100.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from exchange import Exchange
from fix_client import FixClient, Pairs, utc

from openoutcry.gateways.rejects import REJECTS

DEFINITIONS = Path(__file__).parent / "definitions"
DOCUMENT = Path(__file__).parents[3] / "docs" / "protocols.md"
HEADER = {"8", "34", "43", "49", "52", "56", "97", "115", "122", "128"}
DEFAULTS = {
    "D": {"55": "SYM", "54": "1", "60": "NOW", "38": "100", "40": "2", "44": "100.00"},
    "F": {"55": "SYM", "54": "1", "60": "NOW"},
    "G": {"55": "SYM", "54": "1", "60": "NOW", "38": "100", "40": "2", "44": "100.00"},
    "A": {"98": "0", "108": "30", "553": "USER", "554": "PASSWORD"},
    "q": {"60": "NOW"},
    "H": {"55": "SYM", "54": "1"},
}


def blocks() -> Iterator[pytest.param]:
    """The conversations in the documentation."""
    text = DOCUMENT.read_text()
    for found in re.finditer(r"^```fix\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        first = text[: found.start()].count("\n") + 2
        lines = list(enumerate(found[1].splitlines(), first))
        yield pytest.param(lines, id=f"protocols.md, line {first}")


def cases() -> Iterator[pytest.param]:
    for path in sorted(DEFINITIONS.glob("*.txt")):
        title, lines = "", []
        for number, line in enumerate([*path.read_text().splitlines(), "case"], 1):
            if line.startswith("case"):
                if title:
                    yield pytest.param(lines, id=f"{path.stem}: {title}")
                title, lines = line.removeprefix("case").strip(), []
            elif line.strip() and not line.startswith("#"):
                lines.append((number, line.strip()))


class Conversation:
    """Plays the lines of one case."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.symbol = exchange.symbol()
        self.clients: dict[str, FixClient] = {}

    def client(self, number: str) -> FixClient:
        if number not in self.clients:
            trader = self.exchange.trader(shares={self.symbol: 10_000})
            name = trader.username
            port = self.exchange.fix_port
            self.clients[number] = FixClient(port, name.upper(), name, "correct horse")
        return self.clients[number]

    def play(self, line: str) -> None:
        number, action, rest = re.fullmatch(r"(\d?)\s*(\S+)\s*(.*)", line).groups()  # type: ignore[union-attr]
        client = self.client(number or "1")
        if action == ">":
            self.say(client, rest)
        elif action == "<":
            self.hear(client, rest)
        elif action == "cut":
            client.close()
            client.connect()
        else:
            assert {"closed": client.closed, "silent": client.silent}[action]()

    def say(self, client: FixClient, text: str) -> None:
        kind, _, rest = text.partition(" ")
        if kind == "raw":
            client.raw(self.filled(client, rest).replace("|", "\x01").encode())
            return
        fields = [field.partition("=") for field in self.words(rest)]
        given = [(tag, self.filled(client, value)) for tag, _, value in fields]
        header = {tag: value for tag, value in given if tag in HEADER}
        body: Pairs = [(tag, value) for tag, value in given if tag not in HEADER]
        tags = {tag for tag, _ in body}
        for tag, value in DEFAULTS.get(kind, {}).items():
            if tag not in tags:
                body.append((tag, self.filled(client, value)))
        client.send(kind, [(tag, value) for tag, value in body if value != "-"], header)

    def hear(self, client: FixClient, text: str) -> None:
        kind, _, rest = text.partition(" ")
        message = client.receive(kind)
        for word in self.words(rest):
            if word.startswith("!"):
                assert word[1:] not in message, message
                continue
            tag, _, value = word.partition("=")
            assert message.get(tag) == self.filled(client, value), f"{tag} of {message}"

    @staticmethod
    def words(text: str) -> list[str]:
        return [word.replace("_", " ") for word in text.split()]

    def filled(self, client: FixClient, text: str) -> str:
        text = re.sub(r"NOW([+-]\d+)?", lambda found: utc(int(found[1] or 0)), text)
        login = dict(client.login)
        for word, value in (
            ("SYM", self.symbol),
            ("USER", login["553"]),
            ("PASSWORD", login["554"]),
            ("COMP", client.comp_id),
            ("OUT", str(client.next_out)),
        ):
            text = text.replace(word, value)
        return text

    def close(self) -> None:
        for client in self.clients.values():
            client.close()


@pytest.mark.parametrize("lines", [*cases(), *blocks()])
def test_definition(exchange: Exchange, lines: list[tuple[int, str]]) -> None:
    conversation = Conversation(exchange)
    try:
        for number, line in lines:
            try:
                conversation.play(line)
            except AssertionError as error:
                raise AssertionError(f"line {number}: {line}: {error}") from None
    finally:
        conversation.close()


def test_there_are_many() -> None:
    assert len(list(cases())) >= 60


def test_documentation_lists_every_reason_with_its_codes() -> None:
    text = DOCUMENT.read_text()
    missing = [
        row
        for code, reject in REJECTS.items()
        if (row := f"| {code} | {reject.fix_order} | {reject.fix_cancel} |") not in text
    ]
    assert missing == [], "add to docs/protocols.md"


def test_reject_codes_are_those_of_the_specification() -> None:
    for code, reject in REJECTS.items():
        assert reject.fix_order in {*range(16), 99}, code
        assert reject.fix_cancel in {*range(7), 99}, code
