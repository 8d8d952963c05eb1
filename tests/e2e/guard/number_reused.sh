#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process ends while bpfprof comes to it, and another one gets its number, with the same program at the
# same addresses: bpfprof refuses, and leaves the other one as it is. It is held at one after another of
# the calls that name the process by its number, from the one on after which it has hold of it.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

gcc -O1 "$here/reused.c" -o "$work/reused" || exit 1
gcc -O2 "-I$here/../../include" "$here/marked.c" -o "$work/marked" "$(dirname "$bpfprof")/libbpfprof.a" \
	-lpthread -ldl || exit 1

cat >"$work/turns.py" <<'E2'
import os, time
def turns(): pass
if "RAN" in os.environ:
    os.unlink(os.environ["RAN"])
print(flush=True)
while True:
    turns()
    time.sleep(0.002)
E2

# The other one's library: to run it is to be noticed.
home=$work/home/lib/python3.11
library=$("${py[@]}" -c 'import os; print(os.path.dirname(os.__file__))')
mkdir -p "$home"
ln -s "$library"/* "$home"
rm "$home/encodings"
cp -r "$library/encodings" "$home"
cat >>"$home/encodings/__init__.py" <<E2
import posix
posix.close(posix.open("$work/ran", posix.O_CREAT | posix.O_WRONLY))
E2

# is_as_it_was PID: it goes on, nobody traces it, nothing of ours is in it
is_as_it_was() {
	grep -q '^State:[[:space:]]*[RS]' "/proc/$1/status" &&
		grep -q '^TracerPid:[[:space:]]*0$' "/proc/$1/status" && ! grep -q 'bpfprof-' "/proc/$1/maps"
}

# hold AT BACKEND COMMAND...: bpfprof, held at that call; $status, $held and $other say how it went
hold() {
	local at=$1 backend=$2
	shift 2
	rm -rf "$BPFPROF_STATE" "$work/in"
	mkfifo "$work/in"
	: >"$work/out"
	: >"$work/err"
	"$work/reused" "$at" "$@" -- "${of_other[@]}" "$@" -- "$bpfprof" "--backend=$backend" -d 0.2 \
		<"$work/in" >"$work/out" 2>"$work/err" 7<&- 8<&- 9<&- &
	started+=("$!")
	exec 9>"$work/in"
	soon grep -Eq '^-?[0-9]+ (un)?held [0-9]+$' "$work/out"
	read -r status held other < <(tail -1 "$work/out")
}

# what_is_wrong: with the run that was held
what_is_wrong() {
	sed -i '/blocks of .* are measured$/d;/^bpfprof: warning: cannot probe the markers/d' "$work/err"
	[ "$status" = 1 ] || echo "status $status"
	[ "$(cat "$work/out" "$work/err" | wc -l)" = 2 ] || echo "not one line"
	grep -Eq 'it (has ended|runs another program)' "$work/err" || cut -c1-90 "$work/err"
	is_as_it_was "$other" || echo "the other one is not as it was"
	[ ! -e "$work/ran" ] || echo "the other one's library was run"
}

# reuses NAME EVERY BACKEND COMMAND...: held at each EVERY-th call, up to where it was counted already
reuses() {
	local name=$1 every=${EVERY:-$2} backend=$3 at n=0 bad='' wrong
	shift 3
	for ((at = 2; ; at += every)); do
		hold "$at" "$backend" "$@"
		if [ "$held" != held ] || grep -q "profiling process" "$work/err"; then break; fi
		n=$((n + 1))
		wrong=$(what_is_wrong)
		bad="$bad${wrong:+ $at: $wrong;}"
		exec 9>&-
	done
	exec 9>&-
	[ "$status" = 0 ] || bad="$bad $at: status $status;"
	if [ -z "$bad" ] && [ $n -gt 3 ]; then
		pass "$name"
	else
		fail "$name" "of $n:$bad"
	fi
}

of_other=(/usr/bin/env "RAN=$work/ran" "PYTHONHOME=$work/home")
reuses "by inline" 17 inline "$(realpath "${py[0]}")" "$work/turns.py"
reuses "by eval" 13 eval "$(realpath "${py[0]}")" "$work/turns.py"
of_other=(/usr/bin/env)
python_use 3.9
reuses "by its probes" 7 usdt /usr/bin/env "${PYTHON[@]:1}" "$work/turns.py"
reuses "of blocks" 3 markers "$work/marked" switch
