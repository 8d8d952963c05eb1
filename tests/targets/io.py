# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Reads and writes of all kinds, each counted by what its system call returned; says in the end what each
function did. io.py DIRECTORY [wait]"""
import ctypes
import json
import mmap
import os
import signal
import socket
import sys
import threading

N = 20
THREADS = 4
own = {}  # of each function, as bpfprof names it
libc = ctypes.CDLL(None, use_errno=True)


def did(who, **figures):
    row = own.setdefault(who, {})
    for name, n in figures.items():
        row[name] = row.get(name, 0) + n


def write_file(fd):
    for i in range(N):
        did("write_file", file_writes=1, file_written_bytes=os.write(fd, b"x" * (100 + i)))


def read_file(fd):
    for _ in range(N):
        did("read_file", file_reads=1, file_read_bytes=len(os.pread(fd, 300, 0)))


def both(fd):
    write_file(fd)
    read_file(fd)
    write_file(fd)


def vectors(fd):
    buffers = [bytearray(7), bytearray(9)]
    did("vectors", file_writes=1, file_written_bytes=os.pwritev(fd, buffers, 0))
    did("vectors", file_reads=1, file_read_bytes=os.preadv(fd, buffers, 0))
    did("vectors", file_writes=1, file_written_bytes=os.writev(fd, buffers))
    os.lseek(fd, 0, os.SEEK_SET)
    did("vectors", file_reads=1, file_read_bytes=os.readv(fd, buffers))


def objects(path):
    with open(path, "wb", 0) as f:
        did("objects", file_writes=1, file_written_bytes=f.write(b"abc"))
    with open(path, "rb", 0) as f:
        did("objects", file_reads=1, file_read_bytes=len(f.read(100)))


def talk(a, b):
    for _ in range(N):
        did("talk", socket_writes=1, socket_written_bytes=a.send(b"y" * 300))
        did("talk", socket_reads=1, socket_read_bytes=len(b.recv(1000)))
    did("talk", socket_writes=1, socket_written_bytes=a.sendmsg([b"ab", b"cde"]))
    did("talk", socket_reads=1, socket_read_bytes=len(b.recvmsg(1000)[0]))
    did("talk", socket_writes=1, socket_written_bytes=os.write(a.fileno(), b"z"))
    did("talk", socket_reads=1, socket_read_bytes=len(os.read(b.fileno(), 10)))


def fail_again(sock):
    sock.setblocking(False)
    for _ in range(N):
        try:
            sock.recv(1)
        except BlockingIOError:
            did("fail_again", socket_reads=1, failed=1)


def fail_badly():
    try:
        os.write(10000, b"x")
    except OSError:
        did("fail_badly", other_writes=1, failed=1)


def send_file(sock, fd):
    n = os.sendfile(sock.fileno(), fd, 0, 500)
    did("send_file", file_reads=1, file_read_bytes=n, socket_writes=1, socket_written_bytes=n)


def splice(fd, pipe):
    n = libc.splice(fd, ctypes.byref(ctypes.c_int64(0)), pipe, None, 400, 0)
    did("splice", file_reads=1, file_read_bytes=n, pipe_writes=1, pipe_written_bytes=n)


def tee(fd, pipe):
    n = libc.tee(fd, pipe, 300, 0)
    did("tee", pipe_reads=1, pipe_read_bytes=n, pipe_writes=1, pipe_written_bytes=n)


def copy(fd, to):
    n = libc.copy_file_range(fd, ctypes.byref(ctypes.c_int64(0)), to, None, 600, 0)
    did("copy", file_reads=1, file_read_bytes=n, file_writes=1, file_written_bytes=n)


def count_event():
    fd = libc.eventfd(0, 0)
    did("count_event", other_writes=1, other_written_bytes=os.write(fd, bytes([1] + 7 * [0])))
    did("count_event", other_reads=1, other_read_bytes=len(os.read(fd, 8)))


class Message(ctypes.Structure):
    """struct mmsghdr, of one buffer."""
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint32), ("iov", ctypes.c_void_p),
                ("iovlen", ctypes.c_size_t), ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t),
                ("flags", ctypes.c_int), ("pad", ctypes.c_int), ("length", ctypes.c_uint32)]


def messages_of(sizes):
    """And what keeps their buffers."""
    buffers = [ctypes.create_string_buffer(n) for n in sizes]
    vectors = ((ctypes.c_size_t * 2) * len(sizes))(*((ctypes.addressof(b), len(b)) for b in buffers))
    at = ctypes.addressof(vectors)
    return (Message * len(sizes))(*(Message(iov=at + 16 * i, iovlen=1) for i in range(len(sizes)))), vectors, buffers


def send_messages(sock, sizes):
    messages, *_kept = messages_of(sizes)
    n = libc.sendmmsg(sock.fileno(), messages, len(sizes), 0)
    did("send_messages", socket_writes=1, socket_written_bytes=sum(m.length for m in messages[:n]))


def receive_messages(sock, sizes):
    messages, *_kept = messages_of(sizes)
    n = libc.recvmmsg(sock.fileno(), messages, len(sizes), socket.MSG_DONTWAIT, None)
    assert n > 0
    did("receive_messages", socket_reads=1, socket_read_bytes=sum(m.length for m in messages[:n]))


def find_no_messages(sock):
    messages, *_kept = messages_of([5, 6])
    assert libc.recvmmsg(sock.fileno(), messages, 2, socket.MSG_DONTWAIT, None) == -1
    did("find_no_messages", socket_reads=1, failed=1)


def write_in_part(fd):
    """What a full pipe takes, and then nothing."""
    os.set_blocking(fd, False)
    did("write_in_part", pipe_writes=1, pipe_written_bytes=os.write(fd, bytes(1 << 20)))
    try:
        os.write(fd, b"x")
    except BlockingIOError:
        did("write_in_part", pipe_writes=1, failed=1)


def read_closed(fd):
    os.close(fd)
    try:
        os.read(fd, 1)
    except OSError:
        did("read_closed", other_reads=1, failed=1)


def call_by_32_bits():
    """getpid, by the number that is writev where a call has 64 bits."""
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes.fromhex("b814000000cd80c3"))  # mov $20, %eax; int $0x80; ret
    at = (ctypes.c_char * 4096).from_buffer(code)
    for _ in range(N):
        assert ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(at))() == os.getpid()


def has_32_bits():
    child = os.fork()
    if not child:
        call_by_32_bits()
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def fork_between(fd):
    """The child's are not its parent's."""
    child = os.fork()
    if not child:
        os.write(fd, b"child")
        os._exit(0)
    os.waitpid(child, 0)
    did("fork_between", pipe_writes=1, pipe_written_bytes=os.write(fd, b"parent"))


def drop(fd):
    did("drop", pipe_writes=1, pipe_written_bytes=os.write(fd, b"dropped"))


def recurse(n, fd):
    did("recurse", pipe_writes=1, pipe_written_bytes=os.write(fd, b"r"))
    if n:
        recurse_in_turn(n - 1, fd)


def recurse_in_turn(n, fd):
    recurse(n, fd)


def be_interrupted(fd):
    """The kernel begins this read again and again: one call."""
    did("be_interrupted", pipe_reads=1, pipe_read_bytes=len(os.read(fd, 1)))


def write_late(fd, often):
    often.wait()
    did("write_late", pipe_writes=1, pipe_written_bytes=os.write(fd, b"x"))


def in_thread(fd):
    n = 0
    for _ in range(N):
        n += os.write(fd, b"thread")
    return n


def run_threads(fd):
    threads = [threading.Thread(target=in_thread, args=(fd,)) for _ in range(THREADS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    did("in_thread", file_writes=THREADS * N, file_written_bytes=THREADS * N * 6)


def interrupt(r, w):
    seen, often = [], threading.Event()

    def handler(*_):
        """For ever, on a busy machine, one would interrupt another."""
        seen.append(1)
        if len(seen) > 3:
            signal.setitimer(signal.ITIMER_REAL, 0)
            often.set()

    signal.signal(signal.SIGALRM, handler)
    late = threading.Thread(target=write_late, args=(w, often))
    late.start()
    signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
    be_interrupted(r)
    late.join()


def await_word():
    did("await_word", pipe_reads=1, pipe_read_bytes=len(os.read(0, 1)))


def all_kinds(directory):
    path = os.path.join(directory, "io")
    fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_TRUNC)
    to = os.open(path + ".copy", os.O_CREAT | os.O_RDWR | os.O_TRUNC)
    a, b = socket.socketpair()
    (r, w), (_, w2) = os.pipe(), os.pipe()
    null = os.open(os.devnull, os.O_WRONLY)
    both(fd)
    vectors(fd)
    objects(path + ".object")
    talk(a, b)
    fail_again(b)
    fail_badly()
    send_file(a, fd)
    splice(fd, w)
    tee(r, w2)
    copy(fd, to)
    count_event()
    c, d = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    send_messages(c, [1, 20, 300])
    receive_messages(d, [100] * 5)
    find_no_messages(d)
    write_in_part(os.pipe()[1])
    read_closed(os.dup(0))
    fork_between(w)
    if has_32_bits():
        call_by_32_bits()
    drop(null)
    recurse(5, w)
    interrupt(*os.pipe())
    run_threads(to)


def main(directory, waits):
    if waits:
        print("ready", flush=True)
        await_word()
    all_kinds(directory)


main(sys.argv[1], len(sys.argv) > 2)
print(json.dumps(own), flush=True)
