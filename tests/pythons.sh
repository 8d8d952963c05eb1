# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced: python_use VERSION sets the array PYTHON (the command) and the string PYDIR (where the
# files below tests/ are, as that interpreter sees them). VERSION: 3.9, 3.11, 3.13, 3.14, 3.15, and
# 3.15-shared, an executable of two lines over a libpython whose probes are taken out.

cache=${BPFPROF_CACHE:-/var/cache/bpfprof}
tests_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

python_use() {
	local lib=$cache/bullseye/usr/lib/x86_64-linux-gnu
	export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
	PYDIR=$tests_dir
	case $1 in
	3.9) PYTHON=(env "PYTHONHOME=$cache/bullseye/usr" "LD_LIBRARY_PATH=$lib"
		"$cache/bullseye/usr/bin/python3.9") ;;
	3.11) PYTHON=(/usr/bin/python3) ;;
	*)
		PYDIR=/bpfprof-tests
		rm -rf "${cache:?}/forky/$PYDIR"
		mkdir -p "$cache/forky/$PYDIR"
		cp -r "$tests_dir/workloads" "$tests_dir/oracle" "$tests_dir/bench" "$tests_dir/targets" \
			"$tests_dir/python" "$cache/forky/$PYDIR/"
		PYTHON=(chroot "$cache/forky" "/usr/bin/python${1%-shared}")
		case $1 in *-shared) shared_use ;; esac
		;;
	esac
}

# After python_use VERSION: makes the package in BUILD_DIR/python importable there. bpfprof_use BUILD_DIR
bpfprof_use() {
	export PYTHONPATH=$1/python
	[ "$PYDIR" = "$tests_dir" ] && return
	PYTHONPATH=$PYDIR/package
	cp -r "$1/python" "$cache/forky/$PYTHONPATH"
}

shared_use() {
	local lib=libpython3.15.so.1.0 tree=$cache/forky
	objcopy --remove-section .note.stapsdt "$tree/usr/lib/x86_64-linux-gnu/$lib" \
		"$tree$PYDIR/$lib"
	echo 'int Py_BytesMain(int, char **);
	int main(int n, char **v) { return Py_BytesMain(n, v); }' |
		gcc -x c - -x none -o "$tree$PYDIR/embedded" -Wl,--allow-shlib-undefined \
			"$tree/usr/lib/x86_64-linux-gnu/$lib"
	PYTHON=(chroot "$tree" env "LD_LIBRARY_PATH=$PYDIR" "$PYDIR/embedded")
}
