# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How true the times are: own times as each tool has them, against those of known.py.

The truth is timed between the tools' runs. What other programs take away is in none of the figures:
the truth is time on a CPU, bpfprof says how long each function was away, and of the others' times
the part is taken that the scene was away. All is told in ns at the machine's usual speed (known.py).
"""
import bisect
import collections
import json
import os
import statistics
import subprocess
import tempfile

from tools import Bpfprof, Target

REPEATS = {"profile": 20}  # of all scenes in a run; 100 by default
EVENT_US = {"inline": 0.05, "eval": 1, "usdt": 1}  # the least own time by the call that is judged
WITHIN = 0.05


def median(values):
    return statistics.median(values)


def spread(values):
    middle = median(values)
    return median([abs(v - middle) for v in values])


class Known(Target):
    def __init__(self, command):
        super().__init__(command)
        os.setpriority(os.PRIO_PROCESS, self.pid, -20)
        self.rows = self.ask("rows")

    def ask(self, line):
        self.p.stdin.write(line + "\n")
        self.p.stdin.flush()
        said = self.p.stdout.readline()
        if not said:
            raise RuntimeError(f"the target ended in {line}")
        return json.loads(said)


class Row:
    """One function: what a call of it takes by itself, and what each tool says."""
    def __init__(self, name, scene, whole, without, calls):
        self.name, self.scene, self.calls = name, scene, calls
        self.whole, self.without = whole, without
        self.alone = []  # ns a call
        self.said = {}  # tool: [(ns a call, its error bar or None)]
        self.made = 0  # calls that a call of it makes

    def time(self, passed):
        self.alone.append((passed[self.whole] - (passed[self.without] if self.without else 0)) /
                          self.calls)

    def note(self, tool, ns, bar=None):
        self.said.setdefault(tool, []).append((ns, bar))

    def true(self):
        return median(self.alone)

    def own(self, tool):
        return median([ns for ns, _ in self.said[tool]])

    def error(self, tool):
        return self.own(tool) / self.true() - 1

    def bars(self, tool):
        return median([abs(ns - self.true()) / bar for ns, bar in self.said[tool]])

    def small(self, tool):
        """Not judged: too little is done between two events of the profiler; or it is the loop that
        calls a function of known size, whose own time is what is left of the turns."""
        return (self.without is None or
                self.true() / (1 + self.made) < 1000 * 0.9 * EVENT_US[tool])

    def doubt(self):
        """Two standard errors of the truth, as a part of it, and 1 % for the machine."""
        return 2 * 1.5 * spread(self.alone) / len(self.alone) ** 0.5 / abs(self.true()) + 0.01

    def beats(self, tool, other):
        """As near to the truth, or so near that the truth cannot tell."""
        return abs(self.error(tool)) <= max(abs(self.error(other)), self.doubt())

    def good(self, tool):
        return abs(self.error(tool)) <= WITHIN or self.bars(tool) <= 2


def under_bpfprof(target, build, tool, rows):
    with Bpfprof(build, target.pid, tool) as profiler:
        conditions = target.ask("run none 100")["conditions"]
    found = {f["name"]: f for f in profiler.report["functions"] if f["file"] == "known"}
    for row in rows:
        f = found[row.name]
        by = conditions[row.scene]["speed"] / f["ncalls"]
        row.made = f["child_calls"] / f["ncalls"]
        row.note(tool, by * (f["tottime_ns"] - f["own_off_ns"]), by * f["error_ns"])
        row.note(tool + " raw", by * (f["raw_tottime_ns"] - f["own_off_ns"]))
    return profiler.report["target"]["bias"]


def under_other(target, tool, rows):
    """False: this interpreter has no such tool."""
    said = target.ask(f"run {tool} {REPEATS.get(tool, 100)}")
    for row in rows if said else ():
        if row.name in said["own"]:
            calls, own = said["own"][row.name]
            at = said["conditions"][row.scene]
            share = 1 if tool == "profile" else at["share"]  # its clock is the CPU's already
            row.note(tool, own / calls * share * at["speed"])
    return bool(said)


def inversions(rows, tool):
    """Pairs that stand in the wrong order, of those that are 10 % apart or more."""
    wrong = pairs = 0
    for i, a in enumerate(rows):
        for b in rows[:i]:
            x, y = a.true() * a.calls, b.true() * b.calls
            if abs(x - y) > 0.1 * max(x, y):
                pairs += 1
                wrong += (x < y) != (a.own(tool) * a.calls < b.own(tool) * b.calls)
    return wrong, pairs


def covered(row, ns, bar):
    """By two error bars, where the truth's own doubt is allowed for."""
    return abs(ns - row.true()) <= 2 * bar + row.doubt() * abs(row.true())


def show_rows(rows, tools):
    print(f"  {'own time of':16} {'true, ns a call':>17} " +
          "".join(f"{t:>16}" for t in tools))
    for row in rows:
        line = f"  {row.name:16} {row.true():10.0f} +-{100 * spread(row.alone) / row.true():3.0f}%"
        for tool in tools:
            if tool not in row.said:
                line += f"{'-':>16}"
            elif tool in EVENT_US:
                mark = " " if row.good(tool) else "." if row.small(tool) else "!"
                line += f"{100 * row.error(tool):+9.1f}%{row.bars(tool):4.1f}b{mark}"
            else:
                line += f"{100 * row.error(tool):+15.1f}%"
        print(line)


