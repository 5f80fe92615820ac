"""Which names and addresses stand for this machine alone."""

from __future__ import annotations

import ipaddress


def is_this_machine(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
