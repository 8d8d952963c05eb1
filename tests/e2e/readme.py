# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The README's examples are what the commands print, and its table of interpreters what tests/e2e/exact
found, which it writes to pythons.*.tsv beside BPFPROF. readme.py BPFPROF [--write]

A comment "example: COMMAND" stands before each block of output. Counts are compared, times and the
number of rows left out are not: they are the machine's and the interpreter's. Interpreters that this
machine has not, or that were not run, are not compared. --write puts what is so now into the README.
"""
import collections
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
EXAMPLE = re.compile(r"(<!-- example: (.+?) -->\n```\n)(.*?)(```\n)", re.S)


TABLE = re.compile(r"(<!-- table: interpreters -->\n)(\|.*\|\n\|-.*\|\n)((?:\|.*\|\n)*)")
BACKENDS = "inline", "eval", "usdt"


def found():
    """What tests/e2e/exact found: by interpreter, a cell for each backend; nothing where not both ways were run."""
    files = list(Path(sys.argv[1]).parent.glob("pythons.*.tsv"))
    ways = collections.defaultdict(dict)
    for line in "".join(f.read_text() for f in files).splitlines() if len(files) == 2 else ():
        name, backend, way, outcome = line.split("\t")
        exact, _, without = outcome.partition(" but for ")
        ways[name, backend][way] = (exact, without.split(", ") if without else [])
    cells = collections.defaultdict(lambda: [""] * len(BACKENDS))
    for (name, backend), way in ways.items():
        cells[name][BACKENDS.index(backend)] = cell(way["launched"], way["attached"])
    return {name: tuple(row) for name, row in cells.items()}


def cell(launched, attached):
    """Of what is left out, whether that is so only where the program runs already."""
    if launched[0] != "exact" or attached[0] != "exact":
        return "not exact"
    words = [w if w in launched[1] else w + " (attached)" for w in attached[1]]
    return "exact but for " + ", ".join(words) if words else "exact"


def shown(text):
    """The same of the README's table, where those of the same cells stand in one row."""
    cells = {}
    for line in TABLE.search(text)[3].splitlines():
        names, *row = (field.strip() for field in line.strip("|").split("|"))
        cells.update((name, tuple(row)) for name in names.split(", "))
    return cells


def by_version(name):
    return [int(n) for n in re.findall(r"\d+", name)], name


def rows(cells):
    alike = collections.defaultdict(list)
    for name in sorted(cells, key=by_version):
        alike[cells[name]].append(name)
    return "".join(f"| {', '.join(names)} | {' | '.join(row)} |\n" for row, names in alike.items())


def is_promised(then, now):
    """Whether the README's cell promises no more than what was found: less is what has been mended since."""
    words = [set(re.sub(r"^exact( but for )?", "", c).split(", ")) - {""} for c in (then, now)]
    return then[:5] == now[:5] and words[1] <= words[0] | {w + " (attached)" for w in words[0]}


def check_table(text):
    now, then = found(), shown(text)
    for name, row in now.items():
        if name in then and all(map(is_promised, then[name], row)):
            print(f"ok readme table {name}")
        else:
            print(f"not ok readme table {name} - it is {row} now; see make readme")
    if not now:
        print("ok readme table # SKIP tests/e2e/exact has not run")


def run(command):
    """What stands above the remarks beneath the table, some of which are this run's alone."""
    words = command.split()
    assert words[0] == "bpfprof"
    done = subprocess.run([sys.argv[1], *words[1:]], cwd=README.parent, text=True, check=True,
                          capture_output=True, stdin=subprocess.DEVNULL)
    return re.split(r"\n\n\n|\n +Note: ", done.stdout)[0].rstrip() + "\n"


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
        text = EXAMPLE.sub(lambda m: m[1] + run(m[2]) + m[4], text)
        text = TABLE.sub(lambda m: m[1] + m[2] + rows({**shown(text), **found()}), text)
        README.write_text(text)
        return
    check_table(text)
    if not examples:
        print("not ok readme examples - there is none")
    for _, command, printed, _ in examples:
        now = run(command)
        if same_kind(now) == same_kind(printed):
            print(f"ok readme {command}")
        else:
            print(f"not ok readme {command} - prints something else; see make readme")
            print("".join(f"# {line}\n" for line in now.splitlines()), end="")


main()
