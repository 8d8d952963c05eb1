# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""nomore.py SPY PID: whether the process that wrote SPY (targets/spy.py) may do no more than PID."""
import os
import sys


def status(lines):
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def limits(lines):
    rows = (line[:26].strip() and (line[:26].strip(), line[26:].split()[:2]) for line in lines
            if line.startswith("Max "))
    big = {"unlimited": 2**64}
    return {name: [big.get(v) or int(v) for v in values] for name, values in rows}


spy = open(sys.argv[1]).read().splitlines()
proc = "/proc/%s/" % sys.argv[2]
it, its = status(spy), status(open(proc + "status").read().splitlines())
for name in "Uid", "Gid", "Groups":
    assert it[name].split() == its[name].split(), (name, it[name], its[name])
for name in "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb":
    more = int(it[name], 16) & ~int(its[name], 16)
    assert not more, "%s: %x more" % (name, more)
assert it["NoNewPrivs"] == "1", "it may gain privileges"
for name in "cgroup ipc mnt net pid time user uts".split():
    assert "ns " + os.readlink(proc + "ns/" + name) in spy, "another namespace: " + name
for line in open(proc + "cgroup").read().splitlines():
    # from another namespace of groups, the same group has another name
    if "freezer" not in line and os.readlink(proc + "ns/cgroup") == os.readlink("/proc/self/ns/cgroup"):
        assert "cgroup " + line in spy, "another group: " + line
mine = limits(spy)
for name, values in limits(open(proc + "limits").read().splitlines()).items():
    assert mine[name] <= values, (name, mine[name], values)
