# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Blocks by hand, from outside, of odd names."""
import contextlib
import csv
import ctypes
import gc
import io
import json
import os

import bpfprof
from bpfprof import Profiler, _core
from support import hits, raises


def test_context_managers_by_hand():
    profiler = Profiler()
    with contextlib.ExitStack() as stack:
        for name in "abc":
            stack.enter_context(profiler.block(0, name))
    one, two = profiler.block(1, "one"), profiler.block(1, "two")
    assert isinstance(one, contextlib.AbstractContextManager) and "'one'" in repr(one)
    one.__enter__()
    two.__enter__()
    assert "already" in raises(RuntimeError, one.__enter__)
    one.__exit__(None, None, None)
    one.__exit__(None, None, None)
    two.__exit__(None, None, None)
    profiler.block(1, "never begun").__exit__(None, None, None)
    with one:
        pass
    raises(TypeError, one, 1)
    raises(TypeError, type(one).__enter__, 5)
    expected = {(0, "a"): 1, (0, "b"): 1, (0, "c"): 1, (1, "one"): 2, (1, "two"): 1}
    assert hits(profiler) == expected
    profiler.stop()
    with contextlib.ExitStack() as stack:
        stack.enter_context(profiler.block(0, "off"))
    assert hits(profiler) == expected


def test_a_block_that_is_dropped_open_ends():
    profiler = Profiler()

    def enter():
        for name in ("x", "y"):
            profiler.block(0, name).__enter__()

    enter()
    enter()
    enter()
    assert hits(profiler) == {(0, "x"): 2, (0, "y"): 2}
    with profiler.block(1, "after"):
        pass
    assert hits(profiler)[(1, "after")] == 1


def test_recursive_blocks_at_one_site():
    profiler = Profiler()

    def down(n):
        with profiler.block(0, "level"):
            return n and down(n - 1)

    down(50)
    down(50)
    assert hits(profiler) == {(0, "level"): 102}


def test_switched_while_open():
    profiler = Profiler()

    @profiler.track(0)
    def stops():
        profiler.stop()

    @profiler.track(0)
    def starts():
        profiler.start()

    stops()
    starts()
    with profiler.block(1, "open"):
        profiler.stop()
    with profiler.block(1, "shut"):
        profiler.start()
    assert hits(profiler) == {(0, "stops"): 1, (1, "open"): 1}


def test_arguments():
    profiler = Profiler()
    with profiler.block(track_idx=2, name="by name"), profiler.block(2, name="half"):
        pass
    with profiler.block(True, 17):
        pass
    assert hits(profiler) == {(2, "by name"): 1, (2, "half"): 1, (1, "17"): 1}
    for bad in ((), (1,), (1, "a", 2)):
        raises(TypeError, profiler.block, *bad)
    raises(TypeError, profiler.block, 1, nome="a")
    raises(TypeError, profiler.block, 1, "a", name="b")
    raises(TypeError, profiler.block, "one", "a")
    for track in (-1, 1024, 2**40):
        assert "0 to 1023" in raises(ValueError, profiler.block, track, "a")
        raises(ValueError, profiler.track(track), len)
        raises(ValueError, profiler.set_track_enabled, track, True)
        raises(ValueError, profiler.set_track_name, track, "a")
        raises(ValueError, profiler.is_track_enabled, track)
    raises(OverflowError, profiler.block, 2**70, "a")
    with profiler.block(1023, "last"):
        pass
    raises(RuntimeError, Profiler.__new__(Profiler).block, 1, "a")


