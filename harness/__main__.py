"""`python -m harness` is the command `harness`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """The command, which takes a moment to load; Ctrl-C within that moment is one word, too."""
    try:
        from harness.commands.app import main as command
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
