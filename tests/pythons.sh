# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced: python_use NAME sets the array PYTHON (the command) and the string PYDIR (where the files
# below tests/ are, as that interpreter sees them). NAME is one of those that pythons_all prints:
# Debian's 3.9, 3.11, 3.13, 3.14, 3.15; 3.15-shared, an executable of two lines over a libpython whose
# probes are taken out; 3.14-jit and 3.15-jit, with the JIT on; 3.13-perf and 3.14-perf, with perf's
# trampolines on, which are an evaluator of the interpreter's own; 3.13t, without the GIL, and 3.13-jit,
# where fetch-pythons.sh has made them; and pyenv-VERSION for what pyenv has installed, from 3.8 on.

cache=${BPFPROF_CACHE:-/var/cache/bpfprof}
tests_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pyenv_dir=${PYENV_ROOT:-$HOME/.pyenv}/versions

# All that this machine has, one a line.
pythons_all() {
	local dir
	printf '%s\n' 3.9 3.11 3.13 3.14 3.15 3.15-shared 3.14-jit 3.15-jit 3.13-perf 3.14-perf
	[ ! -e "$cache/freethreaded/.complete" ] || echo 3.13t
	[ ! -e "$cache/jit/.complete" ] || echo 3.13-jit
	for dir in "$pyenv_dir"/3.{8,9,10,11,12,13,14,15}.*; do
		[ ! -x "$dir/bin/python3" ] || echo "pyenv-$(basename "$dir")"
	done
}

python_use() {
	local lib=$cache/bullseye/usr/lib/x86_64-linux-gnu
	export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
	PYDIR=$tests_dir
	case $1 in
	3.9) PYTHON=(env "PYTHONHOME=$cache/bullseye/usr" "LD_LIBRARY_PATH=$lib"
		"$cache/bullseye/usr/bin/python3.9") ;;
	3.11) PYTHON=(/usr/bin/python3) ;;
	3.13t) PYTHON=("$cache/freethreaded/bin/python3.13t") ;;
	3.13-jit) PYTHON=(env PYTHON_JIT=1 "$cache/jit/bin/python3.13") ;;
	pyenv-*) PYTHON=("$pyenv_dir/${1#pyenv-}/bin/python3") ;;
	*) chroot_use "$1" ;;
	esac
}

# Each test has a directory of its own in there: others may be running. Those of tests that have ended
# are taken away.
chroot_use() {
	local dir
	PYDIR=/bpfprof-tests/$$
	for dir in "$cache"/forky/bpfprof-tests/[0-9]*; do
		kill -0 "${dir##*/}" 2>/dev/null || rm -rf "$dir"
	done
	rm -rf "${cache:?}/forky$PYDIR" "$cache"/forky/tmp/perf-*.map
	mkdir -p "$cache/forky$PYDIR"
	cp -r "$tests_dir/workloads" "$tests_dir/oracle" "$tests_dir/bench" "$tests_dir/targets" \
		"$tests_dir/python" "$cache/forky$PYDIR/"
	PYTHON=(chroot "$cache/forky" "/usr/bin/python${1%-*}")
	case $1 in
	*-shared) shared_use ;;
	*-jit) PYTHON=(env PYTHON_JIT=1 "${PYTHON[@]}") ;;
	*-perf) PYTHON=(env PYTHONPERFSUPPORT=1 "${PYTHON[@]}") ;;
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
