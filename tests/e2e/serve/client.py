# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Asks a "bpfprof serve" that runs, and tells for each case whether it was right. The target calls
leaf so many times as a file tells it to. client.py PORT GO CALLS ENDS TOOLS SHARE"""
import base64
import collections
import gzip
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading

import asking
from asking import until

PORT, GO, CALLS, ENDS, TOOLS, SHARE = sys.argv[1:]
PORT, CALLS = int(PORT), int(CALLS)


def case(name, good, why=""):
    asking.case("serve/exact_and_live", name, good, why)


def get(path, method="GET", **headers):
    return asking.get(PORT, path, method, **headers)


def metrics(accept="text/plain"):
    status, body, _ = get("/metrics", Accept=accept)
    return body.decode() if status == 200 else None


def samples(text, name):
    return {m[1]: float(m[2]) for m in re.finditer(rf"^{name}\{{(.*)\}} (\S+)$", text, re.M)}


def leaf_calls(text):
    return sum(n for labels, n in samples(text, "bpfprof_calls_total").items() if 'function="leaf"' in labels)


def refusals():
    want = [("/metrics", {"Host": "evil.example"}, "GET", 403),
            ("/metrics", {"Origin": "http://evil.example"}, "GET", 403),
            ("/metrics", {}, "POST", 405), ("/nothing", {}, "GET", 404), ("/../etc/passwd", {}, "GET", 404),
            ("/debug/pprof/profile?seconds=x", {}, "GET", 400),
            ("/debug/pprof/profile?seconds=-1", {}, "GET", 400),
            ("/metrics", {"Host": f"localhost:{PORT}"}, "GET", 200), ("/metrics", {}, "HEAD", 200)]
    for path, headers, method, status in want:
        got = get(path, method, **headers)[0]
        case(f"{method} {path} {headers}", got == status, f"{got}, not {status}")


class Slow:
    """So many clients that ask for a profile and take a byte of it now and then."""
    def __init__(self, n):
        self.sockets = [socket.create_connection(("127.0.0.1", PORT)) for _ in range(n)]
        for s in self.sockets:
            s.sendall(b"GET /profile.json HTTP/1.1\r\nHost: localhost\r\n\r\n")

    def sip(self):
        return sum(len(s.recv(1)) for s in self.sockets)

    def close(self):
        for s in self.sockets:
            s.close()


def slow_clients():
    slow = Slow(200)
    before = samples(metrics(), "bpfprof_calls_total")
    sips = [slow.sip() for _ in range(3)]
    after = until(lambda: (t := metrics()) and samples(t, "bpfprof_calls_total") != before)
    case("200 clients that take a byte at a time", sips == [200] * 3 and after, sips)
    slow.close()


def silent_clients():
    silent = [socket.create_connection(("127.0.0.1", PORT)) for _ in range(300)]
    before = samples(metrics(), "bpfprof_calls_total")
    case("300 clients that say nothing", until(lambda: samples(metrics(), "bpfprof_calls_total") != before), before)
    for s in silent:
        s.close()


def stream():
    """The stream from before the calls to its end."""
    lines = []
    c = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    c.request("GET", "/events")
    r = c.getresponse()
    lines.append(json.loads(r.readline()))

    def follow():
        for line in r:
            lines.append(json.loads(line))

    thread = threading.Thread(target=follow)
    thread.start()
    return lines, thread


def check_stream(lines, thread):
    thread.join(60)
    records = [line["record"] for line in lines]
    case("the stream begins and ends", records[0] == "meta" and records[-1] == "end" and
         set(records[1:-1]) == {"tick"}, records)
    case("its lines are numbered", [line["sequence"] for line in lines] == list(range(len(lines))), records)
    case("they are of one run", len({line["run"] for line in lines}) == 1, lines)
    ticks = lines[1:-1]
    case("its spans follow on one another", all(
        a["start_ns"] + a["duration_ns"] == b["start_ns"] for a, b in zip(ticks, ticks[1:])), ticks)
    calls = sum(f["ncalls"] for t in ticks for f in t["functions"] if f["name"] == "leaf")
    case("its calls add up", calls == CALLS, calls)


def pprof_span():
    """A span that the calls are in."""
    found = {}

    def scrape():
        found["answer"] = get("/debug/pprof/profile?seconds=1")

    thread = threading.Thread(target=scrape)
    thread.start()
    thread.join(60)
    status, body, r = found["answer"]
    good = status == 200 and gzip.decompress(body)
    case("a span for pprof", good, status)
    with tempfile.NamedTemporaryFile(suffix=".pb.gz") as f:
        f.write(body)
        f.flush()
        raw = subprocess.run([f"{TOOLS}/pprof", "-raw", f.name], capture_output=True, text=True).stdout
    m = re.search(r"^Duration: ([0-9.]+)", raw, re.M)
    case("it is a second or more, and not the run", m and 1 <= float(m[1]), raw[:300])


def promtool(*args, **more):
    return subprocess.run([f"{TOOLS}/promtool", *args], capture_output=True, text=True, **more)


def by_reason(text, name):
    """Seconds of each reason that there was, of whatever has them."""
    sums = collections.Counter()
    for labels, seconds in samples(text, name).items():
        sums[re.search('reason="(\\w+)"', labels)[1]] += round(seconds * 1e9)
    return +sums


def waits(text):
    run = by_reason(text, "bpfprof_blocked_seconds_total")
    for of in ("own", "process"):
        found = by_reason(text, f"bpfprof_{of}_blocked_seconds_total")
        case(f"waits by reason add up, {of}", found and found == run, (found, run))


def exposition():
    old, new = metrics(), metrics("application/openmetrics-text; version=1.0.0")
    checked = promtool("check", "metrics", input=old)
    waits(old)
    case("promtool check metrics", checked.returncode == 0 and not checked.stdout, checked.stdout + checked.stderr)
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
    families = {f.name: f for f in text_string_to_metric_families(new)}
    case("it is OpenMetrics", families["bpfprof_calls"].type == "counter", families.keys())
    rules = promtool("check", "rules", f"{SHARE}/prometheus/bpfprof.rules.yml")
    case("promtool check rules", rules.returncode == 0, rules.stderr)


def unpacked(page):
    """What a browser reads after the first rows."""
    return b"".join(gzip.decompress(base64.b64decode(part)) for part in re.findall(rb"data-part=[^>]*>([^<]+)<", page))


def run():
    first = until(metrics)
    case("metrics", first, "none within a minute")
    case("index", b"/metrics" in get("/")[1], "no /metrics")
    case("profile.json", json.loads(get("/profile.json")[1])["schema"].startswith("bpfprof/"), "no schema")
    page = get("/report.html")
    case("report.html", page[0] == 200 and b"leaf" in unpacked(page[1]) and "html" in page[2].getheader("Content-Type"), page[0])
    refusals()
    exposition()
    lines, thread = stream()
    open(GO, "w", encoding="utf-8").close()
    grown = until(lambda: (t := metrics()) and leaf_calls(t) == CALLS)
    case("every call is counted", grown, leaf_calls(metrics()))
    pprof_span()
    slow_clients()
    silent_clients()
    os.kill(int(ENDS), 2)
    check_stream(lines, thread)


run()
