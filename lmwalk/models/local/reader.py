"""The network under torch: reads sequences of tokens and gives what may follow each.

What was read is kept, as keys and values of every layer, in a tree of tokens (see ``trie``). All that is asked at once
is packed into one row: each token sees its own beginning and nothing else, so questions of any length share a pass of
the network without filling, and what they have in common is read once, now and later.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import DynamicCache

from lmwalk.models.local.trie import Numbers, Trie, seen

Floats = npt.NDArray[np.float32]
Ids = tuple[int, ...]
CHUNK = 512
"""Tokens of one pass."""
_FIRST_SLOTS = 1024


class Reader:
    """Reads with one network.

    Parameters
    ----------
    network : transformers.PreTrainedModel
        A decoder that is in evaluation mode.
    capacity : int
        Tokens that are kept.
    at_once : int
        Tokens that one pass may look at: of many questions without a common beginning, most see little of the row.

    Attributes
    ----------
    tokens : int
        How many tokens the network has read.
    """

    def __init__(self, network: Any, capacity: int, at_once: int) -> None:
        self.tokens = 0
        self._network, self._at_once = network, at_once
        self._trie = Trie(capacity)
        self._kept: list[list[torch.Tensor]] = []
        self._windows = windows_of(network.config)
        self._cache_word = "cache" if "cache" in inspect.signature(network.forward).parameters else "past_key_values"

    def logits(self, sequences: Sequence[Ids]) -> list[Floats]:
        """The logits after the last token of each sequence, shape (vocabulary,).

        Raises
        ------
        PermanentError
            They are longer than what can be kept.
        """
        found: dict[Ids, Floats] = {}
        with torch.inference_mode():
            for group in self._groups(list(dict.fromkeys(sequences))):
                found |= zip(group, self._read(group), strict=True)
        return [found[sequence] for sequence in sequences]

    def attention(self, sequence: Ids) -> Floats:
        """What the last token gives to each token of a sequence, shape (layers, heads, tokens)."""
        with torch.inference_mode(), eager(self._network):
            self._read([sequence])
            (last,), _ = self._trie.insert([sequence])
            told = self._pass([last], [], output_attentions=True)
        past, _ = seen(self._trie, [last])
        order = np.argsort(self._trie.depth[np.append(past, last)])
        return np.stack([layer[0, :, -1].float().cpu().numpy()[:, order] for layer in told.attentions])

    @property
    def bytes_a_token(self) -> int:
        """Memory that one token takes; 0 before anything was read."""
        return sum(part.element_size() * part[:, 0].numel() for layer in self._kept for part in layer)

    def resize(self, capacity: int) -> None:
        """Keep another number of tokens, from none on."""
        self._trie, self._kept = Trie(capacity), []

    def _groups(self, sequences: list[Ids]) -> Iterator[list[Ids]]:
        """Sequences that one row can hold, in their order."""
        group: list[Ids] = []
        held: set[Ids] = set()
        for sequence in sequences:
            new = {sequence[: end + 1] for end in range(0, len(sequence), _STRIDE)} - held
            if group and _STRIDE * (len(held) + len(new)) > self._at_once:
                yield group
                group, held, new = [], set(), {sequence[: end + 1] for end in range(0, len(sequence), _STRIDE)}
            group.append(sequence)
            held |= new
        if group:
            yield group

    def _read(self, sequences: list[Ids]) -> list[Floats]:
        last, fresh = self._trie.insert(sequences)
        try:
            wanted = list(dict.fromkeys(last))
            again = sorted(set(wanted) - set(fresh), key=lambda slot: self._trie.depth[slot])
            found: dict[int, Floats] = {}
            for first in range(0, len(fresh), CHUNK):
                part = fresh[first : first + CHUNK]
                found |= self._heard(part, [slot for slot in wanted if slot in set(part)], keep=True)
            if again:  # read before, but what follows is not kept
                found |= self._heard(again, again, keep=False)
        except BaseException:
            self._trie.drop(fresh)
            raise
        return [found[slot] for slot in last]

    def _heard(self, slots: list[int], wanted: list[int], *, keep: bool) -> dict[int, Floats]:
        place = {slot: number for number, slot in enumerate(slots)}
        told = self._pass(slots, [place[slot] for slot in wanted] or [len(slots) - 1])
        if keep:
            self._keep(told, slots)
        logits = told.logits[0].float().cpu().numpy()
        return dict(zip(wanted, logits, strict=False))

    def _pass(self, slots: list[int], wanted: list[int], **more: Any) -> Any:
        past, sees = seen(self._trie, slots)
        device = self._network.device
        self.tokens += len(slots)
        return self._network(
            input_ids=torch.tensor(self._trie.token[slots][None], device=device),
            position_ids=torch.tensor(self._trie.depth[slots][None], device=device),
            attention_mask=self._masks(past, slots, sees),
            use_cache=True,
            logits_to_keep=torch.tensor(wanted or [len(slots) - 1], device=device),
            **{self._cache_word: self._cache(past)},
            **more,
        )

    def _masks(self, past: Numbers, slots: list[int], sees: npt.NDArray[np.bool_]) -> Any:
        depth = self._trie.depth
        apart = depth[slots][:, None] - depth[np.concatenate([past, np.array(slots, int)])][None]
        made = {
            kind: self._mask(sees if window is None else sees & (apart < window))
            for kind, window in self._windows.items()
        }
        return made if len(made) > 1 else next(iter(made.values()))

    def _mask(self, sees: npt.NDArray[np.bool_]) -> torch.Tensor:
        network = self._network
        mask = torch.zeros((1, 1, *sees.shape), dtype=network.dtype)
        mask.masked_fill_(torch.from_numpy(~sees), torch.finfo(network.dtype).min)
        return mask.to(network.device)

    def _cache(self, past: Numbers) -> Any:
        if not self._kept or not len(past):
            return DynamicCache()
        first, count = int(past[0]), len(past)
        in_a_row = int(past[-1]) - first == count - 1 and bool((np.diff(past) == 1).all())
        where = slice(first, first + count) if in_a_row else torch.tensor(past, device=self._network.device)
        return DynamicCache([(keys[:, where][None], values[:, where][None]) for keys, values in self._kept])

    def _keep(self, told: Any, slots: list[int]) -> None:
        cache = getattr(told, "cache", None) or told.past_key_values
        layers = [(layer.keys[0], layer.values[0]) for layer in cache.layers]
        if not self._kept:
            self._kept = [[part.new_zeros(part.shape[0], 0, part.shape[2]) for part in layer] for layer in layers]
        room = self._kept[0][0].shape[1]
        if max(slots) >= room:
            more = min(self._trie.capacity, max(2 * room, max(slots) + 1, _FIRST_SLOTS)) - room
            self._kept = [[_longer(part, more) for part in layer] for layer in self._kept]
        where = torch.tensor(slots, device=self._network.device)
        for kept, layer in zip(self._kept, layers, strict=True):
            for part, new in zip(kept, layer, strict=True):
                part[:, where] = new[:, -len(slots) :]


_STRIDE = 16
"""What questions have in common is told apart in steps of so many tokens."""


def _longer(part: torch.Tensor, more: int) -> torch.Tensor:
    return torch.cat([part, part.new_zeros(part.shape[0], more, part.shape[2])], dim=1)


def windows_of(config: Any) -> Mapping[str, int | None]:
    """How far back each kind of layer looks, as the masks of the network are called; None without an end."""
    config = config.get_text_config(decoder=True)
    kinds = set(getattr(config, "layer_types", None) or ())
    window = getattr(config, "sliding_window", None)
    if "sliding_attention" in kinds:
        return {"full_attention": None, "sliding_attention": window}
    if kinds or not window or getattr(config, "use_sliding_window", True) is False:
        return {"full_attention": None}
    return {"sliding_attention": window}


@contextmanager
def eager(network: Any) -> Iterator[None]:
    """Within this, the network works its attention out in plain steps, and so can tell it."""
    before = network.config._attn_implementation
    network.set_attn_implementation("eager")
    try:
        yield
    finally:
        network.set_attn_implementation(before)
