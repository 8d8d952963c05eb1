# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What it costs to be looked at: the processor time of bpfprof itself, as percent of one core, while a
program of many functions works at a steady rate. Beside the rate at which the target's calls come, what a live
view adds is its own: more than the plain run, which only counts."""
import contextlib
import http.server
import os
import pty
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from tools import LAST_CPU

FUNCTIONS = 2000
SECONDS, AGENT_SECONDS = 10, 60
TICKS = os.sysconf("SC_CLK_TCK")
SHOP = f"""
import time
for i in range({FUNCTIONS}):
    exec(f"def shop_{{i}}(): pass")
shops = [globals()[f"shop_{{i}}"] for i in range({FUNCTIONS})]
print("ready", flush=True)
while True:
    for shop in shops: shop()
    time.sleep(.02)
"""


def cpu_s(pid):
    """Of the process and of what it has waited for, in seconds."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
        return sum(map(int, f.read().rsplit(")", 1)[1].split()[11:15])) / TICKS


def percent(pid, seconds):
    begin, was = time.monotonic(), cpu_s(pid)
    time.sleep(seconds)
    return 100 * (cpu_s(pid) - was) / (time.monotonic() - begin)


@contextlib.contextmanager
def target():
    p = subprocess.Popen(["/usr/bin/python3", "-c", SHOP], stdout=subprocess.PIPE,
                         preexec_fn=lambda: os.sched_setaffinity(0, {LAST_CPU}))
    p.stdout.readline()
    try:
        yield p.pid
    finally:
        p.kill()
        p.wait()


def drained(fd):
    """Reads on, so that whoever writes there never waits."""
    def drain():
        with contextlib.suppress(OSError):
            while os.read(fd, 1 << 16):
                pass
    threading.Thread(target=drain, daemon=True).start()


@contextlib.contextmanager
def piped(command, word):
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = b""
    while word not in said:
        more = os.read(p.stderr.fileno(), 4096)
        if not more:
            raise RuntimeError(said.decode(errors="replace").strip()[-200:])
        said += more
    drained(p.stderr.fileno())
    try:
        yield p.pid
    finally:
        p.terminate()
        p.wait()


@contextlib.contextmanager
def on_terminal(command):
    pid, fd = pty.fork()
    if not pid:
        os.environ["TERM"] = "xterm-256color"
        os.execv("/bin/sh", ["sh", "-c", 'stty rows 50 cols 160; exec "$@"', "sh", *command])
    seen = b""
    while b"since the start" not in seen:
        seen += os.read(fd, 4096)
    drained(fd)
    try:
        yield pid
    finally:
        os.write(fd, b"q")
        os.waitpid(pid, 0)


def answers(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return b"bpfprof" in answer.read()
    except urllib.error.HTTPError:  # there are no figures yet
        return False


def scraped(pid, url, seconds):
    """A scrape each second."""
    while not answers(url):
        time.sleep(0.1)
    begin, was = time.monotonic(), cpu_s(pid)
    while time.monotonic() - begin < seconds:
        assert answers(url)
        time.sleep(1)
    return 100 * (cpu_s(pid) - was) / (time.monotonic() - begin)


class Sink(http.server.BaseHTTPRequestHandler):
    taken = 0

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        Sink.taken += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


def agent(bpfprof, pid):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as spool:
        p = subprocess.Popen([bpfprof, "agent", "--match", "shop_", "--push", f"http://127.0.0.1:{server.server_port}/ingest",
                              "--spool", spool], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            used = percent(p.pid, AGENT_SECONDS)
        finally:
            p.terminate()
            p.wait()
            server.shutdown()
    if not Sink.taken:
        raise RuntimeError("the agent has pushed nothing")
    return used


def views(bpfprof, pid):
    """Percent of a core, by view; each in turn."""
    attach = ["-p", str(pid)]
    with piped([bpfprof, *attach], b"profiling process") as me:
        yield "counts alone", percent(me, SECONDS)
    with piped([bpfprof, *attach, "-i", "1", "-f", "ndjson"], b"profiling process") as me:
        yield "-i 1 -f ndjson", percent(me, SECONDS)
    with on_terminal([bpfprof, "top", *attach]) as me:
        yield "top", percent(me, SECONDS)
    port = 9123
    with piped([bpfprof, "serve", *attach, "--listen", f"127.0.0.1:{port}"], b"http") as me:
        yield "serve, a scrape each second", scraped(me, f"http://127.0.0.1:{port}/metrics", SECONDS)
    yield "agent, 10 s of each 60", agent(bpfprof, pid)


def watched(build, rounds):
    taken = {}
    with target() as pid:
        for _ in range(rounds):
            for name, value in views(os.path.join(build, "bpfprof"), pid):
                taken.setdefault(name, []).append(value)
    print(f" who looks at {FUNCTIONS:,} functions, in percent of a core:")
    for name, values in taken.items():
        print(f"  {name:28} {statistics.median(values):5.2f}  ({min(values):.2f} to {max(values):.2f})", flush=True)


if __name__ == "__main__":
    watched(sys.argv[1], 1)
