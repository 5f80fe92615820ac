"""Prompt text to token ids and back: a byte-level BPE and a chat form of three marks.

``<|system|>`` system message ``<|user|>`` text ``<|reply|>`` answer ``<|end|>``; without a system message its mark is
left out. Whole numbers from -99 to 99 are one token each. Bytes are the fallback, so any text has tokens, and a mark
that a user types is text like any other. A prompt that is too long loses its beginning: the last tokens, which hold
the question, are kept behind the first mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

SYSTEM, USER, REPLY, END = "<|system|>", "<|user|>", "<|reply|>", "<|end|>"
MARKS = (END, SYSTEM, USER, REPLY)

# a number takes its minus sign; a word takes the space before it; punctuation takes the spaces on both sides, but a
# sign that can mark a text stands alone, so that its number in a gap is decided one by one
_PIECES = r"-?\d{1,2}| ?\p{L}+|[*^#@$%&]| ?(?:(?!-\d)[^\s\p{L}\d*^#@$%&])+ ?|\s"


class Chat:
    """Encodes questions and decodes answers with one ``tokenizers.Tokenizer``.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
        Made by ``train_tokenizer`` or read by ``load``.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        tokenizer.encode_special_tokens = True
        self.end, self.system, self.user, self.reply = (tokenizer.token_to_id(mark) for mark in MARKS)
        self.size: int = tokenizer.get_vocab_size()

    @classmethod
    def load(cls, folder: Path) -> Chat:
        """The tokenizer kept in a folder."""
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8")))

    def save(self, folder: Path) -> None:
        """Write the tokenizer into a folder."""
        self._tokenizer.save(str(folder / "tokenizer.json"))

    def text_ids(self, text: str) -> list[int]:
        """Token ids of plain text; a lone surrogate, which no encoding can hold, becomes a question mark."""
        clean = text.encode("utf-8", "replace").decode("utf-8")
        ids: list[int] = self.encoded(clean).ids
        return ids

    def encoded(self, text: str) -> Any:
        """The tokenizer's own encoding of a text without lone surrogates: ``ids``, and ``offsets`` in the text."""
        return self._tokenizer.encode(text)

    def prompt_ids(self, text: str, system: str | None, limit: int) -> list[int]:
        """Token ids of a question up to and with the reply mark, at most ``limit`` of them."""
        ids = [self.system, *self.text_ids(system)] if system else []
        ids += [self.user, *self.text_ids(text), self.reply]
        return ids if len(ids) <= limit else [ids[0], *ids[len(ids) - limit + 1 :]]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of an answer's tokens; marks are left out."""
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text


def train_tokenizer(texts: Iterable[str], size: int) -> Any:
    """A byte-level BPE of ``size`` tokens. Raises ValueError where it splits a small number."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(MARKS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    split = [n for n in range(-99, 100) if len(tokenizer.encode(str(n)).ids) != 1]
    if split:
        raise ValueError(f"The tokenizer splits {split[0]} and {len(split) - 1} more numbers: give them more weight.")
    return tokenizer
