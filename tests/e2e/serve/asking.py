# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the clients of a "bpfprof serve" share."""
import http.client
import time


def case(ring, name, good, why=""):
    print(f"ok {ring}" if good else f"not ok {ring}", name, "" if good else f"- {why}", flush=True)


def get(port, path, method="GET", **headers):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    c.request(method, path, headers=headers)
    r = c.getresponse()
    return r.status, r.read(), r


def until(found):
    """What found gives, once it gives something; None after a minute."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.05)
    return None
