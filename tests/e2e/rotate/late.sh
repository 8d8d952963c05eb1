#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An interval that ends late is followed by a whole one.
# shellcheck source=tests/e2e/rotate/common.sh
. "$(dirname "$0")/common.sh"

# newest_is_old: the last file is there for three intervals and more
newest_is_old() {
	[ -z "$(find "$work/files" -name 'p-*' -newermt '2 seconds ago')" ]
}

measure --rotate 0.5s -o "$work/files/p-%s.json"
soon has_files 2
kill -STOP "$me"
soon newest_is_old
kill -CONT "$me"
soon has_files 5
kill -INT "$me"
wait "$me"
stop
checks "a late interval, then a whole one" - "$work/files" <<-'EOT'
	import glob, json, sys
	targets = [json.load(open(f))["target"] for f in glob.glob(sys.argv[1] + "/p-*.json")]
	targets.sort(key=lambda t: t["start_ns"])
	took = [t["duration_ns"] / 1e9 for t in targets[:-1]]
	assert max(took) > 1.5 and min(took) >= .25, took
EOT
