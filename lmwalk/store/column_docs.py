"""What the columns mean that people can read."""

from __future__ import annotations

TABLES = {
    "steps": "One row a question and its answer, with the study and settings it belongs to. Start here.",
    "properties": "One row a measured property of a text.",
    "studies": "One row a study.",
    "conditions": "One row a cell of a study's grid.",
    "records": "What steps is made of: the same rows, the condition as a number.",
    "measured": "What properties is made of: the same rows, the condition as a number.",
}
_ANYWHERE = {
    "asked_at": "When it was asked, UTC.",
    "attempts": "How often the question was put until it was answered or given up.",
    "condition": "Id of the cell of the grid.",
    "cost_usd": "Price of the call in US dollars; empty where no price is known.",
    "created_at": "When it was first run, UTC.",
    "distribution": "Probabilities of the outcomes, and what is likelier where they hold little, JSON.",
    "ended": "Why the process ended the trajectory here, where it did.",
    "error": "Why there is no answer, where the call failed.",
    "finish": "Why the answer ended: stop, length (a limit of tokens), filter, refusal, tool or error.",
    "finish_said": "The server's own word for why it ended.",
    "id": "Counts up in the order in which answers were kept.",
    "latency_s": "Seconds from question to answer.",
    "model": "Who was asked.",
    "notes": "What differs between what was asked for and what was sent, JSON.",
    "number": "The condition as a number, as in records.",
    "outcome": "What was read in the reply: UP, heads, 17, or a text; empty where nothing could be.",
    "params": "The process's parameters, JSON.",
    "process": "What is asked: grid, prior, in-context, telephone, and so on.",
    "prompt_cut": "Whether the server read less than the whole question; empty where it does not count.",
    "prompt": "The question as it was sent.",
    "property": "What was measured of the text.",
    "raw": "The content as it came, where it is neither reply nor thought as they stand.",
    "reply": "What the model said, word for word, without what it thought.",
    "requested": "Sampler settings that were asked for, JSON.",
    "seed": "Seed of this question's draw.",
    "sent": "Sampler settings that were sent, JSON.",
    "simulated": "Whether a simulation answers instead of a model.",
    "state_after": "State after the answer, JSON.",
    "state_before": "State the question was asked in, JSON.",
    "status": "ok; unparsed, ambiguous, refused or empty: not read; cut: broken off at a limit; error: not answered.",
    "study": "Name of the study.",
    "system": "System message, where one was sent.",
    "t": "Number of the question in its trajectory, from 1.",
    "temperature": "Sampling temperature.",
    "template": "Name of the prompt template.",
    "template_system": "System message of the template.",
    "template_text": "Words of the template; several wordings as a JSON list.",
    "thought": "What the model thought before it answered.",
    "thought_tokens": "Tokens of the thought, where the server counts them.",
    "tokens_in": "Tokens of the question.",
    "tokens_out": "Tokens of the answer, and of the thought before it.",
    "trajectory": "Which repeat of the condition, from 0.",
    "updated_at": "When it was last run, UTC.",
    "value": "The measured value; empty where the text has none.",
    "why": "The rule by which the reply was read, or why it was not.",
    "x": "After the answer. Walks: cells to the right. Draws: answers so far. Texts: the generation.",
    "y": "After the answer. Walks: cells upwards. Draws: share of the event followed. Texts: characters.",
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
