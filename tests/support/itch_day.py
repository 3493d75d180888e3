"""A small trading day that never was, as ITCH 5.0 records real ones."""

import struct
from random import Random

OPEN_NS = 34_200_000_000_000


class Writer:
    """Writes ITCH 5.0 with lengths, of orders that it remembers so that references make sense."""

    def __init__(self, seed: int, stocks: list[str]) -> None:
        self._random = Random(seed)
        self._stocks = stocks
        self._time_ns = OPEN_NS
        self._reference = 0
        self._match = 0
        # reference -> (locate, side, shares, price)
        self.standing: dict[int, tuple[int, bytes, int, int]] = {}
        self.data = bytearray()
        self.count = 0

    def message(self, letter: bytes, locate: int, fields: str, *values: int | bytes) -> None:
        self._time_ns += self._random.randrange(1_000_000)
        body = struct.pack(
            ">cHH6s" + fields, letter, locate, 0, self._time_ns.to_bytes(6, "big"), *values
        )
        self.data += struct.pack(">H", len(body)) + body
        self.count += 1

    def day(self, messages: int) -> bytes:
        self.message(b"S", 0, "c", b"O")
        for locate, stock in enumerate(self._stocks, 1):
            entry = (b"Q", b"N", 100, b"N", b"C", b"Z ", b"P", b"N", b"N", b"1", b"N", 0, b"N")
            self.message(b"R", locate, "8sccIcc2scccccIc", stock.encode().ljust(8), *entry)
        while self.count < messages - 1:
            self._random.choice(
                [self.add] * 4
                + [self.execute, self.cancel, self.delete] * 2
                + [self.replace, self.trade]
            )()
        self.message(b"S", 0, "c", b"C")
        return bytes(self.data)

    def add(self) -> None:
        locate = self._random.randrange(len(self._stocks)) + 1
        side = self._random.choice((b"B", b"S"))
        away = self._random.randrange(1, 30) * 100
        price = 1_000_000 - away if side == b"B" else 1_000_000 + away
        shares = self._random.randrange(1, 500)
        stock = self._stocks[locate - 1].encode().ljust(8)
        self._reference += 1
        self.standing[self._reference] = (locate, side, shares, price)
        if self._random.random() < 0.1:
            self.message(
                b"F", locate, "QcI8sI4s", self._reference, side, shares, stock, price, b"MPID"
            )
        else:
            self.message(b"A", locate, "QcI8sI", self._reference, side, shares, stock, price)

    def execute(self) -> None:
        """Against the best order of a side, as price-time priority has it."""
        if not self.standing:
            return
        locate, side, _, _ = self._random.choice(list(self.standing.values()))
        same = [
            (price if side == b"S" else -price, reference)
            for reference, (other, standing_side, _, price) in self.standing.items()
            if other == locate and standing_side == side
        ]
        reference = min(same)[1]
        shares = self._take(reference)
        self._match += 1
        self.message(b"E", locate, "QIQ", reference, shares, self._match)

    def cancel(self) -> None:
        if self.standing:
            reference = self._random.choice(list(self.standing))
            if self.standing[reference][2] > 1:
                locate = self.standing[reference][0]
                self.message(b"X", locate, "QI", reference, self._take(reference, whole=False))

    def delete(self) -> None:
        if self.standing:
            reference = self._random.choice(list(self.standing))
            self.message(b"D", self.standing.pop(reference)[0], "Q", reference)

    def replace(self) -> None:
        if self.standing:
            reference = self._random.choice(list(self.standing))
            locate, side, shares, price = self.standing.pop(reference)
            price += -100 if side == b"B" else 100
            self._reference += 1
            self.standing[self._reference] = (locate, side, shares, price)
            self.message(b"U", locate, "QQII", reference, self._reference, shares, price)

    def trade(self) -> None:
        """Against a hidden order: nothing of it is in the book."""
        self._match += 1
        stock = self._stocks[0].encode().ljust(8)
        self.message(b"P", 1, "QcI8sIQ", 0, b"B", 100, stock, 1_000_000, self._match)

    def _take(self, reference: int, *, whole: bool = True) -> int:
        locate, side, shares, price = self.standing.pop(reference)
        taken = self._random.randint(1, shares if whole else shares - 1)
        if taken < shares:
            self.standing[reference] = (locate, side, shares - taken, price)
        return taken
