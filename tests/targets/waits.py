# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Waits of each kind, and work: each function's name says what it does most. waits.py DIRECTORY"""
import os
import socket
import sys
import threading
import time

HOLD = 0.3  # seconds, of every wait
WORK = 0.3  # of CPU, of every work


def work_alone():
    begin = time.thread_time()
    while time.thread_time() - begin < WORK:
        pass


def sleep():
    time.sleep(HOLD)


def wait_for_lock(lock):
    lock.acquire()


def hold(lock, held):
    with lock:
        held.set()
        time.sleep(HOLD)


def receive(sock):
    sock.recv(1)


def send(sock):
    time.sleep(HOLD)
    sock.send(b"x")


def write_to_disk(directory):
    fd = os.open(os.path.join(directory, "waits"), os.O_CREAT | os.O_WRONLY)
    for _ in range(20):
        os.write(fd, b"x" * 65536)
        os.fsync(fd)
    os.close(fd)


def first_at_gil(barrier):
    barrier.wait()
    work_first()


def second_at_gil(barrier):
    barrier.wait()
    work_second()


def work_first():
    begin = time.thread_time()
    while time.thread_time() - begin < WORK:
        pass


def work_second():
    begin = time.thread_time()
    while time.thread_time() - begin < WORK:
        pass


def beside(target, *args):
    t = threading.Thread(target=target, args=args)
    t.start()
    return t


def main(directory):
    lock, held, barrier = threading.Lock(), threading.Event(), threading.Barrier(2)
    a, b = socket.socketpair()
    work_alone()
    sleep()
    holder = beside(hold, lock, held)
    held.wait()
    wait_for_lock(lock)
    sender = beside(send, a)
    receive(b)
    write_to_disk(directory)
    rivals = [beside(first_at_gil, barrier), beside(second_at_gil, barrier)]
    for t in [holder, sender] + rivals:
        t.join()


main(sys.argv[1])
