# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""report reads under a filter. confined.py BPFPROF"""
import json
import os
import subprocess
import sys
import tempfile

from made import BPFPROF, FAILED, case, profile


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "p.json")
        os.mkfifo(path)
        p = subprocess.Popen([BPFPROF, "report", path], stdout=subprocess.PIPE, text=True)
        with open(path, "w", encoding="utf-8") as f:  # opens when report has opened it
            with open("/proc/%d/status" % p.pid, encoding="ascii") as status:
                words = dict(line.split(":", 1) for line in status)
            json.dump(profile([("a.py", 1, "f", 7, 7, 5, 5)], []), f)
        out = p.communicate()[0]
    case("report: filtered while it reads", words["Seccomp"].strip() == "2" and words["NoNewPrivs"].strip() == "1",
         str(words))
    case("report: and prints", p.returncode == 0 and "a.py:1(f)" in out, out)


main()
sys.exit(bool(FAILED))
