"""The package simplefix as a client: orders, a fill, a broken connection, and what was missed."""

import socket

import simplefix
from exchange import Exchange
from fix_client import VENUE, utc


class Peer:
    """One session over simplefix's encoder and parser."""

    def __init__(self, port: int, name: str) -> None:
        self.port = port
        self.name = name
        self.next_out = 1
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.parser = simplefix.FixParser()
        login = [(98, 0), (108, 30), (553, self.name), (554, "correct horse")]
        self.send("A", login)
        assert self.receive("A")[56] == self.name.upper()

    def send(self, kind: str, fields: list[tuple[int, object]]) -> None:
        message = simplefix.FixMessage()
        message.append_pair(8, "FIX.4.4", header=True)
        message.append_pair(35, kind, header=True)
        message.append_pair(34, self.next_out, header=True)
        message.append_pair(49, self.name.upper(), header=True)
        message.append_utc_timestamp(52, header=True)
        message.append_pair(56, VENUE, header=True)
        for tag, value in fields:
            message.append_pair(tag, value)
        self.next_out += 1
        self.socket.sendall(message.encode())

    def receive(self, kind: str) -> dict[int, str]:
        while (message := self.parser.get_message()) is None:
            data = self.socket.recv(65536)
            assert data, f"the connection ended before {kind}"
            self.parser.append_buffer(data)
        fields = {int(tag): value.decode() for tag, value in message.pairs}
        assert fields[35] == kind, fields
        return fields

    def order(self, name: str, symbol: str, side: int, quantity: int) -> None:
        order: list[tuple[int, object]] = [(11, name), (55, symbol), (54, side), (60, utc())]
        self.send("D", [*order, (38, quantity), (40, 2), (44, "100.00")])


def test_simplefix_trades_and_resumes(exchange: Exchange) -> None:
    symbol = exchange.symbol()
    buyer = Peer(exchange.fix_port, exchange.trader().username)
    seller = Peer(exchange.fix_port, exchange.trader(shares={symbol: 100}).username)
    buyer.order("a", symbol, 1, 100)
    assert buyer.receive("8")[150] == "0"
    buyer.socket.close()
    seller.order("s", symbol, 2, 40)
    assert seller.receive("8")[150] == "0"
    assert seller.receive("8")[150] == "F"
    buyer.connect()
    buyer.send("2", [(7, 3), (16, 0)])
    missed = buyer.receive("8")
    assert (missed[43], missed[150], missed[14]) == ("Y", "F", "40")
    assert buyer.receive("4")[123] == "Y"
    cancel: list[tuple[int, object]] = [(11, "c"), (41, "a"), (55, symbol), (54, 1), (60, utc())]
    buyer.send("F", cancel)
    assert buyer.receive("8")[39] == "4"
    buyer.socket.close()
    seller.socket.close()
