# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What is wrapped: functions, methods, other callables."""
import copy
import functools
import gc
import inspect
import pickle
import traceback

import bpfprof
from bpfprof import Profiler, _profiler
from support import blocks_of, busy, hits, line_here, raises


def test_documented_example():
    profiler = Profiler("MyApp")
    assert profiler.is_started()

    @profiler.track(0, "process_data")
    def process(data):
        with profiler.block(1, "parse"):
            parsed = [int(x) for x in data]
        with profiler.block(1, "sum"):
            return sum(parsed)

    profiler.set_track_name(0, "Main")
    profiler.set_track_name(1, "Steps")
    assert [process(["1", "2"]) for _ in range(10)] == [3] * 10
    results = profiler.get_results()
    assert results.profiler_name == "MyApp"
    assert [track.track_idx for track in results.tracks] == [0, 1]
    assert [track.track_name for track in results.tracks] == ["Main", "Steps"]
    assert results.total_hits == 30 and results.get_track(1).total_hits == 20
    assert results.get_track(7) is None and results.tracks[0].get_block(9) is None
    block = results.tracks[0].blocks[0]
    assert (block.name, block.file, block.hit_count) == ("process_data", str(__file__), 10)
    assert block.min_time_ns <= block.avg_time_ns <= block.max_time_ns
    assert block.avg_time_ns == block.total_time_ns / 10
    inner = results.tracks[1].total_time_ns
    assert block.own_time_ns == block.total_time_ns - inner > 0
    assert results.total_time_ns == block.total_time_ns + inner
    assert repr(profiler) == "Profiler(name='MyApp', tracks=2, threads=1, started=True)"
    assert sum(block.histogram) == 10 and block.p50_ns <= block.p99_ns <= block.max_time_ns


def test_exports_of_the_package():
    for name in bpfprof.__all__:
        assert hasattr(bpfprof, name), name
    assert bpfprof.__version__.count(".") == 2
    assert Profiler().name == "Profiler"


def test_the_call_site_is_found_the_fast_way():
    assert _profiler._learn()


def test_decorator_is_like_functools_wraps():
    profiler = Profiler()

    def plain(a, b: int = 2, *rest, key=None, **more) -> str:
        """Says so."""
        return (a, b, rest, key, more)

    plain.tag = "x"
    tracked = profiler.track(3)(plain)
    assert tracked.__name__ == "plain" and tracked.__doc__ == "Says so."
    assert tracked.__qualname__ == plain.__qualname__ and tracked.__module__ == plain.__module__
    assert tracked.__wrapped__ is plain and tracked.tag == "x"
    assert tracked.__annotations__ == plain.__annotations__ and tracked.__defaults__ == (2,)
    assert inspect.signature(tracked) == inspect.signature(plain)
    assert tracked.__code__ is plain.__code__ and callable(tracked)
    assert tracked(1) == (1, 2, (), None, {})
    assert tracked(1, 3, 4, key=5, z=6) == (1, 3, (4,), 5, {"z": 6})
    assert tracked(*[1], **{"b": 9}) == (1, 9, (), None, {})
    assert functools.partial(tracked, 8)(key=1) == (8, 2, (), 1, {})
    raises(TypeError, tracked)
    raises(AttributeError, getattr, tracked, "nothing")
    tracked.note = 1
    assert tracked.note == 1 and not hasattr(plain, "note")
    assert "plain" in repr(tracked)
    first = plain.__code__.co_firstlineno
    assert blocks_of(profiler) == [(3, "plain", first, 5)]


