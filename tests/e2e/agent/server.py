# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A server that takes profiles as Pyroscope, Parca and collectors do, and looks closely at them.

server.py DIR [CERTIFICATE KEY]: its port goes to DIR/port. How a request is answered stands in DIR/answer
as it comes: nothing or a status, "later" (429, in a second), "hangs" (no answer), "closes", "garbage" (no HTTP),
"endless" (500, whose text does not end), "elsewhere" (a redirect to here). HOST: where it listens. Each request
is a line in DIR/asked, what was taken one in DIR/seen: what it says, as JSON.
"""
import gzip
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

here = os.path.dirname(os.path.abspath(__file__))
work = sys.argv[1]
HOST = os.environ.get("HOST", "127.0.0.1")
subprocess.run(["protoc", "-I", here, "--python_out", work]
               + [name for name in os.listdir(here) if name.endswith(".proto")], cwd=here, check=True)
sys.path.insert(0, work)
from google.protobuf import json_format  # noqa: E402
import otlp_pb2  # noqa: E402
import parca_pb2  # noqa: E402
import pprof_pb2  # noqa: E402
import pyroscope_pb2  # noqa: E402


def no_unknown(message):
    """Fields that are not in the published messages."""
    assert not len(message.UnknownFields()), message
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for one in value if field.label == field.LABEL_REPEATED else [value]:
                no_unknown(one)


def parsed(message, data):
    message.ParseFromString(data)
    no_unknown(message)
    return message


def pprof(data):
    p = parsed(pprof_pb2.Profile(), gzip.decompress(data))
    text = p.string_table
    assert text[0] == ""
    types = [(text[t.type], text[t.unit]) for t in p.sample_type]
    assert types[:2] == [("calls", "count"), ("own", "nanoseconds")], types
    assert not any("-" in t for t, _ in types), types  # Pyroscope takes none of these
    assert (text[p.period_type.type], text[p.period_type.unit], p.period) == ("wall", "nanoseconds", 1)
    assert text[p.default_sample_type] == "own"
    functions = {f.id: text[f.system_name] for f in p.function}
    locations = {l.id: functions[l.line[0].function_id] for l in p.location}
    assert 0 not in functions and 0 not in locations
    calls, deepest = {}, 0
    for s in p.sample:
        assert len(s.value) == len(types) and s.location_id
        name = locations[s.location_id[0]]
        calls[name] = calls.get(name, 0) + s.value[0]
        deepest = max(deepest, len(s.location_id))
    assert abs(p.time_nanos / 1e9 - time.time()) < 3600 and p.duration_nanos > 0
    return {"calls": calls, "deepest": deepest, "seconds": p.duration_nanos / 1e9}


def series_of(message):
    (series,) = message.series
    (sample,) = series.samples
    return series, sample


def push(request, body):
    assert request.headers["Content-Type"] == "application/proto"
    assert request.headers["Connect-Protocol-Version"] == "1"
    series, sample = series_of(parsed(pyroscope_pb2.PushRequest(), body))
    assert len(sample.ID) == 36
    return {"id": sample.ID, "labels": [[l.name, l.value] for l in series.labels], **pprof(sample.raw_profile)}


def writeraw(request, body):
    assert request.headers["Content-Type"] == "application/json"
    series, sample = series_of(json_format.Parse(body, parca_pb2.WriteRawRequest()))
    return {"labels": [[l.name, l.value] for l in series.labels.labels], **pprof(sample.raw_profile)}


def ingest(request, body):
    query = dict(urllib.parse.parse_qsl(request.path.partition("?")[2], strict_parsing=True))
    assert query["format"] == "pprof"
    seconds = int(query["until"]) - int(query["from"])
    assert 0 <= seconds < 600 and abs(int(query["until"]) - time.time()) < 3600
    name, _, rest = query["name"].partition("{")
    assert rest.endswith("}")
    labels = [pair.split("=") for pair in rest[:-1].split(",")]
    return {"labels": [["__name__", "bpfprof"], ["service_name", name]] + labels, **pprof(body)}


def otlp(request, body):
    assert request.headers["Content-Type"] == "application/x-protobuf"
    message = parsed(otlp_pb2.ExportProfilesServiceRequest(), body)
    d = message.dictionary
    text = d.string_table
    for table in (d.mapping_table, d.location_table, d.function_table, d.stack_table, d.attribute_table):
        assert not table[0].ListFields()
    assert text[0] == "" and len(d.link_table) == 1 and not any(d.link_table[0].span_id)
    (resource,) = message.resource_profiles
    (scope,) = resource.scope_profiles
    assert scope.scope.name == "bpfprof"
    profiles = {(text[p.sample_type.type_strindex], text[p.sample_type.unit_strindex]): p for p in scope.profiles}
    assert list(profiles)[:2] == [("calls", "count"), ("own", "nanoseconds")], list(profiles)
    assert len({p.profile_id for p in scope.profiles}) == len(scope.profiles) == len(profiles)
    calls, deepest = {}, 0
    for p in scope.profiles:
        assert len(p.profile_id) == 16 and p.duration_nano and p.period == 1
        assert abs(p.time_unix_nano / 1e9 - time.time()) < 3600
        assert text[p.period_type.type_strindex] == "wall"
        for s in p.samples:
            stack = [d.function_table[d.location_table[l].lines[0].function_index]
                     for l in d.stack_table[s.stack_index].location_indices]
            assert stack and s.stack_index and len(s.values) == 1
            name = text[stack[0].name_strindex]
            assert text[stack[0].filename_strindex]
            deepest = max(deepest, len(stack))
            if p is scope.profiles[0]:
                calls[name] = calls.get(name, 0) + s.values[0]
    labels = [[a.key, a.value.string_value or str(a.value.int_value)] for a in resource.resource.attributes]
    return {"labels": [["__name__", "bpfprof"]] + labels, "calls": calls, "deepest": deepest}


ways = {"/v1development/profiles": otlp, "/push.v1.PusherService/Push": push, "/profiles/writeraw": writeraw, "/ingest": ingest}


def note(name, text):
    with open(os.path.join(work, name), "a") as f:
        f.write(text + "\n")


def look(request, body):
    path = request.path.partition("?")[0]
    seen = ways[path](request, body)
    names = [name for name, _ in seen["labels"]]
    assert len(set(names)) == len(names), names
    seen["labels"] = dict(seen["labels"])
    assert seen["labels"]["__name__"] == "bpfprof"
    seen.update(path=path, headers={k: v for k, v in request.headers.items() if k in ("X-Scope-OrgID", "Authorization")})
    return seen


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, text=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            with open(os.path.join(work, "answer")) as f:
                how = f.read().strip()
        except FileNotFoundError:
            how = ""
        note("asked", how)
        if how == "hangs":
            threading.Event().wait()
        elif how == "closes":
            self.close_connection = True
        elif how == "later":
            self.answer(429, b"too many", [("Retry-After", "1")])
        elif how == "garbage":
            self.wfile.write(b"\x1b[31m\xff\r\n" * 1000)
            self.close_connection = True
        elif how == "endless":
            self.send_response(500)
            self.end_headers()
            self.pour(b"x" * 65536)
        elif how == "elsewhere":
            self.answer(307, b"", [("Location", self.path)])
        elif how:
            self.answer(int(how), b"so it is\nanswered")
        else:
            self.take(body)

    def pour(self, text):
        try:
            while True:
                self.wfile.write(text)
        except OSError:
            note("left", "")
            self.close_connection = True

    def take(self, body):
        try:
            note("seen", json.dumps(look(self, body)))
        except Exception as why:
            note("wrong", f"{self.path}: {why!r}")
        self.answer(200)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    address_family = socket.AF_INET6 if ":" in HOST else socket.AF_INET

    def handle_error(self, request, client_address):
        pass  # a client that did not like the certificate


server = Server((HOST, int(os.environ.get("PORT", 0))), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
with open(os.path.join(work, "port.new"), "w") as f:
    f.write(str(server.server_port))
os.rename(os.path.join(work, "port.new"), os.path.join(work, "port"))
server.serve_forever()
