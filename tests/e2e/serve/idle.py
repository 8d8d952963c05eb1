# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Of two threads that wait at locks all the time, one waits for work. idle.py PORT"""
import re
import sys

from asking import case, get, until

FAMILIES = "bpfprof_idle_seconds_total", 'bpfprof_blocked_seconds_total{reason="lock"}'


def waited():
    """How long for work, and at locks in all, once that is a second."""
    status, body, _ = get(int(sys.argv[1]), "/metrics")
    if status != 200:  # no reading yet
        return None
    idle, lock = (float(re.search(f"^{re.escape(name)} (.*)", body.decode(), re.M)[1]) for name in FAMILIES)
    return (idle, lock) if lock > 1 else None


idle, lock = until(waited)
case("serve/idle_is_told", "half of the waiting is idle", 1.5 * idle < lock < 3 * idle, (idle, lock))
