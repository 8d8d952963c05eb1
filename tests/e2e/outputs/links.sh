#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A symbolic link is not followed.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

echo before >kept
ln -s nowhere dangling
ln -s kept link
for link in dangling link; do
	refuse "a $link is not followed" 1 'symbolic link' "${attach[@]}" -d 0.2 -o "$link"
done
holds "a link is left as it was" "it is not" eval '[ -L dangling ] && [ ! -e nowhere ]'
holds "what a link names is left as it was" "it is not" [ "$(cat kept)" = before ]
for own in /dev/stderr /dev/fd/2 /proc/self/fd/2; do
	echo before >said
	"${attach[@]}" -d 0.2 -o "$own" 2>>said
	holds "$own is the file that was opened for us" "it is not" [ "$(head -1 said)$(grep -c 'function calls' said)" = before1 ]
done
ends
