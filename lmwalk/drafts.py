"""Files that are whole or not there: what is written waits in a draft, and drafts of processes that died are cleared.

A draft is named after who writes it: this machine, the process, and a number. So the next one who writes to the same
folder knows which of them nobody will finish any more.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

HOST = f"{zlib.crc32(socket.gethostname().encode()):08x}"
DAY_S = 86_400.0
_NUMBERS = count(1)
_NAME = re.compile(r"\.?lmwalk-([0-9a-f]{8})-(\d{1,9})-\d+(\.part)?")
_OWN: set[str] = set()


@contextmanager
def whole_file(target: Path, *, clearing: bool = True) -> Iterator[Path]:
    """A place to write to, which becomes the file once all went well; else the file stays what it was.

    Parameters
    ----------
    clearing : bool
        Whether the folder is looked through for drafts of processes that are no more.

    Raises
    ------
    OSError
        The draft cannot take the file's place.
    """
    with _named(".lmwalk-{}.part") as name:
        if clearing:
            clear(target.parent)
        draft = target.with_name(name)
        try:
            yield draft
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def scratch_folder(within: Path | None = None) -> Iterator[Path]:
    """A folder for a while, where the system keeps such or within another. Raises OSError where none can be made."""
    with _named(".lmwalk-{}" if within else "lmwalk-{}") as name:
        clear(within)
        folder = (within or Path(tempfile.gettempdir())) / name
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def clear(folder: Path | None = None) -> None:
    """Remove what processes that are no more left in a folder; without one, where the system keeps scratch folders."""
    folder = folder or Path(tempfile.gettempdir())
    with suppress(OSError):
        for path in [path for path in folder.iterdir() if _is_left(path)]:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):  # another process clears it too, or it is not ours to clear
                    path.unlink()


@contextmanager
def _named(form: str) -> Iterator[str]:
    """A name that says who writes."""
    name = form.format(f"{HOST}-{os.getpid()}-{next(_NUMBERS)}")
    _OWN.add(name)
    try:
        yield name
    finally:
        _OWN.discard(name)


def _is_left(path: Path) -> bool:
    """Whether this is a draft that nobody will finish."""
    found = _NAME.fullmatch(path.name)
    if not found or path.name in _OWN:
        return False
    if found[1] == HOST and os.name == "posix":
        return not _is_alive(int(found[2]))
    with suppress(OSError):  # whoever wrote it cannot be asked: it is given a day
        return time.time() - path.stat().st_mtime > DAY_S
    return False


def _is_alive(process: int) -> bool:
    """Whether another process has that number."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
