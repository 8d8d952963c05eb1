# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the requests of a server notice of bpfprof, which attaches to one worker after the other, profiles it for a
second and leaves again: Debian's gunicorn with Flask, at parts of what it can answer, phases without, with bpfprof staying
in one worker, and with it in and out in turn. To stay is what counting costs; what in and out adds to that is coming and going."""
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
LOADS = (0.05, 0.2, 0.5)  # of what it can answer
PHASE_S = 6
COMES_S = 0.8  # at most, and goes
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
    turns = {"without": None, "staying": phase_s - COMES_S, "in and out": 1}  # how long each is
    phases = {kind: [] for kind in turns}
    for n in range(rounds):
        for kind in list(turns)[::1 if n % 2 else -1]:  # what drifts hits all alike
            phase = Phase(of, rate, n, phase_s)
            if turns[kind]:
                phase.turn(build, of.workers()[n % 2:] + of.workers()[:n % 2], turns[kind])
            phases[kind].append(phase.finish())
    return phases


def say_slow(phases, limit):
    """How many of the requests in each part of a turn took longer than that."""
    slow, all_of = collections.Counter(), collections.Counter()
    for phase in phases:
        for part, ms in zip(phase.parts(), phase.ms):
            all_of[part] += 1
            slow[part] += ms > limit
    print("    of them slower than that without, as bpfprof is "
          + ", ".join(f"{part} {100 * slow[part] / n:.1f} % of {n}" for part, n in sorted(all_of.items())), flush=True)


def say(load, rate, phases):
    every = {kind: [ms for p in of for ms in p.ms] for kind, of in phases.items()}
    print(f"  {100 * load:.0f} % of its capacity, {rate:.0f} a second:")
    for kind, ms in every.items():
        print(f"   {kind:10} " + ", ".join(f"p{100 * share:g} {at(ms, share):.2f} ms ({at(ms, share) / at(every['without'], share):.2f})"
                                           for share in (0.5, 0.99, 0.999)))
    ratios = [at(b.ms, 0.99) / at(a.ms, 0.99) for a, b in zip(phases["staying"], phases["in and out"])]
    print(f"    p99 in and out beside staying, of a round: median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    say_slow(phases["in and out"], at(every["without"], 0.99))


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
