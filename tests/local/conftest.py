"""Tiny models of this session; without torch and transformers, what needs them is skipped and says so."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

MISSING = [name for name in ("torch", "transformers", "accelerate", "gguf") if not find_spec(name)]
if MISSING and os.environ.get("LMWALK_REQUIRE_TORCH"):
    raise ImportError(f"LMWALK_REQUIRE_TORCH is set, and these are missing: {', '.join(MISSING)}")
collect_ignore = ["test_running.py"] if MISSING else []


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a tiny model of a family, once, and gives its folder."""
    made: dict[tuple[str, bool], Path] = {}

    def folder(family: str, *, chat: bool = False) -> Path:
        from local import tiny

        if (family, chat) not in made:
            made[family, chat] = tiny.made(tmp_path_factory.mktemp(family) / family, family, chat=chat)
        return made[family, chat]

    return folder
