# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What root must not do, whatever a hostile target tries. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "guard/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

python_use 3.11
py=("${PYTHON[@]}")
chmod 755 "$work"
as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)

sandbox_make() {
	gcc -O1 "$here/sandbox.c" -o "$work/sandbox"
}

# NAME: what the process loads to harm itself
library_make() {
	gcc -O1 -Wall -Wextra -shared -fPIC "$here/$1.c" -o "$work/$1.so" || exit 1
}

# calls sleeps once, which sleeps for 0.2 s
cat >"$work/sleeps.py" <<'E2'
import time
def sleeps(): time.sleep(0.2)
sleeps()
E2
