# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the requests of a server notice of bpfprof, which attaches to one worker after the other, profiles it for a
second and leaves again: Debian's gunicorn with Flask, at parts of what it can answer, phases with and without in turn."""
import collections
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

APP = """
from flask import Flask
app = Flask(__name__)
PAGE = app.jinja_env.from_string("<ul>{% for row in rows %}<li>{{ row.name }}: {{ row.n * 2 }}</li>{% endfor %}</ul>")
def row(n): return {"name": "row %d" % n, "n": n}
@app.route("/")
def page(): return PAGE.render(rows=[row(n) for n in range(100)])
"""
WORKERS = 2
LOADS = (0.05, 0.2, 0.5, 0.7)  # of what it can answer
PHASE_S = 6
ASKS = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "requests.py")]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, folder):
        with open(os.path.join(folder, "app.py"), "w", encoding="utf-8") as f:
            f.write(APP)
        self.port = free_port()
        self.p = subprocess.Popen(["/usr/bin/python3", "/usr/bin/gunicorn", "-w", str(WORKERS), "-b", f"127.0.0.1:{self.port}",
                                   "--chdir", folder, "app:app"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        while not self.answers() or len(self.workers()) < WORKERS:
            time.sleep(0.05)

    def asked(self, *args):
        """Whoever asks it: requests.py says what it does with these."""
        return subprocess.Popen([*ASKS, str(self.port), *map(str, args)], stdout=subprocess.PIPE, text=True)

    def can_answer(self, seconds):
        """Requests a second."""
        return float(self.asked(0, seconds, 2 * WORKERS).communicate()[0])

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def workers(self):
        with open(f"/proc/{self.p.pid}/task/{self.p.pid}/children", encoding="utf-8") as f:
            return [int(pid) for pid in f.read().split()]

    def close(self):
        self.p.send_signal(signal.SIGTERM)
        self.p.wait()


class Turn:
    """In, profiled, and out again; the ends of its three parts."""
    def __init__(self, build, pid, seconds):
        begin = time.monotonic()
        with subprocess.Popen([os.path.join(build, "bpfprof"), "-d", str(seconds), "-p", str(pid), "-o", os.devnull, "-f", "json"],
                              stderr=subprocess.PIPE, text=True) as p:
            said = p.stderr.readline()
            inside = time.monotonic()
            said += p.stderr.read()
        self.good = p.returncode == 0
        self.parts = (("coming", begin, inside), ("in", inside, inside + seconds), ("leaving", inside + seconds, time.monotonic()))
        if not self.good:
            print("  bpfprof:", said.strip(), flush=True)

    def part(self, due, answered):
        """Of what was under way meanwhile, the part that is least itself: to come and to go are short."""
        during = [name for name, begin, end in self.parts if due < end and answered > begin]
        return next((name for name in ("coming", "leaving", "in") if name in during), None)


class Phase:
    """Some seconds of requests, of each of which is kept when it was due and answered, and the turns meanwhile."""
    def __init__(self, of, rate, seed, phase_s):
        self.asked, self.turns, self.end = of.asked(rate, phase_s, seed), [], time.monotonic() + phase_s

    def turn(self, build, pids, seconds=1):
        while time.monotonic() + seconds < self.end:
            self.turns.append(Turn(build, pids[len(self.turns) % len(pids)], seconds))
        return len(self.turns)

    def finish(self):
        lines = [line.split() for line in self.asked.communicate()[0].splitlines()]
        self.failed = sum(good != "1" for _, _, good in lines)
        self.requests = [(float(due), float(answered)) for due, answered, _ in lines]
        self.ms = [1000 * (answered - due) for due, answered in self.requests]
        return self

    def parts(self):
        """Of each request, which part of a turn it was under way in."""
        for due, answered in self.requests:
            yield next((part for part in (t.part(due, answered) for t in self.turns) if part), "between")


def at(ms, share):
    return sorted(ms)[min(len(ms) - 1, int(share * len(ms)))]


def measure(of, build, rate, rounds, phase_s):
    phases = {"without": [], "with": []}
    for n in range(rounds):
        for kind in ("without", "with") if n % 2 else ("with", "without"):  # what drifts hits both alike
            phase = Phase(of, rate, n, phase_s)
            if kind == "with":
                phase.turn(build, of.workers())
            phases[kind].append(phase.finish())
    return phases


def say(load, rate, phases):
    both = {kind: [ms for p in of for ms in p.ms] for kind, of in phases.items()}
    limit = at(both["without"], 0.99)
    print(f"  {100 * load:.0f} % of its capacity, {rate:.0f} a second: "
          + ", ".join(f"p{100 * share:g} {at(both['without'], share):.2f} ms without, {at(both['with'], share):.2f} with: "
                      f"{at(both['with'], share) / at(both['without'], share):.2f}" for share in (0.5, 0.99, 0.999)))
    print("   p99 of a phase beside the other of its round: median "
          f"{statistics.median(at(b.ms, 0.99) / at(a.ms, 0.99) for a, b in zip(phases['without'], phases['with'])):.2f}")
    slow, all_of = collections.Counter(), collections.Counter()
    for phase in phases["with"]:
        for part, ms in zip(phase.parts(), phase.ms):
            all_of[part] += 1
            slow[part] += ms > limit
    print(f"   {100 * sum(slow.values()) / len(both['with']):.1f} % with are above the p99 without; as bpfprof is "
          + ", ".join(f"{part} {100 * slow[part] / n:.1f} % of {n}" for part, n in sorted(all_of.items())), flush=True)


def server(build, rounds=3, phase_s=PHASE_S, loads=LOADS):
    times = failed = requests = 0
    with tempfile.TemporaryDirectory() as folder:
        of = Server(folder)
        first = of.workers()
        try:
            capacity = of.can_answer(2)
            print(f" gunicorn with Flask, {WORKERS} workers, which answer {capacity:.0f} requests a second at most; in, a second, out")
            for load in loads:
                phases = measure(of, build, load * capacity, rounds, phase_s)
                say(load, load * capacity, phases)
                every = [p for kind in phases.values() for p in kind]
                times += sum(t.good for p in every for t in p.turns)
                failed += sum(p.failed for p in every)
                requests += sum(len(p.ms) for p in every)
        finally:
            same = of.workers() == first
            of.close()
    print(f"  {times} times in and out, {requests} requests, {failed} failed{'' if same else '; a worker has ended'}", flush=True)
    return failed


if __name__ == "__main__":
    server(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else PHASE_S,
           [float(part) for part in sys.argv[4:]] or LOADS)
