# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs on the kernel under test: each backend, launched and attached, has to count what was called.
Prints "result BACKEND WORD", and what bpfprof said where the word is no "exact".
"""
import json
import os
import signal
import subprocess

BPFPROF = "/work/build/bpfprof"
PROGRAM = """def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
import sys
for line in sys.stdin: print(fib(15), flush=True)"""
IGNORING = """import signal
signal.signal(signal.SIGTRAP, signal.SIG_IGN)
"""  # steps in such a process are to leave that as it was
CALLS = 1973  # of fib, for fib(15)
OUT = "/tmp/p.json"
BULLSEYE = "/var/cache/bpfprof/bullseye/usr"
WITH_PROBES = ["env", "PYTHONHOME=" + BULLSEYE, "LD_LIBRARY_PATH=%s/lib/%s-linux-gnu" % (BULLSEYE, os.uname().machine),
               BULLSEYE + "/bin/python3.9"]
ALL = {"inline": ["--coroutines", "--io", "--builtins"], "eval": ["--coroutines", "--io"], "usdt": ["--io"]}
PYTHONS = {"inline": ["/usr/bin/python3"], "eval": ["/usr/bin/python3"], "usdt": WITH_PROBES}


def bpfprof(backend, *args):
    return [BPFPROF, "--bias", "off", "--backend=" + backend, "-o", OUT, *args]


def differs(name, want):
    """How, or None. And the file goes, so that the next run's is its own."""
    if not os.path.exists(OUT):
        return "no profile"
    with open(OUT, encoding="utf-8") as f:
        profile = json.load(f)
    os.unlink(OUT)
    got = sum(f["ncalls"] for f in profile["functions"] if f["name"] == name)
    return None if got == want else f"{got} calls of {name}, not {want}; lost: {profile['losses']}"


def launched(backend, command, name, want, options=()):
    p = subprocess.run(bpfprof(backend, "-q", *options, "--", *command), input="once\n", capture_output=True, text=True)
    return differs(name, want), p.stderr


def asked(target):
    """The program calls fib, and says what came of it; nothing where it has died."""
    try:
        target.stdin.write("once\n")
        target.stdin.flush()
    except BrokenPipeError:
        return ""
    return target.stdout.readline()


def attached(backend, python):
    target = subprocess.Popen(python + ["-c", IGNORING + PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True)
    asked(target)
    p = subprocess.Popen(bpfprof(backend, "-p", str(target.pid)), stderr=subprocess.PIPE, text=True)
    said = ""
    for line in p.stderr:
        said += line
        if "profiling process" in line:
            asked(target)
            p.send_signal(signal.SIGINT)
    p.wait()
    with open("/proc/%d/status" % target.pid, encoding="ascii") as status:
        ignores = [int(line.split()[1], 16) >> signal.SIGTRAP - 1 & 1 for line in status if line.startswith("SigIgn")]
    whole = asked(target) == "610\n" and ignores == [1]
    target.kill()
    target.wait()
    return differs("fib", CALLS) or (None if whole else "the program has died, or takes SIGTRAPs"), said


def tell(backend, outcomes):
    bad = [(how, said) for how, said in outcomes if how]
    print("result", backend, "differs" if bad and not bad[0][1] else "refused" if bad else "exact")
    print("".join("# %s\n" % line for how, said in bad for line in (said or how).splitlines()), end="", flush=True)


def main():
    for backend, python in PYTHONS.items():
        command = python + ["-c", PROGRAM]
        tell(backend, [launched(backend, command, "fib", CALLS), attached(backend, python),
                       launched(backend, command, "fib", CALLS, ALL[backend])])
    tell("markers", [launched("markers", ["/work/build/tests/markers/example", "100"], "<block query>", 200)])


main()
