"""Where the dashboard listens, who is told, and what stands before it where that is not this machine alone."""

from __future__ import annotations

import secrets
import sys
import webbrowser
from dataclasses import dataclass

from lmwalk.access import read_only
from lmwalk.errors import InputError
from lmwalk.loopback import is_this_machine
from lmwalk.ui.network.beside import stand_before
from lmwalk.ui.network.gate import TOKEN, Gate

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - names of what a user may ask for
WARNING = (
    "lmwalk listens at {host}, so others in the network can reach it. Whoever has the address below can start studies "
    "with your keys, and change and delete what is stored. It is not encrypted: whoever reads the network reads along. "
    "To let others only look: --read-only."
)
READY = "The dashboard is ready; Ctrl-C ends it."
LOOKING = (
    "lmwalk listens at {host}, so others in the network can reach it, and asks for no token. They can look, replay and "
    "export, and read every question and answer in the database; they start nothing, change nothing, and no key is "
    "read. It is not encrypted: whoever reads the network reads along."
)


@dataclass(frozen=True)
class Listening:
    """Where the dashboard listens.

    Attributes
    ----------
    host : str
        A name or an address of this machine, or one of ``EVERYWHERE``.
    port : int
    token : str or None
        What an address needs at the first visit; None where nobody else can come, or all may.
    opens_browser : bool
    """

    host: str
    port: int
    token: str | None
    opens_browser: bool

    @classmethod
    def asked_for(cls) -> Listening:
        """As ``sys.argv`` says to Streamlit; with a new token where others could come and change something."""
        host = _option("server.address", "localhost")
        token = None if read_only() or is_this_machine(host) else secrets.token_urlsafe(24)
        return cls(host, int(_option("server.port", "8501")), token, _option("server.headless", "true") == "false")

    @property
    def is_open(self) -> bool:
        """Whether others can reach it."""
        return not is_this_machine(self.host)

    def guard(self) -> None:
        """Put a gate before what Streamlit serves, and let it say nothing of addresses where this does.

        Raises
        ------
        InputError
            The installed Streamlit is one before which no gate can be put; then it does not listen beyond this machine.
        """
        # Streamlit would print addresses without the token, ask a server of Amazon's for one of them, and advertise: on
        # a machine with a coding agent it covers a part of the page
        sys.argv += ["--logger.hideWelcomeMessage=true"]
        if not (self.is_open or read_only()):
            return
        if not stand_before(lambda app: Gate(app, self.token, looking_only=read_only())):
            raise InputError("This Streamlit cannot be guarded. Accepted: --host localhost, or another one.")
        if self.is_open:
            sys.argv += ["--server.headless=true"]

    def tell(self) -> None:
        """Say once, in the terminal, at which address the dashboard is, and what others could do there."""
        said = READY if not self.is_open else LOOKING if self.token is None else WARNING
        lines = [said.format(host=self.host), *(f"  {address}" for address in self.addresses())]
        # a warning where others come in, else no more than what was asked for
        where = sys.stderr if self.is_open else sys.stdout
        print("\n".join(["", *lines, ""]), file=where, flush=True)
        if self.is_open and self.opens_browser:  # elsewhere Streamlit opens it
            webbrowser.open(self.addresses()[0])

    def addresses(self) -> list[str]:
        """What can be typed into a browser; the one of the network last."""
        ending = f"/?{TOKEN}={self.token}" if self.token else ""
        return [f"http://{_bracketed(name)}:{self.port}{ending}" for name in self._names()]

    def _names(self) -> list[str]:
        if self.host not in EVERYWHERE:
            return [self.host]
        from streamlit.net_util import get_internal_ip

        return list(dict.fromkeys(["localhost", get_internal_ip() or "localhost"]))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _option(name: str, usual: str) -> str:
    """The value of an option of Streamlit's on the command line."""
    begin = f"--{name}="
    return next((word.removeprefix(begin) for word in sys.argv if word.startswith(begin)), usual)
