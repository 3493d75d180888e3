"""The root of the venue's exceptions.

OpenOutcryError            what stops a command; its text is one line for the person who typed it
├── SettingsError          a flag, variable or file entry that cannot be used
├── StartError             the venue cannot start on this directory or this database
└── Problem                a request that gets no result: `status`, `code`, `detail`
    ├── Malformed          400
    ├── Unauthenticated    401
    │   └── GrantError     401 or 400, with the codes of RFC 6749, section 5.2
    ├── Forbidden          403
    ├── NotFound           404
    ├── Conflict           409
    ├── RateLimited        429, with `retry_after`
    └── Unavailable        503, with `retry_after`
        └── DatabaseUnavailable

Packages derive their own from OpenOutcryError. Refusals of orders are not exceptions but values
with reason codes, and broken invariants are assertions.
"""


class OpenOutcryError(Exception):
    """Stops a command with one line on standard error and `exit_code`."""

    exit_code = 1


class SettingsError(OpenOutcryError):
    """A setting that is malformed, unknown or out of range; counts as bad usage."""

    exit_code = 2


class StartError(OpenOutcryError):
    """The venue cannot start: a directory, a program or a database that it needs is not usable."""


class Problem(OpenOutcryError):
    """A request that gets no result. Gateways map it to `application/problem+json` or a reject.

    status: the HTTP status. code: stable, for programs. detail: one line for people, no secrets.
    retry_after: whole seconds after which a repeat may succeed; None where it will not.
    """

    status = 500

    def __init__(self, code: str, detail: str, *, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class Malformed(Problem):
    """The request cannot be read as what it claims to be."""

    status = 400


class Unauthenticated(Problem):
    """No credential, or one that does not hold: wrong, expired or revoked."""

    status = 401


class GrantError(Unauthenticated):
    """A token request that is refused; `code` is the `error` of RFC 6749, section 5.2.

    A wrong password or secret is 401, since the caller's credential is what fails; a request that
    is wrong in itself is 400.
    """

    def __init__(self, code: str, detail: str, *, status: int = 401) -> None:
        super().__init__(code, detail)
        self.status = status


class Forbidden(Problem):
    """The caller is known and may not do this."""

    status = 403


class NotFound(Problem):
    """There is no such thing, or it is another's."""

    status = 404


class Conflict(Problem):
    """The request contradicts what stands already."""

    status = 409


class RateLimited(Problem):
    """Too many requests of this kind from this caller."""

    status = 429

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__("RATE_LIMITED", detail, retry_after=retry_after)


class Unavailable(Problem):
    """The venue cannot do this now and may in a moment."""

    status = 503


class DatabaseUnavailable(Unavailable):
    """The database does not answer, refuses, or answers too slowly.

    Whether a change that was under way took effect is not known.
    """

    def __init__(self, detail: str = "The database is not available.") -> None:
        super().__init__("DATABASE_UNAVAILABLE", detail, retry_after=1)
