# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The measured process, and what is attached to it from outside."""
import json
import os
import signal
import subprocess
import tempfile
import time

LAST_CPU = max(os.sched_getaffinity(0))  # the targets'; whoever measures may have the others
BPFTRACE = """
BEGIN { printf("ready\\n"); }
usdt:%(path)s:python:function__entry { @depth[tid]++; @start[tid, @depth[tid]] = nsecs; @name[tid, @depth[tid]] = str(arg1); }
usdt:%(path)s:python:function__return /@depth[tid]/ {
  @inclusive[@name[tid, @depth[tid]]] = sum(nsecs - @start[tid, @depth[tid]]);
  delete(@start[tid, @depth[tid]]); delete(@name[tid, @depth[tid]]); @depth[tid]--; }
"""


class Target:
    def __init__(self, command):
        self.p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  preexec_fn=lambda: os.sched_setaffinity(0, {LAST_CPU}))
        self.p.stdout.readline()
        self.pid = self.p.pid

    def run(self, work, n, profiler="none"):
        """ns per call, or None where the interpreter has no such profiler."""
        self.p.stdin.write(f"{work} {n} {profiler}\n")
        self.p.stdin.flush()
        said = self.p.stdout.readline().strip()
        if not said:
            raise RuntimeError(f"the target ended in {work} {n} {profiler}")
        return None if said == "-" else float(said)

    def close(self):
        self.p.stdin.close()
        self.p.wait()


class Tool:
    """A tool attached to the target: from its word that it is ready to its end."""
    def __init__(self, args, word, stop=signal.SIGINT):
        self.args, self.stop = args, stop
        begin = time.perf_counter()
        self.p = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        seen = b""
        while word not in seen:
            more = os.read(self.p.stdout.fileno(), 4096)
            if not more:
                raise RuntimeError(f"{args[0]}: {seen.decode(errors='replace').strip()[:200]}")
            seen += more
        self.said = seen
        self.attach_s = time.perf_counter() - begin

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.stop:
            self.p.send_signal(self.stop)
        self.p.communicate()


class Bpfprof(Tool):
    """Once it has ended, report is what it counted, and a loss has been an error."""
    def __init__(self, build, pid, backend, *more):
        self.file = tempfile.NamedTemporaryFile(suffix=".json")
        super().__init__([f"{build}/bpfprof", f"--backend={backend}", "-v", "-p", str(pid), *more,
                          "-o", self.file.name], b"profiling process")

    def __exit__(self, *exc):
        super().__exit__(*exc)
        if self.p.returncode:
            raise RuntimeError(f"bpfprof ended with status {self.p.returncode}")
        with open(self.file.name, encoding="utf-8") as f:  # a fresh one has taken the name
            self.report = json.load(f)
        if self.report["losses"]:
            raise RuntimeError(f"bpfprof lost calls: {self.report['losses']}")


class Killed(Bpfprof):
    """What a bpfprof that was killed leaves in the target, once that leads straight on."""
    def __init__(self, build, pid):
        super().__init__(build, pid, "inline", "--bias", "off")
        self.build, self.pid = build, pid
        self.p.kill()
        self.p.communicate()
        time.sleep(2.5)  # it believes in bpfprof for two seconds

    def __exit__(self, *exc):
        with Bpfprof(self.build, self.pid, "inline", "--bias", "off"):
            pass


def clock_floor(build):
    """ns of two looks at the clock, and of two trampolines that do nothing but that."""
    said = subprocess.run([f"{build}/tests/bench/floor", "clock"], capture_output=True, text=True, check=True)
    return map(float, said.stdout.split())


def floor(build, pid, kind):
    return Tool([f"{build}/tests/bench/floor", kind, str(pid)], b"ready", stop=None)


def bpftrace(pid):
    """bpftrace 0.17 cannot read a note's arguments for a process in a chroot: there it is given
    the file alone, of which the target is then the only process."""
    script = BPFTRACE % {"path": os.readlink(f"/proc/{pid}/exe")}
    only = ["-p", str(pid)] if os.readlink(f"/proc/{pid}/root") == "/" else []
    return Tool(["bpftrace", "-B", "line", *only, "-e", script], b"ready")
