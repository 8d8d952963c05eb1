#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Profiles over HTTP are exact, for nothing to who is slow, and the program is left alone.
# shellcheck source=tests/e2e/serve/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/shop.sh
. "$tests_dir/shop.sh"

serving -i .3
asked client.py "$work/go" "$calls" "$me" "$cache/tools" "$share"
