#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Another tool changes the table between the look and the change.
# shellcheck source=tests/e2e/table/common.sh
. "$(dirname "$0")/common.sh"

for version in 3.11 3.15; do
	meddles $version
	ask open
	before=$(digest)
	ask in
	theirs=$(digest)
	ask out
	maps=$(grep -c . "/proc/$pid/maps")
	export MEDDLE="$table $entry $page" LD_PRELOAD=$work/meddler.so
	refuse "$version changed just before" 1 'another tool has just changed its dispatch table' \
		"$bpfprof" -q --bias off --backend=inline -p "$pid"
	unset MEDDLE LD_PRELOAD
	untouched=$theirs
	as_before "$version changed just before: that stays, and nothing else is changed"
	if [ "$(grep -c . "/proc/$pid/maps")" = "$maps" ]; then
		pass "$version changed just before: nothing is mapped"
	else
		fail "$version changed just before: nothing is mapped" "$(grep bpfprof "/proc/$pid/maps")"
	fi
	ask call
	ask out
	untouched=$before
	as_before "$version changed just before: it goes"
	end
done
