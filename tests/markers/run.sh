#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The public header and libbpfprof, as installed. run.sh BUILD_DIR
set -uo pipefail

build=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1

try() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		echo "ok markers $name"
	else
		echo "not ok markers $name - status $? $(tail -1 <<<"$out")"
		awk '{print "# " $0}' <<<"$out"
	fi
}

same() {
	local name=$1 got=$2 want=$3
	if [ "$got" = "$want" ]; then
		echo "ok markers $name"
	else
		echo "not ok markers $name - got '$got', want '$want'"
	fi
}

try 'install' make -s -C "$here/../.." O="$build" DESTDIR="$work" PREFIX=/usr install
try 'install elsewhere' make -s -C "$here/../.." O="$build" DESTDIR="$work/else" PREFIX=/usr install
echo mine | tee "$work/else/usr/sbin/mine" >"$work/else/usr/share/bpfprof/mine"
try 'uninstall' make -s -C "$here/../.." O="$build" DESTDIR="$work/else" PREFIX=/usr uninstall
same 'uninstall leaves what it did not write' "$(cd "$work/else" && find . ! -type d | sort | tr '\n' ' ')" \
	'./usr/sbin/mine ./usr/share/bpfprof/mine '
inc=$work/usr/include
lib=$work/usr/lib
flags() { PKG_CONFIG_SYSROOT_DIR=$work PKG_CONFIG_PATH=$lib/pkgconfig \
	PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 pkg-config "$@" bpfprof; }
same 'pkg-config' "$(flags --cflags --libs)" "-I$inc -L$lib -lbpfprof "
warn='-Wall -Wextra -Wpedantic -Wshadow -Werror'

# --- compilers: the header, and its inline half under sanitizers -----------------------------------

compile() { # NAME COMPILER... : the example and the switches
	local name=$1
	shift
	# shellcheck disable=SC2086
	try "compiles: $name" "$@" $warn -O2 "-I$inc" -c "$here/switch.c" -o "$work/switch.o"
	# shellcheck disable=SC2086
	try "switches: $name" eval "$* $warn -g -fsanitize=address,undefined \
		-fno-sanitize-recover=all -I$inc $here/switch.c -o $work/switch && $work/switch"
}
compile 'gcc, C11' gcc -std=c11
compile 'gcc, C11, -O0' gcc -std=c11 -O0
compile 'gcc, gnu17' gcc -std=gnu17
compile 'clang, C11' clang -std=c11
compile 'g++, C++11' g++ -std=c++11 -x c++
compile 'g++, C++20' g++ -std=c++20 -x c++
# clang's sanitizers are a package of their own, which is not needed for C++ alone
# shellcheck disable=SC2086
try 'compiles: clang, C++17' clang -x c++ -std=c++17 -nostdinc++ $warn "-I$inc" -c \
	"$here/switch.c" -o "$work/switch.o"

