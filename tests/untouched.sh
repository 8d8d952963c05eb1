# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced after expect.sh: whether an interpreter is as it was.

# known: $image of $pid, the end of its file's path, and where its dispatch table is, $table
known() {
	"$bpfprof" probes -p "$pid" >"$work/probes"
	image=$(sed -n 's|^interpreter: .*/||p' "$work/probes")
	table=$(sed -n 's|^table: .* at \(0x[0-9a-f]*\), .*|\1|p' "$work/probes")
}

# digest: of what the interpreter is and does not change itself: its code, its constants, and its table, which
# 3.15 keeps where it can be written
digest() {
	/usr/bin/python3 "$tests_dir/e2e/untouched.py" "$pid" "$image" "${table:-0}"
}

# as_before NAME: the digest is $untouched
as_before() {
	if [ -n "$untouched" ] && [ "$(digest)" = "$untouched" ]; then
		pass "$1"
	else
		fail "$1" "it is $(digest), it was $untouched"
	fi
}
