# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Waits of each kind, and work: each function's name says what it does most. waits.py DIRECTORY"""
import ctypes
import mmap
import os
import select
import signal
import socket
import struct
import sys
import threading
import time

HOLD = 0.3  # seconds, of every wait
WORK = 0.3  # of CPU, of every work
turns = [None, 0]  # at the GIL, of two that fight for it: whose it is, and how many there were


def work_alone():
    begin = time.thread_time()
    while time.thread_time() - begin < WORK:
        pass


def work_in_c():
    """One call, as the kernel likes to take a CPU away at the end of a system call. Says how long it was on
    its CPU, and how long kept from it, by its own clocks."""
    begin, on_cpu = time.monotonic(), time.thread_time()
    sum(range(20_000_000))
    worked = time.thread_time() - on_cpu
    return worked, time.monotonic() - begin - worked


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


def read_pipe(fd):
    os.read(fd, 1)


def write_pipe(fd):
    time.sleep(HOLD)
    os.write(fd, b"x")


def poll(sock):
    select.select([sock], [], [], HOLD)


def epoll(sock):
    """As event loops do."""
    with select.epoll() as several:
        several.register(sock, select.EPOLLIN)
        several.poll(HOLD)


def poll_nothing():
    select.select([], [], [], HOLD)


def shell(command, stdin=0):
    return os.posix_spawn("/bin/sh", ["sh", "-c", command], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, stdin, 0)])


def await_child(pid):
    os.waitpid(pid, 0)


def be_stopped(pid, go):
    """Runs on until the child has ended that stops it, now that it is here, and lets it go on."""
    os.close(go)
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        pass


def await_signal():
    signal.sigtimedwait([signal.SIGUSR1], HOLD)


def touch(memory):
    memory[0]


def touch_late():
    """Memory whose first touch is held until a child fills it (userfaultfd)."""
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(323, os.O_CLOEXEC)
    memory = mmap.mmap(-1, 4096)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    api = ctypes.create_string_buffer(struct.pack("QQQ", 0xaa, 0, 0))
    register = ctypes.create_string_buffer(struct.pack("QQQQ", start, 4096, 1, 0))
    zero = ctypes.create_string_buffer(struct.pack("QQQQ", start, 4096, 0, 0))
    if fd < 0 or libc.ioctl(fd, 0xc018aa3f, api) or libc.ioctl(fd, 0xc020aa00, register):
        sys.exit("userfaultfd: errno %d" % ctypes.get_errno())
    child = os.fork()
    if not child:
        time.sleep(HOLD)
        os._exit(libc.ioctl(fd, 0xc020aa04, zero) != 0)
    touch(memory)
    os.waitpid(child, 0)


def write_to_disk(directory):
    fd = os.open(os.path.join(directory, "waits"), os.O_CREAT | os.O_WRONLY)
    for _ in range(20):
        os.write(fd, b"x" * 65536)
        os.fsync(fd)
    os.close(fd)


def hold_gil(usleep, done):
    while not done:
        usleep(int(HOLD * 1e6 / 6))


def want_gil():
    for _ in range(3):
        time.sleep(0.001)


def fight_for_gil():
    """Against a call of C that keeps it."""
    done = []
    holder = beside(hold_gil, ctypes.PyDLL(None).usleep, done)
    want_gil()
    done.append(True)
    holder.join()


def first_at_gil(barrier):
    barrier.wait()
    work_first()


def second_at_gil(barrier):
    barrier.wait()
    work_second()


def work_first():
    begin = time.thread_time()
    while time.thread_time() - begin < WORK:
        if turns[0] != 1:  # who is interrupted from here on is given the GIL before it goes on
            turns[:] = 1, turns[1] + 1


def work_second():
    begin = time.thread_time()
    while time.thread_time() - begin < WORK:
        if turns[0] != 2:
            turns[:] = 2, turns[1] + 1


def beside(target, *args):
    t = threading.Thread(target=target, args=args)
    t.start()
    return t


def main(directory):
    lock, held, barrier = threading.Lock(), threading.Event(), threading.Barrier(2)
    a, b = socket.socketpair()
    work_alone()
    worked, kept = work_in_c()
    sleep()
    holder = beside(hold, lock, held)
    held.wait()
    wait_for_lock(lock)
    sender = beside(send, a)
    receive(b)
    write_to_disk(directory)
    reader, writer = os.pipe()
    piper = beside(write_pipe, writer)
    read_pipe(reader)
    poll(b)
    epoll(b)
    poll_nothing()
    await_child(shell("sleep %s" % HOLD))
    r, w = os.pipe()
    be_stopped(shell("read never; kill -STOP $PPID; sleep %s; kill -CONT $PPID" % HOLD, r), w)
    await_signal()
    touch_late()
    fight_for_gil()
    rivals = [beside(first_at_gil, barrier), beside(second_at_gil, barrier)]
    for t in [holder, sender, piper] + rivals:
        t.join()
    print("worked", worked, "kept", kept)
    print("turns", turns[1], "interval", sys.getswitchinterval())


main(sys.argv[1])
