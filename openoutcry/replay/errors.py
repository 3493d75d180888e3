"""What a recording can have wrong with it."""

from openoutcry.errors import OpenOutcryError


class BadRecording(OpenOutcryError):
    """The file cannot be read, or is not in the format that it is said to be in."""
