# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced after expect.sh: $pid runs a shop that calls leaf $calls times once $work/go is there, and tick all
# the time.
calls=12345

cat >"$work/shop.py" <<E2
import os, sys, time
def leaf(): pass
def work():
    for _ in range($calls): leaf()
def tick(): time.sleep(.01)
def main():
    worked = False
    while True:
        tick()
        if not worked and os.access(sys.argv[1], os.R_OK):
            work()
            worked = True
print("ready", flush=True)
main()
E2
python_use 3.11
start "${PYTHON[@]}" "$work/shop.py" "$work/go"
