# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Without end: threads that wait with a timeout, each in a function of its own and for what its name says."""
import ctypes
import select
import socket
import threading
import time

LONG = 600  # seconds
pair = socket.socketpair()


def wait_for_lock():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire(timeout=LONG)


def receive():
    pair[0].settimeout(LONG)
    pair[0].recv(1)


def poll():
    poll = select.poll()
    poll.register(pair[1], select.POLLIN)
    poll.poll(LONG * 1000)


def poll_nothing():
    select.poll().poll(LONG * 1000)


def sleep():
    ctypes.CDLL(None).sleep(LONG)


for function in wait_for_lock, receive, poll, poll_nothing, sleep:
    threading.Thread(target=function, daemon=True).start()
print("ready", flush=True)
while True:
    time.sleep(LONG)
