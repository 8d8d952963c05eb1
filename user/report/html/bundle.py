# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Joins the page of report "html" into one file without a name outside of it, and cuts it where its
data go: bundle.py FOLDER writes html.before, html.between and html.after there. Scripts stand in the order of
their names; the page lets only them run, by their hash."""
import base64
import hashlib
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent


def hashed(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def main():
    style = (HERE / "page.css").read_text(encoding="utf-8")
    parts = [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.js"))]
    script = "\"use strict\";\n(() => {\n" + "".join(parts) + "start();\n})();\n"
    policy = (f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)}; "
              "base-uri 'none'; form-action 'none'")
    page = (HERE / "page.html").read_text(encoding="utf-8")
    for name, text in (("POLICY", policy), ("STYLE", style), ("SCRIPT", script)):
        page = page.replace("@" + name + "@", text)
    before, between, after = re.split("@(?:DATA|PARTS)@", page)
    for name, text in (("before", before), ("between", between), ("after", after)):
        (pathlib.Path(sys.argv[1]) / f"html.{name}").write_text(text, encoding="utf-8")


main()
