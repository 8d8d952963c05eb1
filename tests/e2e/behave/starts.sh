#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A script, a shell that execs, -m, stdin and a chroot: each is profiled as it starts alone.
# shellcheck source=tests/e2e/behave/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/script" <<EOF
#!${PYTHON[-1]}
import sys
print("arguments", sys.argv[1:])
EOF
chmod +x "$work/script"
shebang=(env "${py[@]:1:2}" "$work/script" -n 5)
expect "#! script" 0 "${prof[@]}" -- "${shebang[@]}"
has "options after -- are the program's" "arguments \['-n', '5'\]"
expect "shell that execs" 0 "${prof[@]}" -- sh -c 'exec "$0" "$@"' "${py[@]}" -c pass
expect "-m" 0 "${prof[@]}" -- "${py[@]}" -m this
expect "stdin passes" 0 "${prof[@]}" -- "${py[@]}" -c 'print(input())' < <(echo through)
has "stdin passed" '^through$'
python_use 3.15
expect "chroot" 0 "${prof[@]}" -- "${PYTHON[@]}" -c pass
expect "3.15 -X option" 0 "${prof[@]}" -- "${PYTHON[@]}" -X dev -c pass
