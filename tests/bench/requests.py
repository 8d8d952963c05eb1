# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Asks a server for its page: for SECONDS, RATE times a second at times drawn by SEED, whether or not those before were
answered, and says of each request when it was due and answered, and whether well; or, with a RATE of 0, with as many
open as ABREAST, and says how many were answered in a second. A process of its own, so that nothing else that the
measurement does holds it up. requests.py PORT RATE SECONDS SEED | requests.py PORT 0 SECONDS ABREAST"""
import random
import selectors
import socket
import sys
import time

ASKED = b"GET / HTTP/1.0\r\n\r\n"
ENDS = b"<li>row 99: 198</li></ul>"


class Requests:
    def __init__(self, port):
        self.port, self.open, self.answered = port, selectors.DefaultSelector(), []

    def ask(self, due):
        s = socket.socket()
        try:
            s.connect(("127.0.0.1", self.port))
            s.sendall(ASKED)
        except OSError:
            s.close()
            self.answered.append((due, time.monotonic(), False))
            return
        s.setblocking(False)
        self.open.register(s, selectors.EVENT_READ, (due, []))

    def read(self, key):
        due, parts = key.data
        try:
            parts.append(key.fileobj.recv(65536))
        except BlockingIOError:
            return
        except OSError:
            parts.append(b"")
        if parts[-1]:
            return
        self.open.unregister(key.fileobj)
        key.fileobj.close()
        whole = b"".join(parts)
        self.answered.append((due, time.monotonic(), b" 200 " in whole[:16] and whole.endswith(ENDS)))

    def wait(self, until):
        for key, _ in self.open.select(max(0, until - time.monotonic())):
            self.read(key)

    def finish(self):
        while self.open.get_map():
            self.wait(time.monotonic() + 1)


def at_times(of, rate, seconds, seed):
    draw = random.Random(seed)
    due = time.monotonic()
    end = due + seconds
    while due < end:
        while time.monotonic() < due:
            of.wait(due)
        of.ask(due)
        due += draw.expovariate(rate)
    of.finish()
    for due, answered, good in of.answered:
        print(due, answered, int(good))


def abreast(of, seconds, n):
    begin = time.monotonic()
    while time.monotonic() < begin + seconds:
        while len(of.open.get_map()) < n:
            of.ask(begin)
        of.wait(begin + seconds)
    print(len(of.answered) / seconds)
    of.finish()


if __name__ == "__main__":
    port, rate, seconds, last = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    if rate:
        at_times(Requests(port), rate, seconds, last)
    else:
        abreast(Requests(port), seconds, last)
