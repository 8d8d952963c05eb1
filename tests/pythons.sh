# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced: python_use VERSION sets the array PYTHON (the command) and the string PYDIR (where the
# files below tests/ are, as that interpreter sees them).

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
		cp -r "$tests_dir/workloads" "$tests_dir/oracle" "$tests_dir/bench" "$cache/forky/$PYDIR/"
		PYTHON=(chroot "$cache/forky" "/usr/bin/python$1")
		;;
	esac
}
