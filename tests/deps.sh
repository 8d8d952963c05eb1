#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Installs with apt what tests/deps.txt lists for the purposes given and is missing.
set -euo pipefail

list=$(dirname "$0")/deps.txt
missing=()
for purpose in "$@"; do
	while read -r kind package; do
		[ "$kind" = "$purpose" ] || continue
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing+=("$package")
	done <"$list"
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "bpfprof: missing packages: ${missing[*]}; run: sudo apt-get install ${missing[*]}" >&2
	exit 1
fi
echo "installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get -q update >/dev/null
apt-get -q -y install --no-install-recommends "${missing[@]}" >/dev/null
