"""Whether a worker can reach the servers of its models, and whose these are."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit
from urllib.request import getproxies

from lmwalk.cluster.messages import Reach
from lmwalk.errors import InputError
from lmwalk.loopback import is_this_machine
from lmwalk.types import Model

CONNECT_S = 5.0
PORTS = {"http": 80, "https": 443}
HERE = ("builtin", "this machine")
"""How models call what runs them where they run in the process that asks."""


def reach_of(model: Model) -> Reach:
    """Whose a model's server is: of the worker that asks, of its machine, or of all machines."""
    if model.simulated or not model.server or model.server.startswith(HERE):
        return "worker"
    return "machine" if is_this_machine(_host_of(model.server)) else "shared"


async def must_be_reachable(models: Iterable[Model]) -> None:
    """Raise InputError where the server of a model takes no connection from here; one behind a proxy is not tried."""
    addresses = {model.server: model.name for model in models if _host_of(model.server)}
    complaints = await asyncio.gather(*(_complaint(*address) for address in addresses.items()))
    if said := [complaint for complaint in complaints if complaint]:
        raise InputError(" ".join(said))


async def _complaint(server: str, name: str) -> str:
    try:
        parts = urlsplit(server)
        if parts.scheme in getproxies() and not is_this_machine(parts.hostname or ""):
            return ""
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or PORTS.get(parts.scheme, 443))
    except (OSError, TimeoutError, ValueError):  # the last: it is no address
        return (
            f"{name}: the worker on {socket.gethostname()} cannot reach {server}. Start the server there, or set its "
            "address in the worker's environment."
        )
    writer.close()
    return ""


def _host_of(server: str) -> str:
    try:
        return urlsplit(server).hostname or ""
    except ValueError:
        return ""
