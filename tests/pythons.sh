# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# Sourced. For the interpreters 3.9, 3.11, 3.13, 3.14 and 3.15:
#   python_cmd VERSION   sets the array PYTHON, to be used as "${PYTHON[@]}" script.py, and PYDIR:
#                        where it sees tests/; python_use is the same
#   python_path FILE     prints where that interpreter sees FILE, a file of tests/ or a new file
#   python_host FILE     prints where a file that it wrote there is seen from outside
# 3.13 and later run in a chroot, into which python_cmd copies the tests' Python files.

cache=${BPFPROF_CACHE:-/var/cache/bpfprof}
tests_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

python_cmd() {
	local root=$cache/bullseye/usr
	# What PYTHON* variables of the caller could change is the same for every run.
	unset PYTHONPATH PYTHONSTARTUP PYTHONPROFILEIMPORTTIME PYTHON_JIT PYTHON_GIL PYTHONDEVMODE
	export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 PYTHONNOUSERSITE=1
	PYTHON_TREE=
	PYDIR=$tests_dir
	case $1 in
	3.9) PYTHON=(env "PYTHONHOME=$root" "LD_LIBRARY_PATH=$root/lib/x86_64-linux-gnu"
		"$root/bin/python3.9") ;;
	3.11) PYTHON=(/usr/bin/python3) ;;
	3.13 | 3.14 | 3.15)
		PYTHON_TREE=$cache/forky
		PYDIR=/bpfprof-tests
		rm -rf --one-file-system "${PYTHON_TREE:?}/bpfprof-tests"
		mkdir -p "$PYTHON_TREE/bpfprof-tests"
		cp -r "$tests_dir/workloads" "$tests_dir/oracle" "$tests_dir/bench" \
			"$PYTHON_TREE/bpfprof-tests/"
		PYTHON=(chroot "$PYTHON_TREE" "/usr/bin/python$1")
		;;
	*)
		echo "python_cmd: no Python $1" >&2
		return 1
		;;
	esac
}

python_path() {
	local file
	file=$(realpath -m "$1")
	case $file in
	"$tests_dir"/*) echo "$PYDIR/${file#"$tests_dir"/}" ;;
	*) if [ -n "$PYTHON_TREE" ]; then echo "$PYDIR/${file##*/}"; else echo "$file"; fi ;;
	esac
}

python_host() {
	echo "$PYTHON_TREE$1"
}

python_use() {
	python_cmd "$@"
}
