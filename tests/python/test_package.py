# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The package bpfprof on one interpreter: each function that starts with test_ is a case.
test_package.py LABEL; the package is found by PYTHONPATH."""

import sys
import traceback

import bpfprof
import test_blocks
import test_calls
import test_formats
import test_generators
import test_process
import test_threads
import test_tracks

FILES = (test_calls, test_tracks, test_threads, test_generators, test_blocks, test_process, test_formats)


def run(label, name, case):
    """Whether it has failed."""
    try:
        case()
    except Exception as error:
        print(f"not ok python {label} {name} - {type(error).__name__} {error}"[:300])
        print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
        return True
    finally:
        bpfprof.set_global_enabled(True)
    print(f"ok python {label} {name}", flush=True)
    return False


def main():
    cases = [(name[5:], case) for file in FILES for name, case in vars(file).items()
             if name.startswith("test_")]
    return int(any([run(sys.argv[1], name, case) for name, case in cases]))


if __name__ == "__main__":
    sys.exit(main())
