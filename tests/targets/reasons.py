# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A function for each reason to wait, which waits for nothing else; so long at least, and what it waits for comes from
other processes. reasons.py DIRECTORY ROUNDS: says how long each has taken in all; ROUNDS is 0: without end."""
import ctypes
import json
import mmap
import os
import resource
import select
import signal
import socket
import struct
import sys
import threading
import time

HOLD, KEEP = 0.01, 0.05  # seconds
took = {}
libc = ctypes.CDLL(None, use_errno=True)
keeping = ctypes.PyDLL(None)  # calls that keep the GIL


def shell(command, stdin=0, stdout=1):
    to = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)]
    return os.posix_spawn("/bin/sh", ["sh", "-c", command], os.environ, file_actions=to)


class Server:
    """Does that and answers, when it is asked."""

    def __init__(self, command):
        reader, self.writer = os.pipe()
        self.reader, writer = os.pipe()
        self.pid = shell("while read word; do %s; echo; done" % command, reader, writer)
        os.close(reader), os.close(writer)

    def ask(self):
        os.write(self.writer, b"\n")


def memory_filled_late():
    """By a child, which is told of who waits for it (userfaultfd)."""
    memory = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    page = struct.pack("QQ", ctypes.addressof(ctypes.c_char.from_buffer(memory)), mmap.PAGESIZE)
    fd = libc.syscall(323, os.O_CLOEXEC)
    if fd < 0 or libc.ioctl(fd, 0xc018aa3f, struct.pack("QQQ", 0xaa, 0, 0)) or \
            libc.ioctl(fd, 0xc020aa00, page + struct.pack("QQ", 1, 0)):
        sys.exit("userfaultfd: errno %d" % ctypes.get_errno())
    if not os.fork():
        libc.prctl(1, signal.SIGKILL)  # as soon as its parent ends
        while os.read(fd, 32):
            time.sleep(HOLD)
            if libc.ioctl(fd, 0xc020aa04, page + struct.pack("QQ", 0, 0)):
                os._exit(0)
    return memory


def lock():
    taken.acquire(timeout=HOLD)


def sleep():
    time.sleep(HOLD)


def socket_():
    peer.send(b"\n")
    peer.recv(1)


def pipe():
    server.ask()
    os.read(server.reader, 1)


def file():
    """Opened once there is somebody to write it."""
    opener.ask()
    os.close(os.open(fifo, os.O_RDONLY))


def poll():
    select.select([never], [], [], HOLD)


def child():
    os.waitpid(shell("sleep %s" % HOLD), 0)


def fault():
    memory[0]


def gave_way():
    """How often this thread has left its CPU of itself, or was stopped."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


def stop_and_go():
    """Whether this thread was stopped until the answer came."""
    before, last, longest, answered = gave_way(), time.monotonic(), 0, False
    stopper.ask()
    while not answered:
        answered = select.select([stopper.reader], [], [], 0)[0]
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    return longest > HOLD / 2 and gave_way() > before


def stopped():
    """Until it has been: where it gets no CPU meanwhile the SIGCONT undoes the SIGSTOP."""
    while not stop_and_go():
        os.read(stopper.reader, 1)


def other():
    signal.sigtimedwait([signal.SIGUSR1], HOLD)


def gil():
    """Goes on when another thread keeps the GIL for so long."""
    os.write(wanted[1], b"x")
    os.read(kept, 1)


def keep_gil():
    keeping.system(keep)


def keeper():
    while os.read(wanted[0], 1):
        call(keep_gil)


def call(function):
    begin = time.monotonic()
    function()
    took[function.__name__] = took.get(function.__name__, 0) + time.monotonic() - begin


def turn():
    for function in lock, sleep, socket_, pipe, file, poll, child, fault, stopped, other:
        call(function)
    os.read(opener.reader, 1)
    os.read(stopper.reader, 1)
    memory.madvise(mmap.MADV_DONTNEED)


directory, rounds = sys.argv[1], int(sys.argv[2])
fifo, other_fifo = (os.path.join(directory, "reasons%s.%d" % (which, os.getpid())) for which in ("", "2"))
os.mkfifo(fifo), os.mkfifo(other_fifo)
memory = memory_filled_late()
taken = threading.Lock()
taken.acquire()
never = os.pipe()[0]
peer, other_end = socket.socketpair()
answers = shell("while read word; do sleep %s; echo; done" % HOLD, other_end.fileno(), other_end.fileno())
other_end.close()
server = Server("sleep %s" % HOLD)
opener = Server("sleep %s; : >%s" % (HOLD, fifo))
stopper = Server("kill -STOP %d; sleep %s; kill -CONT %d" % (os.getpid(), HOLD, os.getpid()))
wanted, kept = os.pipe(), os.open(other_fifo, os.O_RDWR)
keep = ("echo >%s; sleep %s" % (other_fifo, KEEP)).encode()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
print("ready", flush=True)
for _ in range(rounds):  # in one thread
    turn()
beside = threading.Thread(target=keeper, name="keeper", daemon=True)
beside.start()
for _ in range(rounds):
    call(gil)
while not rounds:
    turn()
    call(gil)
os.close(wanted[1])
beside.join()
os.unlink(fifo), os.unlink(other_fifo)
print(json.dumps(took))
