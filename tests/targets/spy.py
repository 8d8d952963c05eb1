# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Added to the encodings of a library that PYTHONHOME names: whichever process of that library runs
the measurement of bpfprof's own time says what it may do, into PYTHONHOME/spy; with a file
PYTHONHOME/hold it then stays."""


def spy():
    import posix
    import time

    def read(name):
        fd = posix.open("/proc/self/" + name, posix.O_RDONLY)
        text = posix.read(fd, 65536)
        posix.close(fd)
        return text

    if b"leaf_" not in read("cmdline"):
        return
    home = posix.environ[b"PYTHONHOME"].decode()
    fd = posix.open(home + "/spy.new", posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC)
    posix.write(fd, read("status"))
    for name in "cgroup ipc mnt net pid time user uts".split():
        posix.write(fd, ("ns %s\n" % posix.readlink("/proc/self/ns/" + name)).encode())
    for line in read("cgroup").splitlines():
        posix.write(fd, b"cgroup " + line + b"\n")
    posix.write(fd, read("limits"))
    posix.close(fd)
    posix.rename(home + "/spy.new", home + "/spy")
    if "hold" in posix.listdir(home):
        time.sleep(60)


spy()
