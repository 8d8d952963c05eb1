#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The program that needs no library, in a tree that has none of them; and the list of what the other
# is made of. static.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" static "$1"
python_use 3.14
tree=$cache/forky
cp "$bpfprof-static" "$tree$PYDIR/bpfprof"

needed=$(readelf -d "$bpfprof-static" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | sort | tr '\n' ' ')
case "$needed" in
"libc.so.6 libm.so.6 ") pass "needs the C library" ;;
*) fail "needs the C library" "$needed" ;;
esac

# there SCRIPT: in that tree, with /proc and /sys of its own
there() {
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount -t proc proc "$0/proc" && mount --rbind /sys "$0/sys" && exec chroot "$0" sh -c "$1"' \
		"$tree" "$1"
}

if there 'ldconfig -p' | grep -q libbpf; then
	fail "a tree without libbpf" "$tree has it"
fi
there "cd $PYDIR && ./bpfprof -q --bias off -o x.json -- python3.14 -c 'def f(): pass
for _ in range(1000): f()'" 2>"$work/err"
counted=$(jq '.functions[] | select(.name == "f").ncalls' "$tree$PYDIR/x.json")
if [ "$counted" = 1000 ]; then
	pass "profiles where no library is"
else
	fail "profiles where no library is" "$counted calls: $(cat "$work/err")"
fi

/usr/bin/python3 "$(dirname "$0")/../../user/share/sbom.py" "$bpfprof" >"$work/sbom" 2>"$work/err"
readelf -d "$bpfprof" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | sort >"$work/want"
jq -r '.components[] | select(.purl and .version and .hashes) | .name' "$work/sbom" | sort >"$work/listed"
missing=$(comm -23 "$work/want" "$work/listed" | tr '\n' ' ')
if [ -s "$work/want" ] && [ -z "$missing" ]; then
	pass "each library is listed with its package"
else
	fail "each library is listed with its package" "missing: $missing $(cat "$work/err")"
fi
