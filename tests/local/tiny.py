"""Tiny models of real families, with tokenizers made on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = ("heads", "tails", "head", "UP", "DOWN", "LEFT", "RIGHT", "coin", "landed", "on", "the", "and", "then", "I")
LETTERS = (
    "a b c d e f g h i j k l m n o p q r s t u v w x y z A B D E F G H I L N O P R S T U W 1 2 3 4 . , ? - : ; / ="
)
CHAT = (
    "{{ bos_token }}{% for message in messages %}<turn>{{ message['role'] }}\n{{ message['content'] | trim }}<end>\n"
    "{% endfor %}{% if add_generation_prompt %}<turn>assistant\n{% endif %}"
)
FAMILIES = ("llama", "gemma", "qwen")


def tokenizer_of(*, chat: bool = False) -> Any:
    """A byte-level BPE of at most 180 tokens, in which words have one token and can be spelt in several."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=180, special_tokens=["<bos>", "<eos>", "<turn>", "<end>"], show_progress=False
    )
    made.train_from_iterator([" ".join(WORDS), "\n".join(WORDS), *[" ".join(WORDS)] * 3, LETTERS], trainer)
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
        "vocab_size": size,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "max_position_embeddings": 512,
        "initializer_range": 0.35,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 1,
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
