#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# On a full disk the report before survives, and the new one is kept elsewhere.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

mkdir full
if mount -t tmpfs -o size=64k none full; then
	echo earlier >full/p.json
	dd if=/dev/zero of=full/fill bs=1k 2>/dev/null
	TMPDIR=$work "${attach[@]}" -d 0.2 -o full/p.json 2>err
	status=$?
	if [ $status = 1 ] && [ "$(cat full/p.json)" = earlier ] && [ "$(ls -A full)" = $'fill\np.json' ]; then
		pass "a full disk: the report before survives"
	else
		fail "a full disk: the report before survives" "status $status, $(ls -A full)"
	fi
	kept "a full disk: the new one is kept elsewhere"
	umount full
else
	echo "ok $ring a full disk # SKIP no tmpfs can be mounted"
fi
ends
