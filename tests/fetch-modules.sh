#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Puts what reads our files and is in no Debian package into $BPFPROF_CACHE/tools/node_modules, by npm:
# speedscope, axe and DuckDB. No part of make check, which needs nothing but Debian's mirror. Idempotent.
set -euo pipefail

tools=${BPFPROF_CACHE:-/var/cache/bpfprof}/tools
wanted=(speedscope@1.25.0 axe-core@4.14.1 @duckdb/node-api@1.5.6-r.1)
mkdir -p "$tools"
exec 9>"$tools/.lock"
flock 9

list="${wanted[*]}"
[ "$(cat "$tools/node_modules/.wanted" 2>/dev/null)" != "$list" ] || exit 0
if ! command -v npm >/dev/null; then
	echo "cannot fetch ${wanted[*]}: no npm; install it" >&2
	exit 1
fi
if ! said=$(npm install --prefix "$tools" --no-save --ignore-scripts --no-audit --no-fund "${wanted[@]}" 2>&1 </dev/null); then
	echo "cannot fetch ${wanted[*]}: $(grep -m 1 'npm error' <<<"$said"); see to npm's registry" >&2
	exit 1
fi
echo "$list" >"$tools/node_modules/.wanted"
