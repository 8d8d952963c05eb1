#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Another tool has set the evaluator: it is called all the time, and put back.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

gcc -O1 -shared -fPIC "$here/evaluator.c" -o "$work/evaluator.so"
cat >"$work/counting.py" <<'EOT'
import ctypes, sys
tool = ctypes.CDLL(sys.argv[1])
api = ctypes.pythonapi
api.PyInterpreterState_Main.restype = ctypes.c_void_p
api._PyInterpreterState_SetEvalFrameFunc.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
api._PyInterpreterState_SetEvalFrameFunc(api.PyInterpreterState_Main(), tool.counting)
counted = ctypes.c_long.in_dll(tool, 'counted')
def f(): pass
print('ready', flush=True)
while True:
    before = counted.value
    f()
    if counted.value <= before: print('WRONG', flush=True)
EOT

another_evaluator() {
	start "${PYTHON[@]}" "$work/counting.py" "$work/evaluator.so"
	slot_is "$backend: another evaluator is seen" "another tool"
	attached "$backend: another evaluator: attach" '\(f\)' --bias off --backend="$backend" -d 0.3
	slot_is "$backend: another evaluator is put back" "another tool"
	is_well "$backend: another evaluator was called all the time"
	stop
}

version=3.11
python_use $version
each_backend another_evaluator
