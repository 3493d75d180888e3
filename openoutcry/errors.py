"""The root of the venue's exceptions.

OpenOutcryError            what stops a command; its text is one line for the person who typed it
└── SettingsError          a flag, variable or file entry that cannot be used

Packages derive their own from OpenOutcryError. Refusals of orders are not exceptions but values
with reason codes, and broken invariants are assertions.
"""


class OpenOutcryError(Exception):
    """Stops a command with one line on standard error and `exit_code`."""

    exit_code = 1


class SettingsError(OpenOutcryError):
    """A setting that is malformed, unknown or out of range; counts as bad usage."""

    exit_code = 2
