#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where reports go: pipes, FIFOs, links, full disks, closed descriptors; nothing is lost, and no
# reader harms the process. outputs.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" outputs "$1"
python_use 3.11
cd "$work" || exit 1

cat >busy.py <<'EOF2'
import time
def leaf(): pass
def work():
    for _ in range(100): leaf()
    time.sleep(.001)
print("ready", flush=True)
while True: work()
EOF2
start "${PYTHON[@]}" "$work/busy.py"
attach=("$bpfprof" -q -p "$pid")

# well NAME: the target runs, and can be profiled again
well() {
	if kill -0 "$pid" && "${attach[@]}" -d 0.2 2>err | grep -q '(leaf)'; then
		pass "$1"
	else
		fail "$1" "it cannot be profiled again"
	fi
}

# kept NAME: what stderr says was stored elsewhere is a profile
kept() {
	local path
	path=$(sed -n 's/.*the profile went to \(.*\); print.*/\1/p' err)
	if [ -n "$path" ] && "$bpfprof" report "$path" | grep -q '(leaf)'; then
		pass "$1"
	else
		fail "$1" "the profile is lost"
	fi
	rm -f "$path"
}

# holds NAME WHY COMMAND...: the command does
holds() {
	if "${@:3}"; then
		pass "$1"
	else
		fail "$1" "$2"
	fi
}

# --- FIFOs and pipes

# fifo NAME: makes it, with its read end open as 9, and no more than a page of room
fifo() {
	mkfifo "$1"
	# shellcheck disable=SC2094
	exec 8<>"$1" 9<"$1" 8>&-
	/usr/bin/python3 -c 'import fcntl; fcntl.fcntl(9, 1031, 4096)' # F_SETPIPE_SZ
}

# begun: bpfprof, $me, has said that it measures
begun() {
	soon grep -q 'profiling process' err
}

fifo pipe
"$bpfprof" -p "$pid" -d 0.2 -o pipe 2>err &
me=$!
begun
cat <&9 >out
wait $me
status=$?
exec 9<&-
if [ $status = 0 ] && grep -q '(leaf)' out; then
	pass "a FIFO with a reader"
else
	fail "a FIFO with a reader" "status $status"
fi
refuse "a FIFO without a reader" 1 'nobody reads it' "${attach[@]}" -d 0.2 -o pipe

fifo stuck
"$bpfprof" -p "$pid" -i 0.1 -f json -o stuck 2>err &
me=$!
begun
read -r -N 1 -u 9 _ # and no more
kill -TERM $me
wait $me
status=$?
exec 9<&-
if [ $status = 1 ] && grep -q 'its reader takes nothing' err; then
	pass "SIGTERM ends it, whoever does not read"
else
	fail "SIGTERM ends it, whoever does not read" "status $status"
fi
kept "and what was measured is kept"
well "and the process is left"

# a reader that sleeps for longer than the stub waits, and reads all then
fifo slow
"$bpfprof" -p "$pid" -d 4 -i 0.1 -f json -o slow 2>err &
me=$!
begun
read -r -N 1 -u 9 first
sleep 3.5 # no report is taken meanwhile
{
	echo -n "$first"
	cat <&9
} >out
wait $me
status=$?
exec 9<&-
if why=$(/usr/bin/python3 - out 2>&1 <<'EOF2'
import json, sys
text, readings = open(sys.argv[1]).read(), []
while text.strip():
    reading, end = json.JSONDecoder().raw_decode(text.lstrip())
    text = text.lstrip()[end:]
    readings.append(reading)
assert len(readings) >= 2 and not readings[-1]["losses"], readings[-1]["losses"]
calls = [sum(f["ncalls"] for f in r["functions"]) for r in readings]
assert calls == sorted(calls), calls
EOF2
) && [ $status = 0 ]; then
	pass "a slow reader costs no calls"
else
	fail "a slow reader costs no calls" "status $status, $(tail -1 <<<"$why")"
fi

"${attach[@]}" -i 0.1 2>err | head -1 >out
status=${PIPESTATUS[0]}
if [ "$status" = 141 ] && [ ! -s err ] && [ -s out ]; then
	pass "a reader that goes away"
else
	fail "a reader that goes away" "status $status"
fi
well "and the process is left, too"
"$bpfprof" -q -i 0.1 -- "${PYTHON[@]}" -c $'import time, sys\ndef f(): time.sleep(1)\nf()\nsys.exit(3)' 2>err | head -1 >out
status=${PIPESTATUS[0]}
holds "a launched program ends as it does" "status $status" [ "$status" = 3 ]

