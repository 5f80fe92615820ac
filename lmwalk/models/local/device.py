"""What this machine can run a model on: devices, kinds of numbers, free memory. Imports torch."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch

from lmwalk.errors import InputError
from lmwalk.models.local.naming import Wanted

DTYPES = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16, "4bit": torch.bfloat16}


def device_of(name: str, wanted: Wanted) -> str:
    """The device as torch calls it. Raises InputError where it is not here."""
    there = ["cpu"]
    there += [f"cuda:{number}" for number in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    there += ["mps"] if torch.backends.mps.is_available() else []
    if wanted.device == "auto":
        return there[1] if len(there) > 1 else "cpu"
    asked = "cuda:0" if wanted.device == "cuda" else wanted.device
    if asked not in there:
        raise InputError(f"{name!r}: torch finds no {wanted.device} on this machine. Accepted: {', '.join(there)}.")
    return asked


def dtype_of(name: str, wanted: Wanted, device: str) -> str:
    """The kind of numbers: half of 32 bits where the device is made for it. Raises InputError where it cannot be."""
    if wanted.dtype == "4bit" and not (find_spec("bitsandbytes") and device.startswith("cuda")):
        raise InputError(
            f"{name!r}: dtype=4bit needs a CUDA device and the Python package bitsandbytes. Install it: "
            "pip install bitsandbytes. Accepted here: f32, bf16, f16."
        )
    if wanted.dtype != "auto":
        return wanted.dtype
    if device.startswith("cuda"):
        return "bf16" if torch.cuda.is_bf16_supported() else "f16"
    return "f16" if device == "mps" else "f32"


def free_bytes(device: str) -> int | None:
    """Memory that is free on a device; None where that cannot be told."""
    if device.startswith("cuda"):
        free: int = torch.cuda.mem_get_info(torch.device(device))[0]
        kept: int = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return free + kept
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), None)


def emptied(device: str) -> None:
    """Give memory back that torch keeps for later."""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
