"""Run the command `harness` as `python -m harness`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Load and run the command; Ctrl-C while it loads prints one word, too."""
    try:
        from harness.commands.app import main as command
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
