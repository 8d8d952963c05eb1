# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced: packages of other releases of Debian, from the mirror that apt uses here, which they leave as it is.

mirror=$("$(dirname "${BASH_SOURCE[0]}")/mirror.sh")

twice() {
	"$@" || "$@"
}

# release WORK NAME TYPE [ARCHITECTURE]: the options of an apt of its own, for one release of Debian, in $opts
release() {
	mkdir -p "$1/apt/lists/partial" "$1/apt/archives/partial"
	touch "$1/apt/status"
	echo "$3 [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $2 main" >"$1/apt/sources.list"
	opts=(-q -o "Dir::Etc::sourcelist=$1/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o "Dir::State::lists=$1/apt/lists" -o "Dir::State::status=$1/apt/status"
		-o "Dir::Cache=$1/apt" -o Acquire::Check-Valid-Until=false
		-o APT::Sandbox::User=root ${4:+-o "APT::Architecture=$4" -o "APT::Architectures=$4"})
	twice apt-get "${opts[@]}" update >/dev/null
}
