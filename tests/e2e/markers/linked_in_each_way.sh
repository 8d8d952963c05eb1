#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# C programs, linked in each way: blocks are counted to the hit, odd ends are losses.
# shellcheck source=tests/e2e/markers/common.sh
. "$(dirname "$0")/common.sh"

link pie -fPIE -pie "$build/libbpfprof.a"
link fixed -fno-pie -no-pie "$build/libbpfprof.a"
link static -static "$build/libbpfprof.a"
link static-pie -static-pie "$build/libbpfprof.a"
link shared "-L$build" -lbpfprof
export LD_LIBRARY_PATH=$build

one_thread='1,outer,100
1,recurse,400
2,inner,300'
odd='5,holds,1
5,left open,1
5,unended,3'
odd_lost='block_unbegun=6
block_unended=3'
for how in pie fixed static static-pie shared; do
	counts "$how: 24 threads" '1,outer,2400
1,recurse,9600
2,inner,7200' '' -- "$work/$how" threads 24
	counts "$how: odd ends" "$odd" "$odd_lost" -- "$work/$how" odd
	counts "$how: fork" '1,outer,200
1,recurse,800
2,inner,600' '' -- "$work/$how" fork
	counts "$how: exec" "$one_thread
$odd" "$odd_lost" -- "$work/$how" exec
done
