"""The database's tables and how an older file becomes a current one: a list of functions, applied in order.

A migration that files have seen is never changed. The view ``steps`` is made anew after the last one, from the columns
of ``lmwalk.step.Step``, so that a new column needs no more here than its ``ALTER TABLE records ADD COLUMN``.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from lmwalk.errors import StoreVersionError
from lmwalk.store.columns import steps_view

MIGRATIONS: list[Callable[[duckdb.DuckDBPyConnection], object]] = []
migration = MIGRATIONS.append


@migration
def m001_tables(db: duckdb.DuckDBPyConnection) -> None:
    """Studies, their conditions, and a record for every question."""
    db.execute("""
        CREATE TABLE studies (
            study VARCHAR PRIMARY KEY, yaml VARCHAR NOT NULL,
            created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL
        );
        CREATE TABLE conditions (
            number INTEGER NOT NULL, condition VARCHAR PRIMARY KEY, study VARCHAR NOT NULL, process VARCHAR NOT NULL,
            params VARCHAR NOT NULL, template VARCHAR NOT NULL, template_system VARCHAR, template_text VARCHAR NOT NULL,
            model VARCHAR NOT NULL, temperature DOUBLE NOT NULL, simulated BOOLEAN NOT NULL, seed BIGINT NOT NULL,
            requested VARCHAR NOT NULL, sent VARCHAR NOT NULL, notes VARCHAR NOT NULL
        );
        CREATE TABLE records (
            id BIGINT NOT NULL, condition INTEGER NOT NULL, trajectory INTEGER NOT NULL, t INTEGER NOT NULL,
            x DOUBLE, y DOUBLE, outcome VARCHAR, status VARCHAR NOT NULL, system VARCHAR, prompt VARCHAR NOT NULL,
            reply VARCHAR, state_before VARCHAR NOT NULL, state_after VARCHAR NOT NULL, latency_s DOUBLE,
            tokens_in INTEGER, tokens_out INTEGER, cost_usd DOUBLE, attempts INTEGER NOT NULL, seed BIGINT NOT NULL,
            asked_at TIMESTAMP NOT NULL, error VARCHAR
        )
    """)


@migration
def m002_steps_view(db: duckdb.DuckDBPyConnection) -> None:
    """The view for people: every record with the study, model and settings it belongs to. Times are UTC."""
    db.execute("""
        CREATE VIEW steps AS
        SELECT r.id, c.study, c.process, c.model, c.temperature, c.template, c.simulated, c.condition, r.trajectory,
            r.t, r.x, r.y, r.outcome, r.status, r.system, r.prompt, r.reply, r.state_before, r.state_after, r.latency_s,
            r.tokens_in, r.tokens_out, r.cost_usd, r.attempts, r.seed, r.asked_at, r.error
        FROM records r JOIN conditions c ON c.number = r.condition
    """)


@migration
def m003_distributions(db: duckdb.DuckDBPyConnection) -> None:
    """Token probabilities, as JSON text, where they were asked for instead of a reply."""
    db.execute("ALTER TABLE records ADD COLUMN distribution VARCHAR")
    db.execute("""
        CREATE OR REPLACE VIEW steps AS
        SELECT r.id, c.study, c.process, c.model, c.temperature, c.template, c.simulated, c.condition, r.trajectory,
            r.t, r.x, r.y, r.outcome, r.status, r.system, r.prompt, r.reply, r.state_before, r.state_after, r.latency_s,
            r.tokens_in, r.tokens_out, r.cost_usd, r.attempts, r.seed, r.asked_at, r.error, r.distribution
        FROM records r JOIN conditions c ON c.number = r.condition
    """)


@migration
def m004_chains(db: duckdb.DuckDBPyConnection) -> None:
    """Why a trajectory ended early, and the measured properties of texts; those of t = 0 belong to the start."""
    db.execute("ALTER TABLE records ADD COLUMN ended VARCHAR")
    db.execute("""
        CREATE TABLE measured (
            id BIGINT NOT NULL, condition INTEGER NOT NULL, trajectory INTEGER NOT NULL, t INTEGER NOT NULL,
            property VARCHAR NOT NULL, value DOUBLE
        );
        CREATE VIEW properties AS
        SELECT m.id, c.study, c.process, c.model, c.temperature, c.condition, m.trajectory, m.t, m.property, m.value
        FROM measured m JOIN conditions c ON c.number = m.condition;
        CREATE OR REPLACE VIEW steps AS
        SELECT r.id, c.study, c.process, c.model, c.temperature, c.template, c.simulated, c.condition, r.trajectory,
            r.t, r.x, r.y, r.outcome, r.status, r.system, r.prompt, r.reply, r.state_before, r.state_after, r.latency_s,
            r.tokens_in, r.tokens_out, r.cost_usd, r.attempts, r.seed, r.asked_at, r.error, r.distribution, r.ended
        FROM records r JOIN conditions c ON c.number = r.condition
    """)


@migration
def m005_probes(db: duckdb.DuckDBPyConnection) -> None:
    """Reports on the samplers of models, as JSON text. Times are UTC."""
    db.execute("CREATE TABLE probes (model VARCHAR NOT NULL, asked_at TIMESTAMP NOT NULL, report VARCHAR NOT NULL)")


@migration
def m006_ends_and_thoughts(db: duckdb.DuckDBPyConnection) -> None:
    """Why an answer ended, what was thought before it, and the rule by which it was read."""
    added = {"finish": "VARCHAR", "finish_said": "VARCHAR", "thought": "VARCHAR", "thought_tokens": "INTEGER"}
    added |= {"raw": "VARCHAR", "why": "VARCHAR", "prompt_cut": "BOOLEAN"}
    for name, kind in added.items():
        db.execute(f"ALTER TABLE records ADD COLUMN {name} {kind}")
    db.execute("""
        CREATE OR REPLACE VIEW steps AS
        SELECT r.id, c.study, c.process, c.model, c.temperature, c.template, c.simulated, c.condition, r.trajectory,
            r.t, r.x, r.y, r.outcome, r.status, r.why, r.system, r.prompt, r.reply, r.thought, r.finish, r.finish_said,
            r.state_before, r.state_after, r.latency_s, r.tokens_in, r.tokens_out, r.thought_tokens, r.prompt_cut,
            r.cost_usd, r.attempts, r.seed, r.asked_at, r.error, r.distribution, r.ended, r.raw
        FROM records r JOIN conditions c ON c.number = r.condition
    """)


@migration
def m007_token_lists(db: duckdb.DuckDBPyConnection) -> None:
    """The lists of tokens that probabilities are worked out from, kept once for all steps. Times are UTC."""
    db.execute("""
        CREATE TABLE distributions (
            name VARCHAR NOT NULL, question VARCHAR NOT NULL, model VARCHAR NOT NULL, server VARCHAR NOT NULL,
            fingerprint VARCHAR, system VARCHAR, prompt VARCHAR NOT NULL, prefill VARCHAR, outcomes VARCHAR NOT NULL,
            without_thought BOOLEAN NOT NULL, width INTEGER NOT NULL, lists VARCHAR NOT NULL,
            asked_at TIMESTAMP NOT NULL
        );
        ALTER TABLE records ADD COLUMN source VARCHAR
    """)


@migration
def m008_field_replies(db: duckdb.DuckDBPyConnection) -> None:
    """Replies that fields of models without probabilities were sampled with."""
    db.execute("""
        CREATE TABLE field_replies (
            question VARCHAR NOT NULL, model VARCHAR NOT NULL, server VARCHAR NOT NULL, fingerprint VARCHAR,
            temperature DOUBLE NOT NULL, repeat INTEGER NOT NULL, system VARCHAR, prompt VARCHAR NOT NULL,
            prefill VARCHAR, outcome VARCHAR, status VARCHAR NOT NULL, why VARCHAR, reply VARCHAR, thought VARCHAR,
            raw VARCHAR, finish VARCHAR, finish_said VARCHAR, latency_s DOUBLE, cost_usd DOUBLE, tokens_in INTEGER,
            tokens_out INTEGER, thought_tokens INTEGER, attempts INTEGER NOT NULL, seed BIGINT NOT NULL,
            sent VARCHAR NOT NULL, asked_at TIMESTAMP NOT NULL
        )
    """)


@migration
def m009_attention(db: duckdb.DuckDBPyConnection) -> None:
    """What models attend to as they answer, kept once for all steps with the same question. Times are UTC."""
    db.execute("""
        CREATE TABLE attention (
            name VARCHAR NOT NULL, question VARCHAR NOT NULL, model VARCHAR NOT NULL, server VARCHAR NOT NULL,
            fingerprint VARCHAR, system VARCHAR, prompt VARCHAR NOT NULL, prefill VARCHAR, spans VARCHAR NOT NULL,
            tokens INTEGER NOT NULL, layers INTEGER NOT NULL, heads INTEGER NOT NULL, mean FLOAT[] NOT NULL,
            maximum FLOAT[] NOT NULL, each FLOAT[], asked_at TIMESTAMP NOT NULL
        );
        ALTER TABLE records ADD COLUMN attention VARCHAR
    """)


def version_of(db: duckdb.DuckDBPyConnection) -> int:
    """How many migrations the file has seen. Raises StoreVersionError where that is more than there are."""
    known = db.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version'").fetchall()[0][0]
    if not known:
        return 0
    version = int(db.execute("SELECT version FROM schema_version").fetchall()[0][0])
    if version > len(MIGRATIONS):
        raise StoreVersionError(
            f"This database has schema {version}, written by a newer lmwalk; this one knows up to {len(MIGRATIONS)}. "
            "Upgrade lmwalk, or choose another file with --db PATH. The file was left as it is."
        )
    return version


def migrate(db: duckdb.DuckDBPyConnection) -> None:
    """Apply what the file has not seen, all or nothing."""
    version = version_of(db)
    if version == len(MIGRATIONS):
        return
    db.begin()
    db.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    for step in MIGRATIONS[version:]:
        step(db)
    db.execute(steps_view())
    db.execute("DELETE FROM schema_version")
    db.execute("INSERT INTO schema_version VALUES (?)", [len(MIGRATIONS)])
    db.commit()
