#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Numbers that are no process to be profiled.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

refuse "no such process" 1 'no such process; check the number' "$bpfprof" -p 999999999
refuse "the kernel's" 1 'a thread of the kernel; give a Python' "$bpfprof" -p 2
refuse "another program" 1 'runs /.*bash, which is no Python .* give the process that is' "$bpfprof" -p $$
refuse "probes of another program" 1 'runs /.*bash, which is no Python' "$bpfprof" probes -p $$
start "${PYTHON[@]}" -c 'import threading, signal
t = threading.Thread(target=threading.Event().wait, daemon=True)
t.start()
print(t.native_id, flush=True)
t.join()'
tid=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 -printf '%f\n' | grep -vx "$pid")
refuse "a thread" 1 "a thread of process $pid; give -p $pid" "$bpfprof" -p "$tid"
stop
start /usr/bin/python3 -c 'import os, signal
if not os.fork(): os._exit(0)
os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
print(flush=True)
signal.pause()'
refuse "a zombie" 1 'it has ended, and waits for its parent' "$bpfprof" -p "$(pgrep -P "$pid")"
stop
start "${PYTHON[@]}" -c 'import ctypes, threading, time
def goes_on():
    while open("/proc/self/stat").read().split()[2] != "Z": time.sleep(0.001)
    print(flush=True)
    threading.Event().wait()
threading.Thread(target=goes_on).start()
ctypes.CDLL(None).pthread_exit(0)'
refuse "its main thread has ended" 1 'main thread has ended, and others run on' "$bpfprof" -p "$pid"
refuse "its main thread has ended, dump" 1 'main thread has ended, and others run on' "$bpfprof" dump -p "$pid"
stop
