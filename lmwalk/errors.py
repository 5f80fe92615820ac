"""Everything lmwalk raises on purpose.

::

    LmwalkError                 a sentence for the user; never a traceback on screen
    ├── InputError              what was typed or written in a file cannot be used; nothing ran, nothing was written
    │   ├── UnsupportedError    the provider cannot take a parameter that was asked for
    │   ├── ChangedError        the file is no longer what was opened
    │   └── ReadOnlyError       this process may change nothing
    ├── StoreError              the database cannot be used
    │   ├── StoreLockedError    another process holds it
    │   ├── OwnerGoneError      the process that held it for this one has ended
    │   └── StoreVersionError   a newer lmwalk wrote it
    ├── CancelledError          the user ended it before it was done; nothing is left of it
    └── ModelError              a call failed
        ├── TransientError      worth asking again (429, 5xx, connection reset, time-out)
        └── PermanentError      asking again cannot help (wrong key, unknown model)
"""

from __future__ import annotations


class LmwalkError(Exception):
    """Base of every error whose text is a sentence the user can act on."""


class InputError(LmwalkError):
    """What was asked for cannot be used; the sentence names the field, the value and what is accepted."""


class UnsupportedError(InputError):
    """The provider cannot take a sampler parameter that the study asks for."""


class ChangedError(InputError):
    """What is to be written over or deleted is no longer what was opened; it is left as it is."""


class ReadOnlyError(InputError):
    """A process that only reads was asked to start or to write something."""


class StoreError(LmwalkError):
    """The database cannot be opened, read or written."""


class StoreLockedError(StoreError):
    """Another process holds the database file."""


class OwnerGoneError(StoreError):
    """The process that held the database, and answered for it, has ended."""


class StoreVersionError(StoreError):
    """The database was written by a newer lmwalk and is left untouched."""


class CancelledError(LmwalkError):
    """What was under way was ended by whoever asked for it."""


class ModelError(LmwalkError):
    """A question got no answer. The sentence holds no key and no request header.

    Attributes
    ----------
    status : int or None
        The HTTP status it came with, where it came with one.
    named : tuple of str
        The settings that the server's words name, as they are called on the wire.
    suspect : bool
        Whether the server's address may be wrong.
    """

    status: int | None = None
    named: tuple[str, ...] = ()
    suspect: bool = False


class TransientError(ModelError):
    """A failure that may pass.

    Attributes
    ----------
    retry_after_s : float or None
        Seconds the server asked to wait, where it said so.
    unready : bool
        Whether the server may still be loading the model, which takes its time.
    """

    def __init__(self, message: str, retry_after_s: float | None = None, *, unready: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.unready = unready


class PermanentError(ModelError):
    """A failure that asking again cannot mend."""
