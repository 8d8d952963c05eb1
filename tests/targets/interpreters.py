# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Several interpreters in one process (3.13 on): one before anybody looks, one after."""
import sys
import threading
import _interpreters

CODE = """
def inner(): pass
import time
end = time.monotonic() + 30
while time.monotonic() < end: inner()
"""


def run():
    _interpreters.run_string(_interpreters.create("legacy" if "legacy" in sys.argv else "isolated"),
                             CODE)


threading.Thread(target=run, daemon=True).start()
print("ready", flush=True)
sys.stdin.readline()
threading.Thread(target=run, daemon=True).start()
sys.stdin.readline()
