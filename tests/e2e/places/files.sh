#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An interpreter whose file is deleted, replaced, or in another mount namespace.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

cp "$interpreter" "$work/moved"
start "${environment[@]}" "$work/moved" "$work/busy.py"
attached "before its file goes" '\(leaf\)' --usdt -d 0.2
rm "$work/moved"
attached "its file is deleted" '\(leaf\)' --usdt -d 0.2
echo other >"$work/moved"
attached "another file has its name" '\(leaf\)' --usdt -d 0.2
stop
mkdir -p "$work/mount"
start unshare -m sh -c "mount -t tmpfs none '$work/mount' && cp '$interpreter' '$work/mount/py' &&
	exec \"\$@\"" - "${environment[@]}" "$work/mount/py" "$work/busy.py"
attached "another mount namespace" '\(leaf\)' --usdt -d 0.2
stop
expect "launched into another mount namespace" 0 "${prof[@]}" -- unshare -m sh -c \
	"mount -t tmpfs none '$work/mount' && cp '$interpreter' '$work/mount/py' && exec \"\$@\"" - \
	"${environment[@]}" "$work/mount/py" -c pass
