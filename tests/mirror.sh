#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Prints the mirror that apt uses on this machine.
set -euo pipefail

mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(CREATED_BY)' |
	awk '$2 !~ /security|updates|backports/ && $3 == "Packages" {print $1; exit}')
if [ -z "$mirror" ]; then
	echo "mirror: apt knows no mirror; run apt-get update" >&2
	exit 1
fi
echo "$mirror"
