#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# doctor says whether the kernel has its types.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

"$bpfprof" doctor >"$work/out" 2>"$work/err"
has "doctor: BTF" '^ok +btf'
has "doctor: a verdict" '^bpfprof can trace here'
unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf && "$0" doctor' "$bpfprof" \
	>"$work/out" 2>"$work/err"
has "doctor: BTF missing" '^missing +btf .*CONFIG_DEBUG_INFO_BTF'
has "doctor: a verdict, BTF missing" '^bpfprof cannot trace here'
refuse "no BTF" 1 'BTF' unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf && exec "$@"' - \
	"$bpfprof" -- "${py[@]}" -c pass
