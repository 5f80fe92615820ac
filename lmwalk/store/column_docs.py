"""What the columns mean that people can read."""

from __future__ import annotations

from lmwalk.step import STEP_COLUMNS

TABLES = {
    "steps": "One row a question and its answer, with the study and settings it belongs to. Start here.",
    "properties": "One row a measured property of a text.",
    "studies": "One row a study.",
    "conditions": "One row a cell of a study's grid.",
    "records": "What steps is made of: the same rows, the condition as a number.",
    "distributions": "One row a question for token probabilities, with the lists of tokens that steps were read from.",
    "attention": "One row a question for attention, with what the position that answers gave to each result shown.",
    "field_replies": "One row a reply that a field was sampled with, where a model gives no probabilities.",
    "measured": "What properties is made of: the same rows, the condition as a number.",
}
_ANYWHERE = {
    **{column.name: column.meaning for column in STEP_COLUMNS},
    "each": "Attention of each layer, in it of each head, in it to each result shown, oldest first; empty if not kept.",
    "created_at": "When it was first run, UTC.",
    "fingerprint": "What the server tells its model from others by; empty where it does not say.",
    "heads": "Attention heads of a layer.",
    "id": "Counts up in the order in which answers were kept.",
    "layers": "Layers of the model.",
    "lists": "The likeliest next tokens after each text that was asked for, with natural log-probabilities, JSON.",
    "maximum": "The largest attention that any head of any layer gives to each result shown, oldest first.",
    "mean": "Attention to each result shown, oldest first: the mean over heads and layers.",
    "model": "Who was asked.",
    "name": "What steps call it by, under source; in attention, under attention.",
    "notes": "What differs between what was asked for and what was sent, JSON.",
    "number": "The condition as a number, as in records.",
    "outcomes": "The outcomes whose probabilities were wanted, JSON.",
    "params": "The process's parameters, JSON.",
    "prefill": "How the answer was begun for the model.",
    "process": "What is asked: grid, prior, in-context, telephone, and so on.",
    "property": "What was measured of the text.",
    "question": "The same for equal questions.",
    "repeat": "Which reply to this question at this temperature, from 0.",
    "requested": "Sampler settings that were asked for, JSON.",
    "sent": "Sampler settings that were sent, JSON.",
    "server": "Address of the server, or name of the provider.",
    "simulated": "Whether a simulation answers instead of a model.",
    "spans": "Where in the prompt each result stands: its first letter and the one behind its last, JSON.",
    "study": "Name of the study.",
    "temperature": "Sampling temperature.",
    "template": "Name of the prompt template.",
    "template_system": "System message of the template.",
    "template_text": "Words of the template; several wordings as a JSON list.",
    "tokens": "Tokens that the model read.",
    "updated_at": "When it was last run, UTC.",
    "value": "The measured value; empty where the text has none.",
    "width": "How many tokens were asked for.",
    "without_thought": "Whether the model was told not to think first.",
    "yaml": "The study as a file.",
}
_HERE = {
    ("conditions", "seed"): "Seed of the study.",
    ("measured", "condition"): "Number of the condition, as in conditions.",
    ("measured", "t"): "Generation of the text; 0: the initial one.",
    ("properties", "t"): "Generation of the text; 0: the initial one.",
    ("records", "condition"): "Number of the condition, as in conditions.",
}


def meaning(table: str, column: str) -> str:
    """What a column means; nothing where nobody has said."""
    return _HERE.get((table, column)) or _ANYWHERE.get(column, "")
