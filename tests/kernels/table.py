# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Puts rows into the README's table of kernels. table.py FILE"""
import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
TABLE = re.compile(r"(<!-- table: kernels -->\n\|.*\|\n\|-.*\|\n)(?:\|.*\|\n)*")
rows = Path(sys.argv[1]).read_text(encoding="utf-8")
README.write_text(TABLE.sub(lambda m: m[1] + rows, README.read_text(encoding="utf-8")), encoding="utf-8")
