# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced. libraries DIRECTORY: a copy of what the bench's real programs import. Debian 12 has it for its own python3
# alone, but it is pure Python (markupsafe has its fallback), and serves the other interpreters.
libraries() {
	local name from=/usr/lib/python3/dist-packages to=$1
	rm -rf "$to"
	mkdir -p "$to"
	for name in docutils jinja2 markupsafe roman; do
		if [ -d "$from/$name" ]; then
			cp -rL "$from/$name" "$to/"
		else
			cp -L "$from/$name.py" "$to/"
		fi
	done
	find "$to" -name '*.so' -delete
}