# --- files
echo before >kept
ln -s nowhere dangling
ln -s kept link
for link in dangling link; do
	refuse "a $link is not followed" 1 'symbolic link' "${attach[@]}" -d 0.2 -o "$link"
done
holds "a link is left as it was" "it is not" eval '[ -L dangling ] && [ ! -e nowhere ]'
holds "what a link names is left as it was" "it is not" [ "$(cat kept)" = before ]
refuse "a directory" 1 'directory' "${attach[@]}" -o .
chmod 640 kept
chown 65534 kept
ln kept other
"${attach[@]}" -d 0.2 -o kept 2>err
if [ "$(stat -c %a:%u kept)" = 640:65534 ] && grep -q '(leaf)' kept && [ "$(cat other)" = before ]; then
	pass "a file is replaced at once, its mode and owner kept"
else
	fail "a file is replaced at once, its mode and owner kept" "$(stat -c %a:%u kept)"
fi

mkdir full
if mount -t tmpfs -o size=64k none full; then
	echo earlier >full/p.json
	dd if=/dev/zero of=full/fill bs=1k 2>/dev/null
	TMPDIR=$work "${attach[@]}" -d 0.2 -o full/p.json 2>err
	status=$?
	if [ $status = 1 ] && [ "$(cat full/p.json)" = earlier ] && [ "$(ls -A full)" = $'fill\np.json' ]; then
		pass "a full disk: the report before survives"
	else
		fail "a full disk: the report before survives" "status $status, $(ls -A full)"
	fi
	kept "a full disk: the new one is kept elsewhere"
	umount full
else
	echo "ok outputs a full disk # SKIP no tmpfs can be mounted"
fi

# --- closed descriptors
"${attach[@]}" -d 0.2 >&- 2>err
status=$?
holds "closed stdout" "status $status" eval '[ $status = 1 ] && grep -q "stdout is closed" err'
"$bpfprof" -q -o closed.json -- "${PYTHON[@]}" -c 'import os
def is_open(fd):
    try: os.fstat(fd)
    except OSError: return False
    return True
os._exit(10 + is_open(0) + 2 * is_open(1))' <&- >&- 2>err
status=$?
if [ $status = 10 ] && "$bpfprof" report closed.json | grep -q is_open; then
	pass "closed descriptors are the program's too"
else
	fail "closed descriptors are the program's too" "status $status"
fi

# --- bytes that are no UTF-8
odd=$'odd\xff'
cat >"$odd.py" <<'EOF2'
def leaf(): pass
leaf()
EOF2
cp "${PYTHON[-1]}" "$work/python$odd" 2>/dev/null
"$bpfprof" -q -o odd.json -- "$work/python$odd" "$work/$odd.py" $'\xfe' 2>err
if why=$(/usr/bin/python3 - 2>&1 <<'EOF2'
import json
with open("odd.json", encoding="utf-8") as f:
    p = json.load(f)
assert p["target"]["command"].endswith(r"odd\xff.py \xfe"), p["target"]
assert p["target"]["exe"].endswith(r"odd\xff"), p["target"]
assert [f for f in p["functions"] if f["name"] == "leaf"][0]["file"].endswith(r"odd\udcff.py")
EOF2
); then
	pass "bytes that are no UTF-8 are escaped in the JSON"
else
	fail "bytes that are no UTF-8 are escaped in the JSON" "$(tail -1 <<<"$why")"
fi
"$bpfprof" report -o odd.prof odd.json 2>err
"${PYTHON[@]}" -m cProfile -o theirs.prof "$work/$odd.py"
if why=$("${PYTHON[@]}" - 2>&1 <<'EOF2'
import pstats
ours, theirs = ({k for k in pstats.Stats(f).stats if k[2] == "leaf"} for f in ("odd.prof", "theirs.prof"))
assert ours == theirs, (ours, theirs)
EOF2
); then
	pass "and in a .prof they are what cProfile has"
else
	fail "and in a .prof they are what cProfile has" "$(tail -1 <<<"$why")"
fi

# --- a format that cannot hold what was measured
"${attach[@]}" -d 0.2 -o blocks.csv 2>err
status=$?
holds "csv of no blocks" "status $status" \
	eval '[ $status = 1 ] && grep -q "which is blocks" err && [ ! -e blocks.csv ]'
kept "and what was measured is kept elsewhere"
well "the process is well to the end"
leftover=$(find . -name '.bpfprof-*')
holds "no fresh file is left" "$leftover" [ -z "$leftover" ]
stop
