"""Which text is one SELECT over what is stored, and nothing else.

Nothing is trusted to the words of the query. DuckDB's own parser turns it into a tree, and the tree may name only the
tables and views that people read, the common table expressions that stand where it names them, and functions that
only compute: none that reads or writes a file, that attaches, changes a setting, runs text as a query, or waits.
This is for the sentence; ``lmwalk.store.apart`` sees to it that a query could reach nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from lmwalk.errors import InputError

READABLE = (
    "steps",
    "properties",
    "studies",
    "conditions",
    "records",
    "distributions",
    "attention",
    "field_replies",
    "measured",
)
"""What a query may read, in the order in which people want it."""
_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TABLE_FUNCTIONS = frozenset({"generate_series", "json_each", "json_tree", "range", "unnest"})
_HARMLESS = frozenset({"gen_random_uuid", "random", "uuid"})
"""Functions that change with every call, and nothing more."""
_REFUSED = frozenset({"current_setting", "getvariable", "json_deserialize_sql", "pg_sleep", "query", "query_table"})
Node = dict[str, Any]
Scope = frozenset[str]


def check(said: bytes, known: Scope) -> None:
    """Raise InputError unless the text is one SELECT over what people may read.

    Parameters
    ----------
    said : bytes
        What ``lmwalk.store.reader.parsed`` found, as JSON.
    known : frozenset
        The functions that only compute, as ``functions`` gives them.
    """
    kinds, tree = json.loads(said)
    if kinds != ["SELECT"]:
        raise InputError("One SELECT is accepted, and nothing else: no second statement, nothing that changes data.")
    for node, scope in _nodes(_read(tree)):
        _check_node(node, known, scope)


def _read(tree: str) -> Node:
    try:
        found: Node = json.loads(tree)
    except RecursionError:
        raise InputError("The query is nested too deeply. Accepted: brackets a hundred deep and more.") from None
    if found["error"]:
        raise InputError(f"This SELECT cannot be read: {found['error_message']}")
    return found


def _nodes(tree: Node) -> Iterator[tuple[Node, Scope]]:
    """Every object of the tree, with the names of the common table expressions that are known there."""
    waiting: list[tuple[Any, Scope]] = [(tree, frozenset())]
    while waiting:
        node, scope = waiting.pop()
        if isinstance(node, dict):
            yield node, scope
            waiting.extend(_within(node, scope))
        elif isinstance(node, list):
            waiting.extend((each, scope) for each in node)


def _within(node: Node, scope: Scope) -> Iterator[tuple[Any, Scope]]:
    """The parts of an object; a common table expression is known to those after it, and to all that is below."""
    for entry in node.get("cte_map", {}).get("map", []):
        yield entry["value"], scope
        scope |= {_folded(entry["key"])}
    for name, part in node.items():
        if name == "right" and node.get("type") == "RECURSIVE_CTE_NODE":
            yield part, scope | {_folded(node["cte_name"])}
        elif name != "cte_map":
            yield part, scope


def _folded(name: str) -> str:
    """The name as DuckDB compares it, which knows capitals of ASCII alone."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def _check_node(node: Node, known: frozenset[str], scope: Scope) -> None:
    kind = node.get("type")
    if "cte_map" in node and kind not in _NODES:
        raise InputError("One SELECT is accepted, and nothing else: nothing within it that changes data.")
    if kind == "BASE_TABLE":
        _check_table(node, scope)
    elif kind == "SHOW_REF" and node.get("table_name"):
        raise InputError("SHOW is not accepted here: the columns stand beside the query.")
    elif kind == "TABLE_FUNCTION":
        _check_function(node["function"].get("function_name", ""), _TABLE_FUNCTIONS)
    if "function_name" in node:
        _check_function(node["function_name"], known)


def _check_table(node: Node, scope: Scope) -> None:
    table, where = _folded(node["table_name"]), (node.get("catalog_name"), node.get("schema_name"))
    own = table in READABLE and where in (("", ""), ("", "main"))
    if not own and not (table in scope and where == ("", "")):
        raise InputError(f"{node['table_name']!r} cannot be read here. Accepted: {', '.join(READABLE)}.")


def _check_function(name: str, known: frozenset[str]) -> None:
    if _folded(name) not in known:
        raise InputError(f"The function {name}() cannot be used here. It is none that only computes.")


def functions(cursor: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Functions that only compute."""
    rows = cursor.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', "
        "'window', 'macro') AND NOT coalesce(has_side_effects, false)"
    ).fetchall()
    return (frozenset(_folded(name) for (name,) in rows) | _HARMLESS | _TABLE_FUNCTIONS) - _REFUSED
