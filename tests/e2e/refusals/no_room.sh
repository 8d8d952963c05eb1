#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where memory or files are used up, that is said, and not that the target is none.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

within() { # LIMIT COMMAND...
	(
		# shellcheck disable=SC2086
		ulimit $1
		"${@:2}"
	)
}
start "${PYTHON[@]}" -c 'import signal; print(flush=True); signal.pause()'
for kib in 12000 15500 17000 20000 23000 30000; do
	refuse "$kib KiB of memory" 1 'memory' within "-v $kib" "$bpfprof" -q -p "$pid" -d 0.1
done
refuse "20 files" 1 'open files; raise the limit of open files' within "-n 20" \
	"$bpfprof" -q -p "$pid" -d 0.1
refuse "8 files, of a command" 1 'open files; raise the limit of open files' within "-n 8" \
	"$bpfprof" -q -- "${PYTHON[@]}" -c pass
refuse "files of 10 KiB" 1 'raise the limit of file sizes' within "-f 10" \
	"$bpfprof" -q --backend=inline -p "$pid" -d 0.1
stop
