"""``python -m lmwalk`` is ``lmwalk``: one command, ended in order."""

from __future__ import annotations

import sys

from lmwalk import ending


def main() -> None:
    """Run the command that ``sys.argv`` holds, and end the process."""
    # before anything else is imported; to be ended by a signal is how a dashboard ends, and no failure
    ending.heed_signals(0 if sys.argv[1:2] == ["ui"] else ending.STOPPED)
    try:
        from lmwalk.cli import app

        app()
    except SystemExit as end:
        ending.leave(end.code if isinstance(end.code, int) else int(end.code is not None))
    except KeyboardInterrupt:
        ending.leave(ending.STOPPED)


if __name__ == "__main__":
    main()
