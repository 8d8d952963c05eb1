#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What eval.sh asks, of the inline backend. inline.sh BPFPROF
exec "$(dirname "$0")/eval.sh" "$1" inline
