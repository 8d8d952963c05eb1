# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A real Prometheus scrapes a "bpfprof serve" that runs, and every expression of the dashboards is evaluated: none
may be empty. dashboards.py PORT TOOLS SHARE"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.parse

from asking import case, get, until

PORT, TOOLS, SHARE = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def panels(name):
    with open(f"{SHARE}/grafana/{name}", encoding="utf-8") as f:
        for panel in json.load(f)["panels"]:
            for target in panel["targets"]:
                yield panel["title"], target


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def query(port, expr):
    try:
        status, body, _ = get(port, "/api/v1/query?query=" + urllib.parse.quote(expr))
    except OSError:
        return None
    return json.loads(body)["data"]["result"] if status == 200 else None


def ask_prometheus(port):
    for title, target in panels("bpfprof.json"):
        expr = target["expr"].replace("$__rate_interval", "10s").replace("$instance", ".*")
        case("serve/every_panel_of_the_dashboards", title, until(lambda e=expr: query(port, e)), expr)


def prometheus():
    with tempfile.TemporaryDirectory() as work:
        port = free_port()
        with open(f"{work}/prometheus.yml", "w", encoding="utf-8") as f:
            json.dump({"global": {"scrape_interval": "1s"}, "scrape_configs": [
                {"job_name": "bpfprof", "static_configs": [{"targets": [f"127.0.0.1:{PORT}"]}]}]}, f)
        p = subprocess.Popen([f"{TOOLS}/prometheus", f"--config.file={work}/prometheus.yml",
                              f"--storage.tsdb.path={work}/data", f"--web.listen-address=127.0.0.1:{port}"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            ask_prometheus(port)
        finally:
            p.kill()
            p.wait()


def member(row, selector):
    """What a selector of the Infinity data source finds: names joined by dots."""
    for name in selector.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    return row


def ask_json():
    """The dashboard on the JSON: its rows are there, and each of its columns."""
    for title, target in panels("bpfprof-json.json"):
        path = target["url"].removeprefix("${url}")
        rows = member(json.loads(get(PORT, path)[1]), target["root_selector"])
        rows = [rows] if isinstance(rows, dict) else rows
        missing = [c["selector"] for c in target["columns"]
                   if not any(member(row, c["selector"]) is not None for row in rows or [])]
        case("serve/every_panel_of_the_dashboards", f"JSON, {title}", rows and not missing, f"no {missing} in {path}")


prometheus()
ask_json()
