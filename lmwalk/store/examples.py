"""Questions to the database to begin with, each under what it tells."""

from __future__ import annotations

EXAMPLES = {
    "Outcomes": """-- how often each outcome came, by model and temperature
SELECT model, temperature, outcome, count(*) AS n
FROM steps
WHERE status = 'ok' AND length(outcome) <= 40
GROUP BY ALL
ORDER BY model, temperature, n DESC""",
    "Not read": """-- what came instead of an answer, the commonest first
SELECT model, temperature, status, left(reply, 100) AS reply, count(*) AS n
FROM steps
WHERE status NOT IN ('ok', 'error')
GROUP BY ALL
ORDER BY n DESC""",
    "Rules": """-- by which rule replies were read, and how many of them a limit of tokens cut off
SELECT model, temperature, status, why, finish, count(*) AS n, avg(thought_tokens) AS thought_tokens
FROM steps
GROUP BY ALL
ORDER BY n DESC""",
    "Same again": """-- how often an outcome is the one before it
WITH pairs AS (
  SELECT model, temperature, outcome,
    lag(outcome) OVER (PARTITION BY condition, trajectory ORDER BY t) AS before
  FROM steps
)
SELECT model, temperature, count(*) AS pairs, avg((outcome = before)::INT) AS same
FROM pairs
WHERE outcome IS NOT NULL AND before IS NOT NULL
GROUP BY ALL
ORDER BY ALL""",
    "Latency": """-- seconds an answer takes: half of them less than the median, one in twenty more than p95
SELECT model, count(*) AS answers, median(latency_s) AS median_s, quantile_cont(latency_s, 0.95) AS p95_s
FROM steps
WHERE status <> 'error'
GROUP BY model
ORDER BY median_s""",
    "Tokens and cost": """-- what each study used, by model
SELECT study, model, count(*) AS answers, sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out,
  sum(cost_usd) AS cost_usd
FROM steps
WHERE status <> 'error'
GROUP BY ALL
ORDER BY cost_usd DESC NULLS LAST, study, model""",
}
