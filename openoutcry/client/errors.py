"""What the client raises.

OpenOutcryError
└── ClientError      the venue gave no usable answer, or said no
    ├── Unreachable  no connection, a lost one, or no answer in time
    ├── BadAnswer    an answer that is not what the API promises
    └── Refused      a problem+json answer: `status`, `code`, `detail`
"""

from openoutcry.errors import OpenOutcryError


class ClientError(OpenOutcryError):
    """The venue gave no usable answer, or said no."""


class Unreachable(ClientError):
    """No connection, a lost one, or no answer in time: whether the request was carried out is open.

    An order sent again under its client order id is carried out once.
    """


class BadAnswer(ClientError):
    """The other end speaks no HTTP, or not the venue's API."""


class Refused(ClientError):
    """The venue refused: `status` of HTTP, stable `code`, `detail` for people.

    order_id: of an order refused by the venue's rules, which is kept as REJECTED.
    retry_after: seconds after which a repeat may succeed, where the venue says so.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        order_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.status = status
        self.code = code
        self.detail = detail
        self.order_id = order_id
        self.retry_after = retry_after