for track in -1 1024; do
	echo "#include <bpfprof.h>
	void f(void); void f(void) { BPFPROF_BLOCK($track, \"x\"); }" >"$work/bad.c"
	gcc "-I$inc" -c "$work/bad.c" -o "$work/bad.o" 2>/dev/null
	same "track $track does not compile" $? 1
done

# --- linked in each way ----------------------------------------------------------------------------

export LD_LIBRARY_PATH=$lib
link() { # NAME FLAGS...
	local name=$1
	shift
	try "example: $name" gcc -O2 "-I$inc" "$here/example.c" -o "$work/example-$name" "$@"
	try "outside: $name" gcc -O2 -D_GNU_SOURCE "-I$inc" "$here/outside.c" -o "$work/outside-$name" "$@"
	strip "$work/example-$name" "$work/outside-$name"
	same "runs: $name" "$("$work/example-$name" 100)" '100 rounds, sum 112375000'
	try "control found and heeded: $name" "$work/outside-$name"
}
link pie -fPIE -pie "$lib/libbpfprof.a"
link fixed -fno-pie -no-pie "$lib/libbpfprof.a"
link static -static -Wl,--gc-sections "$lib/libbpfprof.a"
link static-pie -static-pie "$lib/libbpfprof.a"
link shared -fPIE -pie "-L$lib" -lbpfprof
link shared-fixed -fno-pie -no-pie "-L$lib" -lbpfprof
same 'soname' "$(readelf -d "$work/example-shared" | grep -c 'NEEDED.*\[libbpfprof.so.0\]')" 1
same 'nothing else is needed' "$(readelf -d "$lib/libbpfprof.so.0" | grep -c NEEDED)" 0
same 'the stack stays shut' "$(readelf -lW "$lib/libbpfprof.so.0" | awk '/GNU_STACK/ {print $7}')" RW

# --- what a profiler finds ---------------------------------------------------------------------------

# "NAME LOCATION ARGUMENTS" of our stapsdt notes
notes() {
	readelf -nW "$1" | awk '
		/Provider:/ { ours = /Provider: bpfprof$/ }
		/Name:/ { name = $2 }
		/Location:/ { at = $2; sub(",", "", at) }
		/Arguments:/ && ours { printf "%s %s %s\n", name, at, $2 }'
}

bytes_at() { # FILE ADDRESS COUNT
	objdump -d --start-address="$2" --stop-address=$(($2 + $3)) "$1" |
		awk -F'\t' '/^ *[0-9a-f]+:\t/ {printf "%s", $2}' | tr -s ' ' | sed 's/ $//'
}

site() { # FILE: the locations of begin and end
	notes "$1" | awk '{print $2}' | tr '\n' ' '
}

for name in pie fixed static static-pie; do
	file=$work/example-$name
	same "notes after strip: $name" "$(notes "$file" | awk '{print $1, $3}' | tr '\n' ' ')" \
		'block__begin 8@%rdi block__end 8@%rdi '
	for at in $(site "$file"); do
		same "nop5, nop, ret at $at: $name" "$(bytes_at "$file" $((at - 5)) 7)" \
			'0f 1f 44 00 00 90 c3'
	done
done
# A copy: probes count who runs the file, and other tests may.
cp -r "$build/python" "$work/python"
extension=$work/python/bpfprof/_core.abi3.so
for file in "$lib/libbpfprof.so.0" "$extension"; do
	for symbol in begin end; do
		at=0x$(nm -D "$file" | awk "/ T bpfprof_block_$symbol\$/ {print \$1}")
		same "block_$symbol of $(basename "$file")" "$(bytes_at "$file" "$at" 7)" \
			'0f 1f 44 00 00 90 c3'
		same "its note points behind the first nop" \
			$(($(notes "$file" | awk "/block__$symbol/ {print \$2}"))) $((at + 5))
	done
done

# --- uprobes on them, before the first nop and behind it ---------------------------------------------

probed() { # NAME WANT FILE COMMAND...
	local name=$1 want=$2 file=$3 begin end text
	shift 3
	read -r begin end <<<"$(site "$file")"
	# all of the text is at its address less that of the segment, plus that in the file
	text=$(readelf -lW "$file" | awk '/LOAD.*R E/ {print $3, $2; exit}')
	begin=$((begin - ${text% *} + ${text#* }))
	end=$((end - ${text% *} + ${text#* }))
	same "uprobes: $name" "$(unshare -m python3 "$here/uprobes.py" "$file" \
		$((begin - 5)),$begin,$((end - 5)),$end "$@")" "$want $want $want $want"
}

if [ "$(id -u)" != 0 ]; then
	echo 'ok markers uprobes # SKIP not root'
	exit 0
fi
for name in pie static; do
	probed "$name" 4000 "$work/example-$name" "$work/example-$name" 1000
done
probed shared 4000 "$lib/libbpfprof.so.0" "$work/example-shared" 1000
probed 'from Python' 3020 "$extension" env PYTHONPATH="$work/python" /usr/bin/python3 \
	"$here/blocks.py"
