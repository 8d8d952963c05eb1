# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""System calls that wait for what never comes, until a signal or their own time ends them. Each has a function of its
own, which is named after what such calls wait for and the call, and is called until it has waited. x86-64."""
import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
import tempfile
import time

HELD = 0.004  # seconds
TIMES = 3
libc = ctypes.CDLL(None, use_errno=True)
kept = []


def at(packed):
    kept.append(ctypes.create_string_buffer(packed, len(packed)))
    return ctypes.addressof(kept[-1])


def system(*arguments):
    result = libc.syscall(*map(ctypes.c_long, arguments))
    assert result >= 0, (arguments, os.strerror(ctypes.get_errno()))
    return result


def filled(fd):
    """Takes no more."""
    os.set_blocking(fd, False)
    try:
        while os.write(fd, bytes(4096)):
            pass
    except BlockingIOError:
        os.set_blocking(fd, True)
    return fd


def waited():
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


def in_time():
    return at(struct.pack("qq", 0, int(HELD * 1e9)))


def in_microseconds():
    return at(struct.pack("qq", 0, int(HELD * 1e6)))


def by_then():
    then = time.monotonic_ns() + int(HELD * 1e9)
    return at(struct.pack("qq", then // 10**9, then % 10**9))


def its_bit():
    return at(struct.pack("Q", 1 << never) + bytes(120))


def from_end():
    """To a socket that has as many at its door as it takes."""
    kept.append(socket.socket(socket.AF_UNIX))
    return kept[-1].fileno()


libc.unshare(0x08000000)  # its queues and semaphores end with it
directory = tempfile.TemporaryDirectory()
fifo, locked, door = (os.path.join(directory.name, name) for name in ("fifo", "locked", "door"))
os.mkfifo(fifo)
holder = os.open(locked, os.O_CREAT | os.O_RDWR)
os.truncate(holder, 4096)
fcntl.flock(holder, fcntl.LOCK_EX)
region = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0)
fcntl.fcntl(holder, fcntl.F_OFD_SETLK, region)
other = os.open(locked, os.O_RDWR)
never, written = os.pipe()
full = filled(os.pipe()[1])
quiet, peer = socket.socketpair()
quiet, crammed = quiet.detach(), filled(peer.detach())
listener, alone = socket.socket(socket.AF_UNIX), socket.socket()
listener.bind(door)
listener.listen(0)
at_door = socket.socket(socket.AF_UNIX)
at_door.connect(door)
address = struct.pack("H", socket.AF_UNIX) + door.encode() + b"\0"
alone.listen()
alone = alone.detach()
vector = at(struct.pack("QQ", at(b"x"), 1))
message = at(struct.pack("QQQQ", 0, 0, vector, 1) + bytes(32))
space = at(bytes(4096))
usr1 = at(struct.pack("Q", 1 << signal.SIGUSR1 - 1))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
events, signals, watch, timer = system(290, 0, 0), system(289, -1, usr1, 8, 0), system(294, 0), system(283, 1, 0)
poller = system(291, 0)
system(233, poller, 1, never, at(struct.pack("IQ", 1, 0)))
ring = system(425, 1, space)
semaphores, queue = system(64, 0, 1, 0o1600), system(68, 0, 0o1600)
messages = system(240, at(b"queue\0"), os.O_RDWR | os.O_CREAT, 0o600, at(struct.pack("qqq40x", 0, 1, 8)))
down = at(struct.pack("Hhh", 0, -1, 0))
child = os.fork()
if not child:
    libc.prctl(1, signal.SIGKILL)  # as soon as its parent ends
    while True:
        signal.pause()

CALLS = {
    "lock": {"futex": (202, at(bytes(4)), 128, 0, in_time), "futex_wait": (455, at(bytes(4)), 0, 0xffffffff, 0x82, by_then, 1),
             "flock": (73, other, fcntl.LOCK_EX), "fcntl": (72, other, fcntl.F_OFD_SETLKW, at(region)),
             "semop": (65, semaphores, down, 1), "semtimedop": (220, semaphores, down, 1, in_time)},
    "sleep": {"nanosleep": (35, in_time, 0), "clock_nanosleep": (230, 1, 0, in_time, 0), "poll": (7, 0, 0, 4),
              "ppoll": (271, 0, 0, in_time, 0, 8), "select": (23, 0, 0, 0, 0, in_microseconds),
              "pselect6": (270, 0, 0, 0, 0, in_time, 0)},
    "poll": {"poll": (7, at(struct.pack("ihh", never, 1, 0)), 1, 4),
             "ppoll": (271, at(struct.pack("ihh", never, 1, 0)), 1, in_time, 0, 8),
             "select": (23, never + 1, its_bit, 0, 0, in_microseconds), "pselect6": (270, never + 1, its_bit, 0, 0, in_time, 0),
             "epoll_wait": (232, poller, space, 1, 4), "epoll_pwait": (281, poller, space, 1, 4, 0, 8),
             "epoll_pwait2": (441, poller, space, 1, in_time, 0, 8), "io_uring_enter": (426, ring, 0, 1, 1, 0, 0)},
    "socket": {"accept": (43, alone, 0, 0), "accept4": (288, alone, 0, 0, 0), "connect": (42, from_end, at(address), len(address)),
               "recvfrom": (45, quiet, space, 1, 0, 0, 0), "recvmsg": (47, quiet, message, 0), "recvmmsg": (299, quiet, message, 1, 0, 0),
               "sendto": (44, crammed, space, 1, 0, 0, 0), "sendmsg": (46, crammed, message, 0),
               "sendmmsg": (307, crammed, message, 1, 0), "read": (0, quiet, space, 1), "write": (1, crammed, space, 1)},
    "pipe": {"read": (0, never, space, 1), "readv": (19, never, vector, 1), "write": (1, full, space, 1),
             "writev": (20, full, vector, 1), "sendfile": (40, full, holder, 0, 1), "tee": (276, never, full, 1, 0),
             "vmsplice": (278, full, vector, 1, 0), "msgrcv": (70, queue, space, 8, 0, 0),
             "mq_timedreceive": (243, messages, space, 8, 0, 0)},
    "file": {"open": (2, at(fifo.encode() + b"\0"), 0), "openat": (257, -100, at(fifo.encode() + b"\0"), 0)},
    "child": {"wait4": (61, child, 0, 0, 0), "waitid": (247, os.P_PID, child, space, os.WEXITED, 0)},
    "other": {"pause": (34,), "rt_sigsuspend": (130, at(bytes(8)), 8), "rt_sigtimedwait": (128, usr1, 0, in_time, 8),
              "eventfd": (0, events, space, 8), "signalfd": (0, signals, space, 128), "inotify": (0, watch, space, 4096),
              "timerfd": (0, timer, space, 8), "splice": (275, never, 0, full, 0, 1, 0)},
}


def call(function, how):
    begin = waited()
    while waited() < begin + TIMES:
        function([ctypes.c_long(a() if callable(a) else a) for a in how])


signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, HELD, HELD)
for reason, calls in CALLS.items():
    for each, how in calls.items():
        exec(compile("def %s_%s(arguments): libc.syscall(*arguments)" % (reason, each), __file__, "exec"))
        call(globals()["%s_%s" % (reason, each)], how)
signal.setitimer(signal.ITIMER_REAL, 0)
print("called", sum(map(len, CALLS.values())))
