"""What a process of lmwalk may import, imported once: see forked.py.

Nothing here may start a thread, as a process with threads cannot be forked safely.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import pkgutil
from contextlib import suppress
from functools import cache

OTHERS = (
    "av",
    "litellm",
    "matplotlib.backends.backend_agg",
    "PIL.Image",
    "plotly.graph_objects",
    "pyarrow.parquet",
    "scipy.optimize",
    "scipy.stats",
    "streamlit.web.bootstrap",
    "streamlit.web.cli",
    "uvicorn",
)
STARTED = ("lmwalk.ui.serve",)
"""What is run as a program, which warns where it was imported."""

# threads of Arrow's allocator, of OpenBLAS, and a download of LiteLLM's
os.environ |= {"JE_ARROW_MALLOC_CONF": "background_thread:false", "OPENBLAS_NUM_THREADS": "1"}
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
logging.disable()  # Streamlit complains of pages that are imported without a server

import lmwalk  # noqa: E402

for found in pkgutil.walk_packages(lmwalk.__path__, "lmwalk."):
    if not found.name.endswith("__main__") and found.name not in STARTED:
        with suppress(ModuleNotFoundError):  # what trains the built-in model needs packages of its own
            importlib.import_module(found.name)
for name in OTHERS:
    importlib.import_module(name)
logging.disable(logging.NOTSET)

from streamlit.components.v2 import manifest_scanner  # noqa: E402

# each dashboard would read the metadata of all packages
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
manifest_scanner.scan_component_manifests()
gc.collect()
gc.freeze()  # or the collector of each fork would copy all of it
