#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A file is replaced at once, its mode and owner kept; a directory is refused.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

echo before >kept
refuse "a directory" 1 'directory' "${attach[@]}" -o .
chmod 640 kept
chown 65534 kept
ln kept other
"${attach[@]}" -d 0.2 -o kept 2>err
if [ "$(stat -c %a:%u kept)" = 640:65534 ] && grep -q '(leaf)' kept && [ "$(cat other)" = before ]; then
	pass "a file is replaced at once, its mode and owner kept"
else
	fail "a file is replaced at once, its mode and owner kept" "$(stat -c %a:%u kept)"
fi
ends
