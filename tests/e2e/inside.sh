#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# bpfprof itself in a privileged container, with the machine's process numbers and with its own: counts, and time off a
# CPU. inside.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" inside "$1"
python_use 3.11

cat >"$work/target.py" <<'E2'
import sys, time
def leaf(): pass
def rest(): time.sleep(0.2)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(1000): leaf()
rest()
E2
# A root of layers over this machine's, as engines make one, with what they mount in a privileged container.
# shellcheck disable=SC2016
cat >"$work/container.sh" <<'E2'
set -e
mkdir "$1/layers" "$1/root"
mount -t tmpfs none "$1/layers"
mkdir "$1/layers/up" "$1/layers/work"
mount -t overlay -o "lowerdir=/,upperdir=$1/layers/up,workdir=$1/layers/work" none "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /sys "$1/root/sys"
mount --rbind /dev "$1/root/dev"
mount -t tmpfs none "$1/root/tmp"
mkdir -p "$1/root$1"
mount --bind "$1" "$1/root$1"
mkdir -p "$1/root$(dirname "$2")"
exec chroot "$1/root" sh "$1/inner.sh" "$@"
E2
cat >"$work/inner.sh" <<'E2'
mkfifo "$1/in"
/usr/bin/python3 "$1/target.py" <>"$1/in" >"$1/said" &
target=$!
until grep -q ready "$1/said"; do sleep 0.02; done
case $3 in
launched)
	echo >"$1/in"
	"$2" -q --bias off -o "$1/x.json" -- /usr/bin/python3 "$1/target.py" </dev/null >"$1/out" 2>"$1/err"
	;;
*)
	"$2" --bias off --backend="$3" -o "$1/x.json" -p "$target" >"$1/out" 2>"$1/err" &
	until grep -q 'profiling process' "$1/err" || ! kill -0 $!; do sleep 0.02; done
	echo >"$1/in"
	wait $!
	;;
esac
wait "$target"
E2
cat >"$work/check.py" <<'E2'
import json, sys
p = json.load(open(sys.argv[1]))
f = {f["name"]: f for f in p["functions"] if f["file"].endswith("target.py")}
assert f["leaf"]["ncalls"] == 1000 and f["rest"]["ncalls"] == 1, f
rest = f["rest"]["own_off_ns"] - f["rest"]["own_runnable_ns"]
assert rest > 150000000, f["rest"]
assert not p["losses"], p["losses"]
E2

# inside NAME BACKEND NAMESPACE...
inside() {
	local name=$1 by=$2
	shift 2
	rm -rf "$work"/{layers,root,in,said,x.json}
	unshare --mount --net --ipc --uts --cgroup --fork --kill-child "$@" sh "$work/container.sh" "$work" "$bpfprof" "$by" \
		>"$work/out" 2>"$work/err"
	checks "$name, $by" "$work/check.py" "$work/x.json"
}

for by in inline eval launched; do
	inside "the machine's numbers" $by
	inside "numbers of its own" $by --pid
done
