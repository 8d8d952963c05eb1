# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""json to text and back, by the encoder and the hooks that are Python, and re with a callback."""
import json
import re

TOKEN = re.compile(r"(?P<word>[a-z]+)|(?P<number>\d+)|(?P<punct>[^\s\w])")
ENCODER = json.JSONEncoder(indent=1, sort_keys=True)
RECORDS = [{"id": i, "name": f"name {i}", "tags": ["a", "b", i], "inner": {"x": i / 3, "y": None}}
           for i in range(60)]


class Point(dict):
    pass


def hook(pairs):
    return Point(pairs)


def mark(match):
    return f"<{match.lastgroup}>"


def run(n):
    for _ in range(n):
        text = "".join(ENCODER.iterencode(RECORDS))  # not all at once: that would be C
        back = json.loads(text, object_pairs_hook=hook)
        marked = TOKEN.sub(mark, text)
        if back != RECORDS or marked.count("<word>") != 60 * 10:
            raise RuntimeError("a record came back changed")
