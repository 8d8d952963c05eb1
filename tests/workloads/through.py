# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Python called by C that Python called: callbacks, in each other and again in the same, ended by exceptions and
by frames that go on elsewhere; and what the interpreter calls while a C function runs."""
import bisect
import collections
import functools
import gc
import heapq
import io
import itertools
import json
import re
import signal
import threading
import weakref

TURNS = 6
WARM = 1


def plain(x):
    return len((x,))


def fails(*args):
    raise ValueError(str(args))


# --- the same C function beneath itself


def depth_by_key(n):
    return sorted([n, n - 1], key=lambda x: depth_by_key(n - 1)[0] if n and x == n else x)


def depth_by_sub(n):
    return re.sub("[ab]", lambda match: depth_by_sub(n - 1) if n else match.group().upper(), "xaxb")


def depth_by_map(n):
    return sum(map(lambda x: depth_by_map(n - 1) if n else plain(x), range(2)))


def depth_by_reduce(n):
    return functools.reduce(lambda a, b: depth_by_reduce(n - 1) if n else max(a, b), range(3))


def depth_by_many(n):
    """Another one each time."""
    if not n:
        return plain(n)
    way = (sorted, min, max, heapq.nsmallest)[n % 4]
    found = way(2, [1, 2], key=lambda x: depth_by_many(n - 1)) if way is heapq.nsmallest else way(
        [1, 2], key=lambda x: depth_by_many(n - 1))
    return plain(found)


# --- generators that C runs, to their ends or not


def counts_up(n):
    """Closing it runs its frame in every version."""
    try:
        for i in range(n):
            plain(i)
            yield abs(i)
    finally:
        len("")


def delegates(n):
    yield from map(plain, counts_up(n))
    return (yield from filter(None, counts_up(n)))


def delegates_beside(n):
    """As a thrown exception leaves it, it lets go of both."""
    for _ in counts_up(n):
        yield from map(plain, counts_up(n))


def delegates_deep(n):
    yield from delegates_beside(n)


def by_generators():
    list(map(plain, counts_up(4)))
    sum(map(abs, delegates(4)))
    any(map((1).__le__, counts_up(5)))
    next(itertools.islice(delegates(4), 2, None))
    list(itertools.chain.from_iterable(map(counts_up, range(3))))
    dict(zip("abc", counts_up(9)))
    ",".join(map(str, counts_up(3)))
    collections.deque(counts_up(5), maxlen=1).append(len("a"))
    for make in delegates, delegates_beside, delegates_deep:
        suspended = make(3)
        suspended.send(None)
        out_of(suspended.throw, ValueError("thrown"))
        suspended = make(3)
        suspended.__next__()
        suspended.close()
        suspended = make(3)
        suspended.__next__()
        del suspended


# --- exceptions


def out_of(function, *args, **options):
    try:
        function(*args, **options)
    except (ValueError, TypeError, StopIteration, KeyError, ZeroDivisionError):
        return plain(1)


def thrown_out():
    out_of(sorted, [2, 1], key=fails)
    out_of(re.sub, "a", fails, "banana")
    out_of(functools.reduce, fails, [1, 2])
    out_of(json.dumps, {1, 2}, default=fails)
    out_of(json.loads, "[1, {}]", object_hook=fails)
    out_of(list(map(fails, [1])).append, 1) if plain(1) < 0 else out_of(divmod, 1, 0)
    try:
        "".join(map(fails, [1]))
    except ValueError:
        plain(2)
    try:
        [].pop()
    except IndexError as error:
        plain(error.args.count(1))
    try:
        [3].index(4)
    except ValueError:
        try:
            {}.pop("a")
        except KeyError:
            "a".upper()
    try:
        len(1)
    except TypeError:
        plain(3)
    for _ in range(20):
        try:
            sorted([1, "a"])
        except TypeError:
            continue
        finally:
            plain(4)


def leaves_by_exception(n):
    """Through as many C functions as Python ones, all at once."""
    return max([n], key=leaves_by_exception_of(n))


def leaves_by_exception_of(n):
    return lambda x: leaves_by_exception(n - 1) if n else fails(x)


# --- what the interpreter calls in between


class Cyclic:
    def __init__(self):
        self.me = self

    def __del__(self):
        plain(self)
        "died".upper()


def goes(reference):
    plain(reference)
    [].append(1)


def on_collection(phase, info):
    plain(phase)
    phase.upper()


def collections_meanwhile():
    gc.disable()
    gc.callbacks.append(on_collection)
    for _ in range(2):
        cyclic = Cyclic()
        reference = weakref.ref(cyclic, goes)
        del cyclic
        gc.collect()
        plain(reference)
    gc.callbacks.remove(on_collection)
    gc.enable()
    dies = [Cyclic()]
    dies[0].me = None
    dies.pop()
    dies.append(Cyclic())
    dies[0].me = None
    dies.clear()


def on_signal(number, frame):
    plain(number)
    [].append(number)


def signals_meanwhile():
    kept = signal.signal(signal.SIGUSR1, on_signal)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    sorted([2, 1], key=lambda x: signal.pthread_kill(threading.get_ident(), signal.SIGUSR1) or x)
    signal.signal(signal.SIGUSR1, kept)


class Writes(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        plain(data)
        return len(data)


def buffered():
    """A file object of C above one of Python, as print() has it."""
    file = io.TextIOWrapper(io.BufferedWriter(Writes(), 8))
    print("some more than that", file=file)
    file.write("and more")
    file.flush()
    file.close()


class Compares:
    def __init__(self, x):
        self.x = x

    def __lt__(self, other):
        return bool(plain(self.x)) and self.x.__lt__(other.x)

    def __hash__(self):
        return hash(self.x)

    def __eq__(self, other):
        return isinstance(other, Compares) and self.x == other.x

    def __index__(self):
        return int.__index__(self.x)

    def __repr__(self):
        return "<%s>" % repr(self.x)

    def __len__(self):
        return len("abc")


def by_operators():
    """Not called by name: what they call has no C function above it."""
    things = [Compares(i) for i in (3, 1, 2)]
    things.sort()
    bisect.insort(things, Compares(2))
    heapq.heapify(things)
    heapq.heappush(things, Compares(0))
    {Compares(1): 1}.get(Compares(1))
    [1, 2, 3][Compares(1)], Compares(2) in things, "%r %s" % (things[0], f"{things[1]!r}")
    len(things[0]), repr(things), hash(things[1]), range(Compares(3)).count(1)


class Attributes:
    def __getattr__(self, name):
        return fails(name) if name == "worse" else name.upper()


def by_attributes():
    it = Attributes()
    getattr(it, "lacking"), hasattr(it, "other")
    out_of(getattr, it, "worse")
    setattr(it, "x", plain(1)), delattr(it, "x"), vars(it).copy()
    isinstance(it, Attributes), issubclass(bool, int), callable(it)


@functools.lru_cache(maxsize=None)
def cached(n):
    return n if n < 2 else cached(n - 1) + cached(n - 2)


@functools.singledispatch
def by_type(x):
    return plain(x)


@by_type.register(int)
def by_int(x):
    return abs(x)


class Listed(list):
    def append(self, x):
        super().append(x)
        list.append(self, x)
        bound = super().append
        bound(x)


def by_objects():
    Listed().append(1)
    cached.cache_clear()
    cached(6), by_type("a"), by_type(1), functools.partial(plain, 1)(), functools.partial(len, "ab")()
    dict.fromkeys("ab"), {}.fromkeys("ab"), str.maketrans("a", "b"), int.from_bytes(b"a", "big"), (1).to_bytes(2, "big")
    object.__init_subclass__(), object.__subclasshook__(1), type.__prepare__()
    str.upper("a"), list.append([], 1), object.__new__(object), type.mro(int), (lambda: int.__add__(1, 2))()
    getattr("a", "upper")(), "".join, [].__len__(), {}.__contains__(1), [].__class__(), super(Compares, Compares(1)).__hash__()
    print(*map(plain, "ab"), sep="", end="", file=io.StringIO()), "{}".format(*"a"), "{a}".format(**{"a": 1})
    collections.OrderedDict(a=1).move_to_end("a"), collections.defaultdict(list, a=[])["b"].append(1)


def executed():
    space = {"plain": plain}
    exec("plain(1); len('a'); [].append(plain(2))", space)
    eval("plain(len('ab'))", space)
    __import__("json.decoder")
    exec("def made(x): return len(x)\nclass Made:\n    it = len('a'); made('b')", space)
    space["made"]("abc")


def run():
    for turn in range(TURNS):
        for way in depth_by_key, depth_by_sub, depth_by_map, depth_by_reduce, depth_by_many:
            way(1 + turn % 3)
        by_generators()
        thrown_out()
        out_of(leaves_by_exception, 4)
        collections_meanwhile()
        signals_meanwhile()
        buffered()
        by_operators()
        by_attributes()
        by_objects()
        executed()


if __name__ == "__main__":
    run()
