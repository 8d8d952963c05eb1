#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Those of a group that cannot be profiled do not keep the others from it, and are told by number and reason; where none can
# be, that is an error.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

for root in /sys/fs/cgroup /sys/fs/cgroup/unified ''; do
	[ ! -e "$root/cgroup.procs" ] || [ ! -e "$root/cgroup.controllers" ] || break
done
group=$root/bpfprof-some-$$
if [ -z "$root" ] || ! mkdir "$group" 2>"$work/err"; then
	echo "ok $ring # SKIP no control groups of version 2 can be made here"
	exit 0
fi
leave() {
	local p
	for p in "${started[@]}"; do
		! ours "$p" || kill -9 "$p"
		wait "$p"
	done 2>/dev/null
	soon rmdir "$group/none" 2>/dev/null
	soon rmdir "$group" || fail "removed" "it is still there"
	rm -rf "$work"
}
trap leave EXIT
mkdir "$group/none"

# inside GROUP COMMAND...: $pid, that has said a line
inside() {
	# shellcheck disable=SC2016
	start sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$@"
}

/usr/bin/python3 "$here/otherversion.py" /usr/bin/python3.11 "$work/python317" 0x031100f0
gcc -o "$work/python27" -x c - <<-'E2'
	#include <stdio.h>
	#include <unistd.h>
	void PyEval_EvalFrameEx(void) {}
	int main(void) { puts("ready"); fflush(stdout); return pause(); }
E2
chmod +x "$work/python317"
waits='import signal; print(flush=True); signal.pause()'
others=()
for _ in 1 2; do
	inside "$group/none" "$work/python317" -c "$waits"
	others+=("$pid")
done
inside "$group/none" "$work/python27"
others+=("$pid")
refuse "none of them" 1 "python317: this bpfprof does not know .*; use .* \(process ${others[0]}, ${others[1]}\); .*python27: .* \(process ${others[2]}\)" \
	"$bpfprof" -q --cgroup "$group"
inside "$group" "${PYTHON[@]}" -c "$waits"

# goes_on NAME OPTION...
goes_on() {
	: >"$work/out"
	"$bpfprof" -q --cgroup "$group" -d 0.2 -o "$work/p.json" "${@:2}" 2>"$work/err"
	checks "$1" - "$?" "$work/p.json" "$pid" "${others[@]}" <<-'E2'
		import json, sys
		status, file, pid, *others = sys.argv[1:]
		assert status == "0", status
		p = json.load(open(file))
		assert [str(each["pid"]) for each in p["processes"]] == [pid], p["processes"]
		note, = (n for n in p["notes"] if "not profiled" in n)
		assert note.startswith("3 Python processes were not profiled: "), note
		assert f"; use CPython 3.8 to 3.15 (process {others[0]}, {others[1]}); " in note, note
		assert note.count(f"(process {others[2]})") == 1 and note.count("python27: ") == 1, note
	E2
}
goes_on "the one that can be"
goes_on "the one that can be, and its children" --children
