#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A table that was changed in memory: by a bpfprof, or by somebody else.
# shellcheck source=tests/e2e/optable/common.sh
. "$(dirname "$0")/common.sh"

# changed NAME NUMBER FILE PATTERN: what probes says where NUMBER leads through a page of FILE
changed() {
	mkfifo "$work/in"
	: >"$work/theirs"
	exec 6<>"$work/in"
	"${PYTHON[@]}" -c "$(cat "$here/patched.py")" "$table" "$2" "$3" <"$work/in" >"$work/theirs" \
		2>"$work/err" 6<&- &
	pid=$!
	started+=("$pid")
	soon eval 'grep -q ready "$work/theirs" || [ -s "$work/err" ]'
	"$bpfprof" probes -p "$pid" >"$work/out" 2>&1
	if grep -q "^table: *$4" "$work/out"; then
		pass "$version $1"
	else
		fail "$version $1" "no $4"
	fi
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	exec 6<&-
	rm "$work/in" "$work/theirs"
}

for version in 3.11 3.14 3.15; do
	python_use $version
	catch=$(ours ${version#3.} | sed -n 's/^PUSH_EXC_INFO //p')
	exe=${PYTHON[-1]}
	[ "${PYTHON[0]}" = chroot ] && exe=${PYTHON[1]}${PYTHON[2]}
	"$bpfprof" probes "$exe" >"$work/file"
	table=$(table_at file)
	changed "a page of a bpfprof's is known" "$catch" bpfprof-test "dispatch .* 1 of them hooked now"
	changed "somebody else's is not touched" "$catch" other "none: .* changed in memory by somebody"
	changed "nor without a file" "$catch" "" "none: .* changed in memory by somebody"
	changed "an instruction that is not ours to hook" 1 bpfprof-test "none: .* changed in memory"
done
