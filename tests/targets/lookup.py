# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A thread that runs no Python function meanwhile, and one that does. Says "told" when the first has been told
to look up from what the JIT has compiled, and "untold" when that has been taken back."""
import ctypes
import threading
import time

BREAKER = 24  # in a thread state of 3.13 and later
LOOK_UP = 64


def called():
    return 1


def blocked():
    api = ctypes.pythonapi
    api.PyThreadState_Get.restype = ctypes.c_void_p
    states.append(api.PyThreadState_Get())
    print("ready", flush=True)
    never.acquire()


states = []
never = threading.Lock()
never.acquire()
threading.Thread(target=blocked, daemon=True).start()
while not states:
    time.sleep(0.001)
breaker = ctypes.c_uint64.from_address(states[0] + BREAKER)
for said in "told", "untold":
    while bool(breaker.value & LOOK_UP) != (said == "told"):
        called()
        time.sleep(0.001)
    print(said, flush=True)