def test_methods():
    profiler = Profiler()

    class Thing:
        @profiler.track(0)
        def method(self, x=1):
            return self, x

        @profiler.track(0)
        @staticmethod
        def static(x):
            return x

        @staticmethod
        @profiler.track(0)
        def static_outside(x):
            return x

        @profiler.track(0)
        @classmethod
        def by_class(cls, x):
            return cls, x

        @classmethod
        @profiler.track(0)
        def by_class_outside(cls, x):
            return cls, x

        @property
        @profiler.track(0)
        def value(self):
            return 42

    class Sub(Thing):
        pass

    thing = Sub()
    for _ in range(3):
        assert thing.method() == (thing, 1) and thing.method(x=2) == (thing, 2)
        assert Thing.method(thing, 3) == (thing, 3)
        bound = thing.method
        assert bound(4) == (thing, 4) and bound.__self__ is thing
        assert thing.static(1) == Thing.static(1) == thing.static_outside(1) == 1
        assert thing.by_class(1) == Sub.by_class_outside(1) == (Sub, 1)
        assert thing.value == 42
    assert list(inspect.signature(thing.method).parameters) == ["x"]
    assert hits(profiler) == {
        (0, "method"): 12,
        (0, "static"): 6,
        (0, "static_outside"): 3,
        (0, "by_class"): 3,
        (0, "by_class_outside"): 3,
        (0, "value"): 3,
    }


def test_other_callables():
    profiler = Profiler()
    where = line_here() + 1
    length = profiler.track(0)(len)
    make = profiler.track(0, "make")(type("Made", (), {"__init__": lambda self, a=0: None}))
    part = profiler.track(0)(functools.partial(int, base=2))
    assert length([1, 2]) == 2 and part("101") == 5 and make(a=1) and make()
    assert raises(TypeError, length)
    assert [(b[1], b[2], b[3]) for b in blocks_of(profiler)] == [
        ("len", where, 2),
        ("make", where + 1, 2),
        ("partial", where + 2, 1),
    ]


@Profiler("at module level").track(0)
def pickled(x):
    return x + 1


def test_pickle_copy_weak_references_and_garbage():
    import weakref

    assert pickle.loads(pickle.dumps(pickled)) is pickled
    assert copy.deepcopy(pickled) is pickled
    profiler = Profiler()
    tracked = profiler.track(0)(lambda: None)
    tracked.itself = tracked
    gone = weakref.ref(tracked)
    del tracked
    gc.collect()
    assert gone() is None
    results = pickle.loads(pickle.dumps(profiler.get_results()))
    assert results == profiler.get_results()


def test_values_and_exceptions_pass():
    profiler = Profiler()
    sentinel = object()

    @profiler.track(0)
    def give(x):
        return x

    @profiler.track(0)
    def fail():
        busy(20000)
        raise KeyError("no")

    assert give(sentinel) is sentinel
    for _ in range(3):
        assert raises(KeyError, fail) == "'no'"
        try:
            with profiler.block(1, "body") as got:
                assert got is None
                busy(20000)
                raise ValueError("body")
        except ValueError as error:
            assert traceback.extract_tb(error.__traceback__)[-1].line == 'raise ValueError("body")'
    found = {b.name: b for t in profiler.get_results().tracks for b in t.blocks}
    assert found["fail"].hit_count == 3 and found["fail"].min_time_ns >= 20000
    assert found["body"].hit_count == 3 and found["body"].min_time_ns >= 20000

    def leave():
        with profiler.block(2, "left"):
            return 5

    for _ in range(2):
        with profiler.block(2, "continued"):
            continue
    assert leave() == 5 and hits(profiler)[(2, "left")] == 1
    assert hits(profiler)[(2, "continued")] == 2


def test_a_the_global_switch_holds_at_the_call():
    profiler = Profiler()
    bpfprof.set_global_enabled(False)
    try:
        assert not bpfprof.is_global_enabled()
        late = profiler.track(0, "late")(lambda: 1)
        late()
        with profiler.block(0, "b"):
            pass
    finally:
        bpfprof.set_global_enabled(True)
    assert bpfprof.is_global_enabled() and blocks_of(profiler) == []
    late()
    bpfprof.set_global_enabled(False)
    late()
    bpfprof.set_global_enabled(True)
    assert hits(profiler) == {(0, "late"): 1}
