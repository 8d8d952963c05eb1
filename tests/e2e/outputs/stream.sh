#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The ticks of a stream add up to the profile, whatever its file or its reader did meanwhile.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

cat >adds_up.py <<'EOF2'
import collections, json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
final = json.load(open(sys.argv[2]))
records = [line["record"] for line in lines]
assert records[0] == "meta" and records[-1] == "end" and set(records[1:-1]) == {"tick"}, records
assert len(records) >= 5, records
assert [line["sequence"] for line in lines] == list(range(len(lines)))
assert len({line["run"] for line in lines}) == 1
ticks = lines[1:-1]
assert all(a["start_ns"] + a["duration_ns"] == b["start_ns"] for a, b in zip(ticks, ticks[1:]))
assert lines[-1]["duration_ns"] == final["target"]["duration_ns"] == sum(t["duration_ns"] for t in ticks)
KEYS = {"functions": ("file", "line", "name"), "threads": ("tid",),
        "edges": ("caller_file", "caller_line", "caller_name", "callee_file", "callee_line", "callee_name")}
def counts(kind, profiles):
    found = collections.Counter()
    for p in profiles:
        for row in p[kind]:
            for figure in ("ncalls", "primitive_calls"):
                found[(*(row[k] for k in KEYS[kind]), figure)] += row.get(figure, 0)
    return +found
for kind in KEYS:
    told, whole = counts(kind, ticks), counts(kind, [final])
    assert told == whole and whole, (kind, told, whole)
EOF2

# adds_up NAME FILE: its ticks, those of p.json
adds_up() {
	local why
	if why=$(/usr/bin/python3 adds_up.py "$2" p.json 2>&1); then
		pass "$1"
	else
		fail "$1" "$(tail -1 <<<"$why")"
	fi
}

# run ARGUMENT...: bpfprof, $me, until it is interrupted
run() {
	"$bpfprof" -p "$pid" -i 0.1 -o p.json "$@" 2>err 9<&- &
	me=$!
	begun
}

has_ticks() {
	[ -e "$1" ] && [ "$(grep -c '"tick"' "$1")" -ge "$2" ]
}

# Three in a row, each below 300 ms: a process is looked after twice a second only.
has_short_ticks() {
	grep '"tick"' "$1" | awk -F '"duration_ns": ?' '
	{ n = $2 + 0 < 3e8 ? n + 1 : 0 }
	n == 3 { exit }
	END { exit n != 3 }'
}

ended() {
	kill -INT $me
	wait $me
}

run -o s.ndjson
soon has_ticks s.ndjson 3
holds "intervals are as short as asked for" "all of them long" soon has_short_ticks s.ndjson
ended
adds_up "a file" s.ndjson

run -f ndjson -o - >stdout
soon has_ticks stdout 3
ended
adds_up "stdout" stdout

mkfifo dies.ndjson
exec 9<>dies.ndjson # there is a reader before bpfprof looks for one
run -o s.ndjson -o dies.ndjson
head -c 1 <&9 >/dev/null
exec 9<&-
soon grep -q 'dies.ndjson: its reader is gone' err
from=$(grep -c '"tick"' s.ndjson)
soon has_ticks s.ndjson $((from + 3))
ended
holds "a reader that dies does not end the run" "status" [ $? = 0 ]
adds_up "and the others have all of it" s.ndjson

mkdir full
if mount -t tmpfs -o size=4m none full; then
	run -o full/s.ndjson
	soon has_ticks full/s.ndjson 2
	dd if=/dev/zero of=full/fill bs=4k 2>/dev/null
	soon grep -q 'for now: No space left' err
	rm full/fill
	from=$(grep -c '"tick"' full/s.ndjson)
	soon has_ticks full/s.ndjson $((from + 2))
	ended
	adds_up "a full disk: the next tick has what happened meanwhile" full/s.ndjson
	umount full
else
	echo "ok $ring a full disk # SKIP no tmpfs can be mounted"
fi
ends
