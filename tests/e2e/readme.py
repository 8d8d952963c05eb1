# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The README's examples are what the commands print. readme.py BPFPROF [--write]

A comment "example: COMMAND" stands before each block of output. Counts are compared, times and the
number of rows left out are not: they are the machine's and the interpreter's. --write puts the
output of now into the README.
"""
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
EXAMPLE = re.compile(r"(<!-- example: (.+?) -->\n```\n)(.*?)(```\n)", re.S)


def run(command):
    """What stands above the remarks beneath the table."""
    words = command.split()
    assert words[0] == "bpfprof"
    done = subprocess.run([sys.argv[1], *words[1:]], cwd=README.parent, text=True, check=True,
                          capture_output=True, stdin=subprocess.DEVNULL)
    return re.split(r"\n\n\n", done.stdout)[0].rstrip() + "\n"


def same_kind(output):
    """Without what differs from run to run; rows of about the same time may change places."""
    output = re.sub(r"\d+ function calls.*", "function calls", output)
    output = re.sub(r"reduced from \d+", "reduced", output)
    output = re.sub(r"-?\d+\.\d+", "time", output)
    output = re.sub(r" \*$", "", output, flags=re.M)  # an estimate
    return sorted(" ".join(line.split()) for line in output.splitlines())


def main():
    text = README.read_text()
    examples = EXAMPLE.findall(text)
    if "--write" in sys.argv:
        README.write_text(EXAMPLE.sub(lambda m: m[1] + run(m[2]) + m[4], text))
        return
    if not examples:
        print("not ok readme examples - there is none")
    for _, command, shown, _ in examples:
        now = run(command)
        if same_kind(now) == same_kind(shown):
            print(f"ok readme {command}")
        else:
            print(f"not ok readme {command} - prints something else; see make readme")
            print("".join(f"# {line}\n" for line in now.splitlines()), end="")


main()
