# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""terminal.py WORD COMMAND...: runs COMMAND on a terminal of its own, types Ctrl-C once it has said
WORD, copies what it says to stdout and ends with its status, as a shell would number it."""
import os
import pty
import sys

word, command = sys.argv[1].encode(), sys.argv[2:]
pid, fd = pty.fork()
if not pid:
    os.execvp(command[0], command)
seen, typed = b"", False
while True:
    try:
        more = os.read(fd, 4096)
    except OSError:  # EIO: nobody has the terminal open any more
        break
    if not more:
        break
    seen += more
    if word in seen and not typed:
        typed = True
        os.write(fd, b"\x03")
sys.stdout.buffer.write(seen)
sys.stdout.flush()
status = os.waitpid(pid, 0)[1]
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
