"""`python -m openoutcry`: the same as the command `openoutcry`."""

from openoutcry.cli.app import main

if __name__ == "__main__":
    main()
