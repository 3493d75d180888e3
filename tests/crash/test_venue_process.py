"""What a test takes for its venue is its venue, whoever else runs one on this machine."""

import pytest
from venue_process import venue_on_disk


def test_another_venue_on_the_address_is_not_taken_for_the_one_that_was_killed() -> None:
    with venue_on_disk("--quiet") as venue, venue_on_disk("--quiet") as other:
        venue.start()
        venue.kill()
        other.port, other.url = venue.port, venue.url
        other.start()
        with pytest.raises(AssertionError, match="cannot listen on"):
            venue.start()
