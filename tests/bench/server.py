# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the requests of a server notice of bpfprof, which attaches to one worker after the other, profiles it for a
second and leaves again: Debian's gunicorn with Flask, some requests a second, phases with and without in turn."""
import collections
import os
import http.client
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
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
CLIENTS = 4
RATE = 60  # requests a second, of all clients
PHASE_S = 12


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

    def ask(self):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        c.request("GET", "/")
        answer = c.getresponse()
        whole = answer.read().endswith(b"<li>row 99: 198</li></ul>")
        c.close()
        return answer.status == 200 and whole

    def answers(self):
        try:
            return self.ask()
        except OSError:
            return False

    def workers(self):
        with open(f"/proc/{self.p.pid}/task/{self.p.pid}/children", encoding="utf-8") as f:
            return [int(pid) for pid in f.read().split()]

    def close(self):
        self.p.send_signal(signal.SIGTERM)
        self.p.wait()


class Load:
    """Requests that are begun at their time, whether or not the ones before were answered; how long each took from then."""
    def __init__(self, server):
        self.server, self.phase = server, None
        self.ms, self.failed = collections.defaultdict(list), []
        self.over = threading.Event()
        self.clients = [threading.Thread(target=self.run, args=(i,)) for i in range(CLIENTS)]
        for c in self.clients:
            c.start()

    def run(self, i):
        at = time.monotonic() + i / RATE
        while not self.over.wait(max(0, at - time.monotonic())):
            phase = self.phase
            try:
                good = self.server.ask()
            except Exception as e:  # whatever goes wrong is a request that failed
                good, why = False, repr(e)
            else:
                why = "another answer"
            if not good:
                self.failed.append(why)
            if phase:
                self.ms[phase].append(1000 * (time.monotonic() - at))
            at += CLIENTS / RATE

    def close(self):
        self.over.set()
        for c in self.clients:
            c.join()


def in_and_out(build, pid, seconds):
    """1; 0 where bpfprof says that it did not do it."""
    done = subprocess.run([os.path.join(build, "bpfprof"), "-q", "-d", str(seconds), "-p", str(pid), "-o", os.devnull, "-f", "json"],
                          stderr=subprocess.PIPE, check=False)
    if done.returncode:
        print("  bpfprof:", done.stderr.decode(errors="replace").strip(), flush=True)
    return done.returncode == 0


def at(ms, share):
    return sorted(ms)[min(len(ms) - 1, int(share * len(ms)))]


def server(build, rounds=5, phase_s=PHASE_S):
    times, ratios = 0, []
    with tempfile.TemporaryDirectory() as folder:
        of = Server(folder)
        first = of.workers()
        load = Load(of)
        try:
            for n in range(rounds):
                for kind in ("without", "with") if n % 2 else ("with", "without"):  # what drifts hits both alike
                    load.phase = kind, n
                    end = time.monotonic() + phase_s
                    while kind == "with" and time.monotonic() < end:
                        times += in_and_out(build, first[times % WORKERS], 1)
                    time.sleep(max(0, end - time.monotonic()))
                ratios.append(at(load.ms["with", n], 0.99) / at(load.ms["without", n], 0.99))
        finally:
            load.close()
            same = of.workers() == first
            of.close()
    both = {kind: [ms for (k, _), all_of in load.ms.items() if k == kind for ms in all_of] for kind in ("without", "with")}
    print(f" gunicorn with Flask, {WORKERS} workers, {RATE} requests a second; in, a second, out, {times} times: "
          f"{sum(map(len, both.values()))} requests, {len(load.failed)} failed {load.failed[:3] or ''}"
          f"{'' if same else '; a worker has ended'}")
    for share in (0.5, 0.99, 0.999):
        without, under = at(both["without"], share), at(both["with"], share)
        print(f"  p{100 * share:g}: {without:.1f} ms without, {under:.1f} with: {under / without:.2f}")
    print(f"  p99 of a phase beside the other of its round: median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
          flush=True)
    return len(load.failed)


if __name__ == "__main__":
    server(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else PHASE_S)
