"""Opening the file: the right schema, or a sentence that says why not."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from lmwalk.errors import StoreError, StoreLockedError, StoreVersionError
from lmwalk.store.memory import AMPLE_MEMORY, USUAL_MEMORY
from lmwalk.store.schema import MIGRATIONS, migrate, version_of

MEMORY = ":memory:"
"""How the path of a database begins that is no file; a number after it tells one from the others."""
LOCKED: dict[str, bool | int | float | str | list[str]] = {
    "enable_external_access": False,
    "allow_community_extensions": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "threads": 2,
    "lock_configuration": True,
}
"""What no statement can undo: DuckDB reaches its own file, and no other, no address, extension or variable."""


def is_file(path: Path) -> bool:
    """Whether the path is that of a file, and not of a database in memory."""
    return not str(path).startswith(MEMORY)


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a file that was brought to the current schema, or to a database in memory."""
    try:
        if is_file(path) and path.exists() and path.stat().st_size:
            with duckdb.connect(str(path), read_only=True, config=LOCKED) as reader:
                version_of(reader)
        path.parent.mkdir(parents=True, exist_ok=True)
        # how much memory there is changes while the file is open
        usual = USUAL_MEMORY if is_file(path) else AMPLE_MEMORY
        own = LOCKED | {"memory_limit": usual, "allowed_configs": ["memory_limit"]}
        connection = duckdb.connect(str(path), config=own)
        migrate(connection)
    except (duckdb.Error, OSError) as cause:
        raise _open_error(path, cause) from cause
    return connection


def connect_to_read(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a file that stays as it is; several processes may have one, while none writes to it.

    Raises
    ------
    StoreVersionError
        The file is of an older or a newer schema.
    StoreError
        It is not there, is in use, or is no database.
    """
    own = LOCKED | {"memory_limit": USUAL_MEMORY, "allowed_configs": ["memory_limit"]}
    try:
        connection = duckdb.connect(str(path), read_only=True, config=own)
    except (duckdb.Error, OSError) as cause:
        raise _open_error(path, cause) from cause
    if version_of(connection) != len(MIGRATIONS):
        connection.close()
        raise StoreVersionError(
            f"The database {path} was written by an older lmwalk, and a read-only dashboard changes no file. "
            "Open it once without --read-only."
        )
    return connection


def _open_error(path: Path, cause: Exception) -> StoreError:
    text = str(cause)
    if "Could not set lock" in text or "Conflicting lock" in text:
        holder = re.search(r"held in (.+?) \(PID (\d+)\)", text)
        who = f"process {holder[2]} ({_command(holder[2]) or holder[1]})" if holder else "another process"
        return StoreLockedError(
            f"The database {path} is in use by {who}. Close that, or choose another file with --db PATH."
        )
    if isinstance(cause, duckdb.PermissionException) and "extension" in text:
        return StoreError(
            f"The database {path} cannot be opened: it is a database of another kind, such as SQLite. "
            "Choose a file that lmwalk made, or a new one, with --db PATH."
        )
    return StoreError(f"The database {path} cannot be opened: {first_line(cause)}")


def _command(pid: str) -> str | None:
    """The command line of a process, where the system tells it."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    line = " ".join(word.decode("utf-8", "replace") for word in words).strip()
    return line if len(line) <= 120 else f"{line[:117]}..."


def first_line(error: Exception | str) -> str:
    """What an error says, without its hints."""
    return next(iter(str(error).strip().splitlines()), "nothing more is known")
