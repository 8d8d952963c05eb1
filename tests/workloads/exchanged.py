# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Code that is exchanged: of a function, of a class's methods, of strings that are compiled again and again
and of a module that is loaded anew."""
import importlib.machinery
import sys
import types

TURNS = 4
WARM = 1


def helper(*args):
    return 1


def one(x):
    return [helper(x)]


def two(x):
    return [helper(y) for y in (x, x)]


def three(x, *more, default=1):
    yield helper(x, default)


def exchanged():
    """The function of a call is the same, what it runs is not, in a loop that is specialised for it."""
    for turn in range(30):
        changing.__code__ = (one, two, one, three)[turn // 2 % 4].__code__
        changing.__defaults__ = (1,) * (turn % 2)
        changing.__kwdefaults__ = {"default": turn}
        list(changing(turn))


def changing(x):
    return [x]


def exchanges_itself(n):
    exchanges_itself.__code__ = (lambda n: helper(n)).__code__
    exchanges_itself(n)
    exchanges_itself.__code__ = itself
    return n


itself = exchanges_itself.__code__


class Changing:
    def __init__(self, x):
        self.x = x

    def __getitem__(self, i):
        return self.x

    def __getattribute__(self, name):
        return object.__getattribute__(self, name)

    @property
    def value(self):
        return helper(1)


def other_init(self, x):
    self.x = helper(x)


def methods_exchanged():
    kept = Changing.__init__, Changing.__getitem__, Changing.value
    for turn in range(24):
        thing = Changing(turn)
        thing[0], thing.value
        if turn == 8:
            Changing.__init__ = other_init
            Changing.__getitem__ = lambda self, i: helper(i)
        if turn == 16:
            Changing.value = property(lambda self: helper(2))
    Changing.__init__, Changing.__getitem__, Changing.value = kept


SOURCE = """
def inside(x):
    return [outside(y) for y in range(x)]
class Local:
    made = inside(2)
    def method(self): return (lambda: inside(1))()
Local().method()
"""


def from_strings():
    """Each string is compiled anew, often where the code of the one before it was."""
    for _ in range(3):
        space = {"outside": helper}
        exec(compile(SOURCE, HERE, "exec"), space)
        eval(compile("inside(1) and (lambda x: inside(x))(2)", HERE, "eval"), space)
        types.FunctionType(one.__code__.replace(co_name="<wl:copied>"), {"helper": helper})(1)


class Loader:
    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.outside = helper
        exec(compile(SOURCE, HERE, "exec"), module.__dict__)


class Finder:
    def find_spec(self, name, path, target=None):
        if name == "bpfprof_exchanged":
            return importlib.machinery.ModuleSpec(name, Loader())
        return None


def reloaded():
    finder = Finder()
    sys.meta_path.insert(0, finder)
    module = importlib.import_module("bpfprof_exchanged")
    importlib.reload(module).inside(1)
    sys.meta_path.remove(finder)
    del sys.modules["bpfprof_exchanged"]


def run():
    for _ in range(TURNS):
        for part in (exchanged, methods_exchanged, from_strings, reloaded):
            part()
        exchanges_itself(1)


HERE = run.__code__.co_filename

if __name__ == "__main__":
    run()
