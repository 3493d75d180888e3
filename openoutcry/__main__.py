"""The command `openoutcry`, also as `python -m openoutcry`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run one command and exit."""
    try:
        # Here, since Ctrl-C while it is imported is to end as quietly as later.
        from openoutcry.cli.app import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
