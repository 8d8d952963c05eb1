# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""System calls that are sure to wait: each is given memory that is filled (userfaultfd) a moment after the kernel has
come to read it. Each has a function of its own, which is named after what such calls wait for and the call. x86-64."""
import ctypes
import mmap
import os
import socket
import struct
import sys
import threading
import time

HELD = 0.004  # seconds
TIMES = 3
P = mmap.PAGESIZE
libc = ctypes.CDLL(None, use_errno=True)
memory = mmap.mmap(-1, P, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
late = ctypes.addressof(ctypes.c_char.from_buffer(memory))  # in the calls below
empty = ctypes.create_string_buffer(P)
name = ctypes.addressof(empty)
here = -100
file = os.open(os.devnull, os.O_RDWR)
pipe, written = os.pipe()
sock = socket.socket().detach()
events = libc.inotify_init()

CALLS = {
    "lock": {"semop": (65, 0, late, 1), "semtimedop": (220, 0, late, 1, 0), "futex_waitv": (449, late, 1, 0, 0, 1),
             "fcntl": (72, file, 7, late)},
    "sleep": {"nanosleep": (35, late, 0), "clock_nanosleep": (230, 1, 0, late, 0), "ppoll": (271, 0, 0, late, 0, 8),
              "select": (23, 0, 0, 0, 0, late), "pselect6": (270, 0, 0, 0, 0, late, 0)},
    "poll": {"poll": (7, late, 1, 0), "epoll_pwait2": (441, 0, name, 1, late, 0, 8)},
    "socket": {"connect": (42, sock, late, 16), "bind": (49, sock, late, 16),
               "sendmsg": (46, sock, late, 0), "recvmsg": (47, sock, late, 0), "setsockopt": (54, sock, 1, 2, late, 4)},
    "pipe": {"read": (0, pipe, late, 1), "write": (1, written, late, 1), "msgsnd": (69, 0, late, 8, 0),
             "mq_timedsend": (242, 0, name, 1, 0, late), "mq_timedreceive": (243, 0, name, 1, 0, late),
             "vmsplice": (278, written, late, 1, 0)},
    "file": {"open": (2, late, 0), "openat": (257, here, late, 0), "creat": (85, late, 0), "openat2": (437, here, name, late, 24),
             "stat": (4, late, name), "lstat": (6, late, name), "newfstatat": (262, here, late, name, 0),
             "statx": (332, here, late, 0, 0, name), "access": (21, late, 0), "faccessat": (269, here, late, 0),
             "faccessat2": (439, here, late, 0, 0), "truncate": (76, late, 0), "rename": (82, late, late),
             "renameat": (264, here, late, here, late), "renameat2": (316, here, late, here, late, 0),
             "mkdir": (83, late, 0), "mkdirat": (258, here, late, 0), "rmdir": (84, late), "link": (86, late, late),
             "linkat": (265, here, late, here, late, 0), "unlink": (87, late), "unlinkat": (263, here, late, 0),
             "symlink": (88, late, name), "symlinkat": (266, late, here, name), "readlink": (89, late, name, 1),
             "readlinkat": (267, here, late, name, 1), "mknod": (133, late, 0, 0), "mknodat": (259, here, late, 0, 0),
             "chdir": (80, late), "statfs": (137, late, name), "chmod": (90, late, 0), "fchmodat": (268, here, late, 0),
             "chown": (92, late, 0, 0), "lchown": (94, late, 0, 0), "fchownat": (260, here, late, 0, 0, 0),
             "utime": (132, late, 0), "utimes": (235, late, 0), "futimesat": (261, here, late, 0),
             "utimensat": (280, here, late, 0, 0), "setxattr": (188, name, late, name, 0, 0),
             "lsetxattr": (189, name, late, name, 0, 0), "fsetxattr": (190, file, late, name, 0, 0),
             "getxattr": (191, name, late, name, 0), "lgetxattr": (192, name, late, name, 0),
             "fgetxattr": (193, file, late, name, 0), "listxattr": (194, late, name, 0), "llistxattr": (195, late, name, 0),
             "removexattr": (197, name, late), "lremovexattr": (198, name, late), "fremovexattr": (199, file, late),
             "name_to_handle_at": (303, here, late, name, name, 0), "inotify_add_watch": (254, events, late, 1),
             "copy_file_range": (326, file, late, file, 0, 1, 0)},
    "fault": {"process_madvise": (440, 0, late, 1, 0, 0)},
    "child": {"execve": (59, late, 0, 0), "execveat": (322, here, late, 0, 0, 0)},
    "other": {"rt_sigtimedwait": (128, late, 0, name, 8), "splice": (275, file, late, written, 0, 1, 0)},
}


def watched():
    """The memory is ours to fill: the descriptor that tells of who waits for it."""
    fd = libc.syscall(323, os.O_CLOEXEC)
    api = ctypes.create_string_buffer(struct.pack("QQQ", 0xaa, 0, 0))
    register = ctypes.create_string_buffer(struct.pack("QQQQ", late, P, 1, 0))
    if fd < 0 or libc.ioctl(fd, 0xc018aa3f, api) or libc.ioctl(fd, 0xc020aa00, register):
        sys.exit("userfaultfd: errno %d" % ctypes.get_errno())
    return fd


def fill(fd):
    while os.read(fd, 32):
        time.sleep(HELD)
        libc.ioctl(fd, 0xc020aa04, ctypes.create_string_buffer(struct.pack("QQQQ", late, P, 0, 0)))


def call(number, *arguments):
    for _ in range(TIMES):
        memory.madvise(mmap.MADV_DONTNEED)
        ctypes.memset(empty, 0, P)
        os.write(written, b"x")
        yield [ctypes.c_long(a) for a in (number,) + arguments]


threading.Thread(target=fill, args=(watched(),), daemon=True).start()
for reason, calls in CALLS.items():
    for each, how in calls.items():
        function = "%s_%s" % (reason, each)
        exec(compile("def %s(arguments): libc.syscall(*arguments)" % function, __file__, "exec"))
        for arguments in call(*how):
            globals()[function](arguments)
print("called", sum(map(len, CALLS.values())))
