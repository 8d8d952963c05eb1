#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Processes in containers of many kinds, made of what engines make them of. contained.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" contained "$1"
python_use 3.11

cat >"$work/target.py" <<'E2'
import sys
def leaf(): pass
print("ready", flush=True)
sys.stdin.readline()
for _ in range(1000): leaf()
E2
mkdir "$work/root" "$work/layers"

# In a mount namespace: a root of layers over this machine's; with COMMAND inside.
# shellcheck disable=SC2016
layered='mount -t tmpfs none "$1/layers" && mkdir "$1/layers/up" "$1/layers/work" &&
	mount -t overlay -o "lowerdir=/,upperdir=$1/layers/up,workdir=$1/layers/work" none "$1/root" &&
	mkdir -p "$1/root$1" && cp "$1/target.py" "$1/root$1/"'
# Nothing in it but the interpreter, its libraries and the program: no shell, no /proc.
# shellcheck disable=SC2016
bare='mount -t tmpfs none "$1/root" && cd "$1/root" && mkdir -p usr/bin usr/lib lib64 "$1/root$1" &&
	cp "$1/target.py" "$1/root$1/" && cp -L /usr/bin/python3 usr/bin/ && cp /lib64/ld-linux* lib64/ &&
	mount --bind /usr/lib usr/lib && ln -s usr/lib lib'
# shellcheck disable=SC2016
enter='exec chroot "$1/root" /usr/bin/python3 "$1/target.py"'

# the processes below $1 that have no child: the program itself
inner() {
	local child
	child=$(pgrep -P "$1")
	if [ -n "$child" ]; then
		inner "$child"
	else
		echo "$1"
	fi
}

# contained NAME COMMAND...: 1,000 calls of a program that the command starts are counted
contained() {
	local name=$1 target
	shift
	rm -f "$work/go"
	start "$@" < <(soon test -e "$work/go" && echo)
	if [ "$line" != ready ]; then
		fail "$name" "the program does not start: $(head -1 "$work/said")"
		return
	fi
	target=$(inner "$pid")
	if [ -n "$limited" ]; then
		echo $(($(cat "$limited/$usage") + 512 * 1024)) >"$limited/$limit"
	fi
	counting --bias off -p "$target"
	touch "$work/go"
	wait "$me" "$pid"
	exec 8<&-
	has "$name" '^ +1000 .*\(leaf\)$'
}

limited='' # the control group whose limit is to be half a MiB above what is used
program=(/usr/bin/python3 "$work/target.py")
all=(unshare --mount --pid --fork --kill-child --net --ipc --uts --cgroup --time)
chmod 755 "$work"
contained "all namespaces" "${all[@]}" --mount-proc "${program[@]}"
contained "a user namespace too" unshare --user --map-root-user --mount --pid --fork --kill-child \
	--net --ipc --uts "${program[@]}"
contained "a root of layers, /proc of its own" "${all[@]}" sh -c \
	"$layered && mount -t proc proc \"\$1/root/proc\" && $enter" - "$work"
contained "a root that is read only" "${all[@]}" sh -c \
	"$layered && mount -o remount,ro \"\$1/root\" && $enter" - "$work"
contained "no shell, no /proc" "${all[@]}" sh -c "$bare && $enter" - "$work"
contained "another user, no rights" "${all[@]}" setpriv --reuid 65534 --regid 65534 --clear-groups \
	--bounding-set=-all --inh-caps=-all --no-new-privs "${program[@]}"

# A memory limit that is nearly used up, by whichever control groups there are.
for root in /sys/fs/cgroup/memory /sys/fs/cgroup; do
	limited=$root/bpfprof-$$
	mkdir "$limited" 2>/dev/null && [ -e "$limited/cgroup.procs" ] && break
done
usage=memory.usage_in_bytes limit=memory.limit_in_bytes
[ -e "$limited/$limit" ] || usage=memory.current limit=memory.max
if [ -e "$limited/$limit" ]; then
	# shellcheck disable=SC2016
	contained "a memory limit with half a MiB left" sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$limited" \
		"${program[@]}"
else
	echo "ok contained a memory limit # SKIP no control group of memory can be made here"
fi
[ ! -d "$limited" ] || rmdir "$limited"