class Control(ctypes.Structure):
    """struct bpfprof_control"""

    _fields_ = [
        ("magic", ctypes.c_uint64),
        ("bytes", ctypes.c_uint32),
        ("off", ctypes.c_uint32),
        ("clears", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("track_off", ctypes.c_uint8 * 1024),
        ("track_name", ctypes.c_char_p * 1024),
    ]


def test_switched_from_outside():
    control = Control.in_dll(ctypes.CDLL(_core.__file__), "bpfprof_control")
    assert control.bytes == ctypes.sizeof(Control) == 9240
    profiler = Profiler()
    tracked = profiler.track(6)(lambda: 1)

    @profiler.track(8)
    def generate():
        yield

    def run():
        tracked()
        list(generate())
        with profiler.block(7, "b"):
            pass

    run()
    control.off = 1
    run()
    control.off = 0
    control.track_off[6] = control.track_off[8] = 1
    run()
    assert hits(profiler) == {(6, "<lambda>"): 1, (7, "b"): 2, (8, "generate"): 2}
    control.track_off[6] = control.track_off[8] = 0
    with profiler.block(7, "b"):
        control.off = 1
    control.off = 0
    assert profiler.get_results().total_hits == 6
    control.clears += 1
    assert hits(profiler) == {}
    run()
    assert profiler.get_results().total_hits == 4
    profiler.set_track_name(6, "caf\u00e9")
    assert control.track_name[6] == "caf\u00e9".encode()


ODD_NAMES = ["a,b", 'quo"te', "two\nlines", "caf\u00e9 \U0001f40d", "\udc80", "nul\0nul", "", " x "]


def test_odd_names():
    profiler = Profiler('odd "name", \u00e9')
    for name in ODD_NAMES:
        with profiler.block(0, name):
            pass
        profiler.track(1, name)(len)(())
    profiler.set_track_name(0, "a,\n\u03bc")
    for track in profiler.get_results().tracks:
        assert [block.name for block in track.blocks] == ODD_NAMES
    text = bpfprof.export_csv(profiler.get_results())
    # before 3.11 the csv module does not read the NUL that it writes
    rows = list(csv.reader(io.StringIO(text.replace("\0", "0"), newline="")))
    assert [row[1] for row in rows[1:]] == [name.replace("\0", "0") for name in ODD_NAMES] * 2
    document = json.loads(bpfprof.export_json(profiler.get_results()))
    assert [block["name"] for block in document["tracks"][0]["blocks"]] == ODD_NAMES
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with contextlib.redirect_stdout(out):
        profiler.print_results()


def test_ten_thousand_blocks():
    profiler = Profiler()
    names = [f"block {i}" for i in range(10000)]
    for _ in range(3):
        for i, name in enumerate(names):
            with profiler.block(i % 7, name):
                pass
    source = "\n".join(f"with profiler.block(9, 'site'):  # {i}\n pass" for i in range(10000))
    code = compile(source, "generated.py", "exec")
    for _ in range(2):
        exec(code, {"profiler": profiler})
    results = profiler.get_results()
    assert results.total_hits == 50000 and results.lost == 0
    found = {b.name: b.hit_count for t in results.tracks if t.track_idx != 9 for b in t.blocks}
    assert found == dict.fromkeys(names, 3)
    sites = list(results.tracks[9].blocks.values())
    assert [(b.line, b.hit_count) for b in sites] == [(2 * i + 1, 2) for i in range(10000)]


def test_code_that_comes_and_goes():
    profiler = Profiler()
    for i in range(300):
        space = {}
        exec(compile(f"\n\ndef f(p):\n with p.block(0, 'x'):\n  return {i}", f"f{i}.py", "exec"), space)
        assert space["f"](profiler) == i
        del space
        gc.collect(0)
    blocks = list(profiler.get_results().tracks[0].blocks.values())
    assert [(b.file, b.line, b.hit_count) for b in blocks] == [(f"f{i}.py", 4, 1) for i in range(300)]


def test_profilers_are_apart():
    one, two = Profiler("same"), Profiler("same")

    def both():
        for profiler in (one, two, one):
            with profiler.block(0, "b"):
                pass

    both()
    two.stop()
    both()
    assert hits(one) == {(0, "b"): 4} and hits(two) == {(0, "b"): 1}
    one.clear()
    assert hits(one) == {} and hits(two) == {(0, "b"): 1}
    tracked = Profiler("gone").track(0)(lambda: 7)
    gc.collect()
    assert tracked() == 7


def test_subclass():
    class Mine(Profiler):
        def block(self, track_idx, name):
            return super().block(track_idx, "my " + name)

    profiler = Mine("sub")
    with profiler.block(0, "b"):
        pass
    assert hits(profiler) == {(0, "my b"): 1}


def refused(error, call):
    try:
        call()
    except error:
        return True
    return False


def test_subclass_that_skips_init():
    class Skips(Profiler):
        def __init__(self):
            pass

    other = Profiler("other")
    with other.block(0, "b"):
        pass
    calls = (
        lambda p: p.start(),
        lambda p: p.is_started(),
        lambda p: p.set_track_enabled(0, True),
        lambda p: p.is_track_enabled(0),
        lambda p: p.block(0, "b"),
        lambda p: p.track(0)(len),
        lambda p: p.clear(),
        lambda p: p.get_results(),
        lambda p: p.get_all_thread_data(),
        lambda p: p.export_csv(os.devnull),
        repr,
    )
    for call in calls:
        for profiler in Skips(), Profiler.__new__(Profiler):
            assert refused((RuntimeError, AttributeError), lambda: call(profiler))
    assert refused(RuntimeError, _core.Recorder.__new__(_core.Recorder)._clear)
    assert hits(other) == {(0, "b"): 1}


def test_blocks_come_from_block_alone():
    with Profiler("p").block(0, "b"):
        pass
    block = type(Profiler("p").block(0, "b"))
    method = type(vars(block)["__enter__"])
    for made in block, method:
        assert refused(TypeError, made)
        assert refused(TypeError, lambda: object.__new__(made))
