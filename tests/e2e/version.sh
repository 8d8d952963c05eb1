#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Which version a file is, where it has no symbol that says it. version.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" version "$1"

# file_is NAME FILE SONAME WANT STRING...: a library of that name with these strings in it
file_is() {
	local name=$1 file=$2 soname=$3 want=$4 got
	shift 4
	{
		echo 'void _PyEval_EvalFrameDefault(void) {} const char *strings[] = {'
		[ $# = 0 ] || printf '"%s",\n' "$@"
		echo '0};'
	} | gcc -x c - -shared -fPIC -o "$work/$file" ${soname:+-Wl,-soname,"$soname"} || exit 1
	"$bpfprof" probes "$work/$file" >"$work/out" 2>"$work/err"
	got=$(sed -n 's/^version: *CPython //p' "$work/out")
	if [ "$got" = "$want" ]; then
		pass "$name"
	else
		fail "$name" "$got, not $want"
	fi
	rm "$work/$file"
}

so=libpython3.10.so.1.0
file_is "a string of its own" interpreter "" 3.9.2 3.9.2
file_is "a release candidate" interpreter "" 3.10.0rc1 3.10.0rc1
file_is "the tail of pyenv's prefix" $so $so 3.10.13 /root/.pyenv/versions/3.10.13
file_is "the tail of a prefix, without a name" interpreter "" 3.10.13 /opt/python/3.10.13
file_is "a library's name alone" interpreter $so 3.10 "%.80s (%.80s) %.80s"
file_is "a file's name alone" python3.10 "" 3.10
file_is "others' versions are not Python's" python3.10 "" 3.10.4 3.40.1 3.2.0 3.10.4
file_is "nor without a name" interpreter "" 3.10.4 3.40.1 3.2.0 3.10.4
file_is "one of another library, by the name" python3.10 "" 3.10.4 3.8.7 3.10.4
file_is "two of the same minor version" python3.10 "" 3.10 3.10.4 3.10.5
file_is "two versions and no name" interpreter "" unknown 3.9.2 3.10.4
file_is "a name that the strings contradict" python3.10 "" unknown 3.9.2
file_is "a name that DT_SONAME contradicts" python3.9 $so unknown 3.10.4
file_is "nothing at all" interpreter "" unknown nothing
file_is "longer than a version" interpreter "" unknown 3.9.2.1 3.9.2-foo /3.9.2/
