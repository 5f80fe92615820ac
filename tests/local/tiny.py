"""Tiny models of real families, with tokenizers made on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = "heads tails head tail UP DOWN LEFT RIGHT up down left right coin landed on the and then I said 1 2 3 4 5 6".split()
CHAT = (
    "{{ bos_token }}{% for message in messages %}<turn>{{ message['role'] }}\n{{ message['content'] | trim }}<end>\n"
    "{% endfor %}{% if add_generation_prompt %}<turn>assistant\n{% endif %}"
)
FAMILIES = ("llama", "gemma", "qwen")


def tokenizer_of(*, chat: bool = False) -> Any:
    """A byte-level BPE of some 400 tokens, in which words have one token and can be spelt in several."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    marks = ["<bos>", "<eos>", "<turn>", "<end>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=marks, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator([" ".join(WORDS), "\n".join(WORDS), ", ".join(WORDS)] * 3, trainer)
    made.post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", 0)])
    return PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<bos>", eos_token="<eos>", chat_template=CHAT if chat else None
    )


def network_of(family: str, size: int) -> Any:
    """Two or three layers with random weights, large enough that some tokens are much likelier than others."""
    import torch
    import transformers

    torch.manual_seed(FAMILIES.index(family))
    shape: dict[str, Any] = {
        **{"vocab_size": size, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2},
        **{"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512, "head_dim": 8},
        **{"initializer_range": 0.35, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1},
    }
    if family == "gemma":
        layers = ["sliding_attention", "full_attention", "sliding_attention"]
        shape |= {"num_hidden_layers": 3, "layer_types": layers, "sliding_window": 8, "query_pre_attn_scalar": 8}
        return transformers.Gemma3ForCausalLM(transformers.Gemma3TextConfig(**shape)).eval()
    if family == "qwen":
        return transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**shape)).eval()
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**shape)).eval()


def made(folder: Path, family: str, *, chat: bool = False) -> Path:
    """A folder with a model, as ``from_pretrained`` reads it."""
    tokenizer = tokenizer_of(chat=chat)
    tokenizer.save_pretrained(folder)
    network_of(family, len(tokenizer)).save_pretrained(folder)
    return folder
