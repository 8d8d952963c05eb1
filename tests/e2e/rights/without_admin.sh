#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Probes with semaphores, placed without CAP_SYS_ADMIN (Linux 6.10 and later): counts are exact, a child that was
# forked meanwhile lives on and is not counted, and the semaphores are as before, also where bpfprof was killed.
# shellcheck source=tests/e2e/rights/common.sh
. "$(dirname "$0")/common.sh"

caps=$base
printf '6.10\n%s\n' "$(uname -r)" | sort -VC || caps=$caps,sys_admin
few=-all,+${caps//,/,+}
cat >"$work/few" <<E2
#!/bin/sh
exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=$few --ambient-caps=$few --bounding-set=$few \
	$bpfprof "\$@"
E2
chmod 755 "$work/few"
bpfprof=$work/few

python_use 3.9
cat >"$work/forks.py" <<'E2'
import os, sys

def leaf(): pass
def calls(n):
    for _ in range(n): leaf()

r, w = os.pipe()
print("ready", flush=True)
for line in sys.stdin:
    if line == "calls\n":
        calls(3)
        print("called", flush=True)
    elif line == "fork\n":
        child = os.fork()
        if not child:
            os.close(w)
            calls(100)
            print(os.getpid(), flush=True)
            os.read(r, 1)
            calls(100)
            os._exit(0)
    else:
        os.close(w)
        print("ended", os.waitpid(child, 0)[1], flush=True)
E2

# semaphores PID: how many of its interpreter's two are raised
semaphores() {
	python3 - "$1" "$(readlink "/proc/$1/exe")" <<'E2'
import re, subprocess, sys
notes = subprocess.run(["readelf", "-n", sys.argv[2]], capture_output=True, text=True, check=True).stdout
at = re.findall(r"Name: function__(?:entry|return)\n.*Semaphore: (0x[0-9a-f]+)", notes)
assert len(at) == 2, at
with open(f"/proc/{sys.argv[1]}/mem", "rb") as mem:
    print(sum(mem.seek(int(a, 16)) and mem.read(2) != b"\0\0" for a in at))
E2
}

# raised PID NUMBER: so many
raised() {
	[ "$(semaphores "$1")" = "$2" ]
}

# holds NAME COMMAND...
holds() {
	if "${@:2}"; then
		pass "$1"
	else
		fail "$1" "raised: $(semaphores "$pid"), in the child: ${child:+$(semaphores "$child")}; said: $line"
	fi
}

answers() {
	ask "$1"
	[ "$line" = "$2" ]
}

driven setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
	"${PYTHON[@]}" -u "$work/forks.py"
child=''
mkdir -m 777 "$work/to"
counting --bias off --backend=usdt -p "$pid" -o "$work/to/p.json"
holds "both are raised while it counts" raised "$pid" 2
holds "it runs on" answers calls called
ask fork
child=$line
kill -INT "$me"
wait "$me"
holds "none is raised after" soon raised "$pid" 0
holds "nor in a child that was forked meanwhile" soon raised "$child" 0
checks "its calls are counted, and not the child's" - "$work/to/p.json" <<'E2'
import json, sys
p = json.load(open(sys.argv[1]))
assert [f["ncalls"] for f in p["functions"] if f["name"] == "leaf"] == [3], p["functions"]
assert not any(p["losses"].values()), p["losses"]
E2
holds "the child ends well" answers end "ended 0"
child=''
counting --bias off --backend=usdt -p "$pid"
holds "both are raised again" raised "$pid" 2
kill -9 "$me"
wait "$me" 2>/dev/null
holds "none is raised after it was killed" soon raised "$pid" 0
holds "it runs on after that" answers calls called
stop
