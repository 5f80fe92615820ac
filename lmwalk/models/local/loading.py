"""From a name to a network and its tokenizer: what is missing is downloaded. Imports torch and transformers."""

from __future__ import annotations

import gc
import logging
import threading
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import transformers

from lmwalk.models.local.device import DTYPES, emptied, free_bytes
from lmwalk.models.local.failures import BYTES, failure_of, out_of_memory, too_large
from lmwalk.models.local.gguf_reading import read_once
from lmwalk.models.local.naming import Wanted
from lmwalk.models.local.places import digest_of, folder_of, gguf_in, weight_count, weights_in
from lmwalk.models.local.plain import PlainReader
from lmwalk.models.local.reader import Reader
from lmwalk.models.local.wording import Wording

_NOT_NEEDED = ["*.gguf", "*.onnx", "*.msgpack", "*.h5", "*.ot", "*.pth", "*.tflite", "original/*", "onnx/*"]
_ROOM = 1.1
"""Of what the weights take, so that something is left to work with."""
KEPT_BYTES = 1 << 30
"""Of keys and values of what was read."""
MOST_KEPT = 65_536
AT_ONCE = {"cpu": 4_096, "cuda": 32_768, "mps": 8_192}
_ONE_AT_A_TIME = threading.Lock()
_TOLERANCE = {"f32": 1e-3}
_COARSE = 0.2
"""Of the largest logit: what a pass in pieces may differ by from one without, and that of numbers with 16 bits or less.
A network that cannot read in pieces is off by as much as its logits are large."""


class Loaded(NamedTuple):
    """A model that is ready.

    Attributes
    ----------
    reader : Reader or PlainReader
    wording : Wording
    digest : str
        What tells the weights from others.
    context : int
        Tokens of its window.
    capacity : int
        Tokens that are kept of what was read.
    """

    reader: Any
    wording: Wording
    digest: str
    context: int
    capacity: int


def loaded(name: str, wanted: Wanted, device: str, dtype: str, make_room: Callable[[], None]) -> Loaded:
    """The model. Takes a while.

    Parameters
    ----------
    make_room : callable
        Frees what other models hold; called where memory is short.

    Raises
    ------
    TransientError, PermanentError
        In a sentence: it cannot be had, is not for us, or does not fit.
    """
    _hush()
    count = 0
    try:
        folder = _fetched(wanted)
        file = gguf_in(wanted, folder)
        count = weight_count(folder, file)
        _check_room(name, device, dtype, count, make_room)
        with _ONE_AT_A_TIME:
            return _opened(wanted, folder, file, device, dtype)
    except Exception as problem:  # noqa: BLE001 - told in our words
        if out_of_memory(problem):
            gc.collect()
            emptied(device)
            raise too_large(name, dtype, device, count, free_bytes(device)) from None
        raise failure_of(name, wanted, problem) from None


def _hush() -> None:
    """No bars and no remarks on a terminal that is somebody else's."""
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity(logging.CRITICAL)
    logging.getLogger("huggingface_hub").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"(?:transformers|huggingface_hub|torch|gguf)\b")


def _fetched(wanted: Wanted) -> Path:
    """The folder of the weights; a repository that is not here as a whole is downloaded."""
    folder = folder_of(wanted)
    if wanted.kind != "hub":
        assert folder is not None
        return folder
    if folder is not None and _is_whole(folder, wanted.file):
        return folder
    from huggingface_hub import HfApi, snapshot_download

    revision = wanted.revision or None
    if wanted.file:
        return Path(snapshot_download(wanted.repository, revision=revision, allow_patterns=["*.json", wanted.file]))
    names = HfApi().list_repo_files(wanted.repository, revision=revision)
    more = ["*.bin"] if any(each.endswith(".safetensors") for each in names) else []
    return Path(snapshot_download(wanted.repository, revision=revision, ignore_patterns=[*_NOT_NEEDED, *more]))


def _is_whole(folder: Path, file: str) -> bool:
    """Whether no part of the weights is missing, as far as their list of parts says."""
    if file:
        return (folder / file).is_file()
    parts = list(weights_in(folder))
    told = [part.stem.rpartition("-of-")[2] for part in parts if "-of-" in part.stem]
    return bool(parts) and (folder / "config.json").is_file() and all(len(told) >= int(each) for each in set(told))


def _check_room(name: str, device: str, dtype: str, count: int, make_room: Callable[[], None]) -> None:
    """Raise PermanentError where the weights will not fit: the system would end the process instead."""
    needed = count * BYTES[dtype] * _ROOM
    for last in (False, True):
        free = free_bytes(device)
        if free is None or needed <= free:
            return
        if last:
            raise too_large(name, dtype, device, count, free)
        make_room()
        gc.collect()
        emptied(device)


def _opened(wanted: Wanted, folder: Path, file: str, device: str, dtype: str) -> Loaded:
    more: dict[str, Any] = {} if device == "cpu" else {"device_map": {"": device}}
    if dtype == "4bit":
        quant = transformers.BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.bfloat16)
        more["quantization_config"] = quant
    with read_once() if file else nullcontext():
        where: dict[str, Any] = {"trust_remote_code": False, **({"gguf_file": file} if file else {})}
        if not file:  # says at once where an architecture is not known
            transformers.AutoConfig.from_pretrained(folder, **where)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **where)
        network = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=DTYPES[dtype], **where, **more)
    network.eval().requires_grad_(requires_grad=False)
    if device.startswith("cuda"):  # it plans each new length of a text anew, which takes longer than a pass
        torch.backends.cuda.enable_cudnn_sdp(False)
    chat = bool(tokenizer.chat_template) if wanted.chat == "auto" else wanted.chat == "true"
    size = network.get_output_embeddings().weight.shape[0] if network.get_output_embeddings() is not None else None
    config = network.config.get_text_config(decoder=True)
    wording = Wording(tokenizer, chat=chat, size=size or config.vocab_size, ends=_ends(network))
    context = int(getattr(config, "max_position_embeddings", 0) or 0) or MOST_KEPT
    reader, capacity = _reader(network, device, dtype, context, config.vocab_size)
    return Loaded(reader, wording, digest_of(wanted, folder), context, capacity)


def _ends(network: Any) -> list[int]:
    """The tokens with which it ends, as its own settings say."""
    told = getattr(network.generation_config, "eos_token_id", None)
    return told if isinstance(told, list) else [told] if told is not None else []


def _reader(network: Any, device: str, dtype: str, context: int, size: int) -> tuple[Any, int]:
    """A reader that packs questions, where that gives the logits of reading them whole; else one that reads so."""
    plain = PlainReader(network)
    probe = [tuple((7 * place * place + 3 * place) % size for place in range(count)) for count in (6, 9)]
    probe.append((*probe[1][:5], *probe[0][:3]))
    truth = plain.logits(probe)
    try:
        reader = Reader(network, 64, AT_ONCE[device.partition(":")[0]])
        reader.logits(probe[:1])
        found = reader.logits(probe)
    except Exception:  # noqa: BLE001 - an architecture may refuse in any way
        return plain, context
    worst = max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(found, truth, strict=True))
    if not worst < _TOLERANCE.get(dtype, _COARSE):
        return plain, context
    capacity = min(MOST_KEPT, max(1024, KEPT_BYTES // max(1, reader.bytes_a_token)))
    reader.resize(capacity)
    reader.tokens = 0
    return reader, capacity
