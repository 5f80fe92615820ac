"""How well the corrected rules read the labelled replies: ``python -m tests.replies [--wrong]`` prints a table."""

from __future__ import annotations

import sys

from . import HELD_OUT, cases, read, table

frame = read(cases())
for name, own in (
    ("shaping part", frame[frame["part"] != HELD_OUT]),
    ("held-out part", frame[frame["part"] == HELD_OUT]),
):
    print(f"{name}\n{table(own).to_string(float_format='{:.3f}'.format, na_rep='-')}\n")
    if "--wrong" in sys.argv and name == "shaping part":
        for row in own[~own["right"]].itertuples():
            print(f"{row.asked:10} {row.kind:11} {row.label}: {row.reply!r} is {row.outcome}, {row.status} ({row.why})")