def summary(rows, tool):
    have = [r for r in rows if tool in r.said]
    total = sum(r.own(tool) * r.calls for r in have) / sum(r.true() * r.calls for r in have) - 1
    wrong, pairs = inversions(have, tool)
    line = (f"  {tool:9} total {100 * total:+8.2f}%; in the wrong order {wrong:3} of {pairs} pairs; "
            f"error of a row, median {100 * median([abs(r.error(tool)) for r in have]):5.1f}%")
    if tool not in EVENT_US:
        return line
    judged = [r for r in rows if not r.small(tool)]
    each = [covered(r, ns, bar) for r in rows for ns, bar in r.said[tool]]
    beaten = [r.beats(tool, "cProfile") for r in rows if "cProfile" in r.said]
    return (f"{line}; good {sum(r.good(tool) for r in judged)} of {len(judged)} that are judged; "
            f"within two bars {100 * sum(each) / len(each):.0f}% of all; no worse than cProfile on "
            f"{sum(beaten)} of {len(beaten)}")


def proof(build, command, backends, rounds):
    os.environ["BPFPROF_STATE"] = os.devnull  # no stored constants: each run measures its own
    target = Known(command)
    rows = [Row(*r) for r in target.rows]
    others, constants = ["cProfile", "yappi", "profile"], {}
    for _ in range(rounds):
        for tool in backends + others:
            for _ in range(6):
                passed = target.ask("truth")
                for row in rows:
                    row.time(passed)
            if tool in backends:
                constants.setdefault(tool, []).append(under_bpfprof(target, build, tool, rows))
            elif not under_other(target, tool, rows):
                others.remove(tool)
    target.close()
    print(" proof: error of own times, corrected; for bpfprof also by its own error bars (b; ! is "
          "more than two and more than 5 %; . the same where less is done between two events than "
          "is judged, and of the loops that call):")
    show_rows(rows, backends + others)
    for tool in [t for b in backends for t in (b, b + " raw")] + others:
        print(summary(rows, tool))
    for tool, found in constants.items():
        print(f"  {tool:9} " + ", ".join(
            f"{k} {median([b[k] for b in found]):.1f} ({min(b[k] for b in found):.1f} to "
            f"{max(b[k] for b in found):.1f})"
            for k in ("inside_ns", "inside_error_ns", "outside_ns", "outside_error_ns")),
            flush=True)


def sampled(command, program, n):
    """{function: samples within it} of a run under perf, with the interpreter's own trampolines
    (-X perf, 3.12 and later): a sample belongs to the innermost of them on its stack."""
    with tempfile.NamedTemporaryFile(suffix=".data") as data:
        p = subprocess.Popen(["perf", "record", "-q", "-e", "cpu-clock", "-F", "997", "--call-graph",
                              "dwarf,8192", "-o", data.name, "--", *command],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True)
        p.communicate(f"{program} {n} none\n")
        said = subprocess.run(["perf", "script", "-i", data.name, "-F", "pid,ip"],
                              capture_output=True, text=True).stdout
    stacks = [s.split() for s in said.split("\n\n") if s.strip()]
    path = f"/tmp/perf-{collections.Counter(s[0] for s in stacks).most_common(1)[0][0]}.map"
    with open(path) as lines:
        places = sorted((int(a, 16), int(size, 16), name) for a, size, name in
                        (line.rstrip("\n").split(" ", 2) for line in lines))
    os.unlink(path)
    starts, found = [p[0] for p in places], collections.Counter()
    for stack in stacks:
        for ip in (int(x, 16) for x in stack[1:] if x != "(inlined)"):
            at = places[bisect.bisect(starts, ip) - 1]
            if at[0] <= ip < at[0] + at[1]:
                _, _, name, file = at[2].split(":", 3)
                found[name, os.path.basename(file)] += 1
                break
    return found, len(stacks)


def shares(times):
    """Imports, of which only the sampled run has some, apart."""
    times = {k: v for k, v in times.items() if not k[1].startswith("<")}
    total = sum(times.values())
    return {k: v / total for k, v in times.items()}


def shares_of(build, target, backend, program, n):
    with Bpfprof(build, target.pid, backend) as profiler:
        target.run(program, n)
    times = collections.Counter()
    for f in profiler.report["functions"]:
        times[f["qualname"] or f["name"], os.path.basename(f["file"])] += (
            f["tottime_ns"] - f["own_off_ns"])
    return shares(times)


def real(build, command, under_perf, backends, program, n):
    """The top ten of a real program by each backend, against samples."""
    counted, all_of_them = sampled(under_perf, program, n)
    by_perf = shares(counted)
    target = Target(command)
    target.run(program, n // 4)
    print(f" {program}, own time by backend beside {sum(counted.values())} samples of perf ("
          f"{all_of_them - sum(counted.values())} more had no Python frame). Not comparable: the "
          "trampolines cost each call time too, which is in the samples; a sample has no error bar "
          "below the root of its count; imports are in neither.")
    first = sorted(by_perf, key=by_perf.get)[:-11:-1]
    for backend in backends:
        own = shares_of(build, target, backend, program, n)
        top = sorted(own, key=own.get)[:-11:-1]
        print(f"  {backend}: {len(set(top) & set(first))} of its top ten are in that of perf")
        for k in top:
            seen = by_perf.get(k, 0)
            error = (seen / sum(counted.values())) ** 0.5
            print(f"    {100 * own[k]:5.1f} %, sampled {100 * seen:5.1f} +- {100 * error:3.1f} %  "
                  f"{k[1]}:{k[0]}", flush=True)
    target.close()
