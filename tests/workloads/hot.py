# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Calls so hot that the interpreter has specialised their instructions, and pushes frames inline.

Each site is the loop of one way to call Python code, with the specialised instructions that it is
there for; any version runs all sites. missing() takes the list of this version's instructions from
the interpreter's own metadata, and names those that belong to no site and are not known to push no
frame: a version that comes with a new one fails until it has a site. cold() names those that the
sites have not been specialised to yet, by their bytecode as it is now.
"""
import sys

TURNS = 500
WARM = 10 if hasattr(sys, "_jit") and sys._jit.is_enabled() else 1  # the JIT compiles after 4,096 turns
SITES = []


def site(*instructions):
    def add(function):
        SITES.append((function, instructions))
        return function

    return add


class Thing:
    def __init__(self, x):
        self.x = x

    def __getitem__(self, i):
        return self.x

    def method(self, y, z=1):
        return y

    def exact(self, y):
        return y

    @property
    def prop(self):
        return self.x

    @classmethod
    def of(cls):
        return cls

    @staticmethod
    def static(y):
        return y


class Slotted:
    __slots__ = ("x",)

    def __init__(self):
        self.x = 1

    def method(self):
        return self.x


class Child(Thing):
    def method(self, y, z=1):
        return super().method(y)

    @property
    def prop(self):
        return super().prop


class Overridden:
    x = 1

    def __getattribute__(self, name):
        return object.__getattribute__(self, name)


class Missing:
    def __getattr__(self, name):
        return 5


class Meta(type):
    def __call__(cls, *args):
        return type.__call__(cls)


class Made(metaclass=Meta):
    pass


class Number:
    """Whatever else C calls back."""

    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def __call__(self, *args, **kwargs):
        return 1

    def __add__(self, other):
        return self

    def __iadd__(self, other):
        return self

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1

    def __lt__(self, other):
        return False

    def __bool__(self):
        return True

    def __len__(self):
        return 1

    def __contains__(self, x):
        return True

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def __setitem__(self, i, value):
        pass

    def __delitem__(self, i):
        pass

    def __setattr__(self, name, value):
        pass

    def __format__(self, how):
        return "n"

    def __get__(self, thing, cls):
        return 1

    def __index__(self):
        return 0


class Described:
    number = Number()


def plain(x):
    return x


def defaults(x, y=1):
    return x


def keywords(x, *, y=1):
    return x


def rest(*args, **kwargs):
    return args


def gen(n):
    for i in range(n):
        yield i


def delegate(n):
    yield from gen(n)


async def leaf(x):
    return x


async def agen(n):
    for i in range(n):
        yield i


def drive(coroutine):
    try:
        coroutine.send(None)
    except StopIteration:
        return


@site("CALL_PY_EXACT_ARGS", "PRECALL_PYFUNC")
def exact_args():
    for i in range(TURNS):
        plain(i)


@site("CALL_PY_WITH_DEFAULTS")
def with_defaults():
    for i in range(TURNS):
        defaults(i)


@site("CALL_PY_GENERAL")
def general():
    for i in range(TURNS):
        rest(i, 1)
        rest(i)


@site("CALL_BOUND_METHOD_EXACT_ARGS", "PRECALL_BOUND_METHOD")
def bound_exact():
    bound = Thing(1).exact
    for i in range(TURNS):
        bound(i)


@site("CALL_BOUND_METHOD_GENERAL")
def bound_general():
    bound = Thing(1).method
    for i in range(TURNS):
        bound(i)


@site("CALL_ALLOC_AND_ENTER_INIT")
def enter_init():
    for i in range(TURNS):
        Thing(i)


@site("CALL_KW_PY")
def kw_py():
    for i in range(TURNS):
        keywords(i, y=2)
        defaults(x=i)


@site("CALL_KW_BOUND_METHOD")
def kw_bound():
    bound = Thing(1).method
    for i in range(TURNS):
        bound(i, z=2)


@site("CALL_NON_PY_GENERAL")
def non_py():
    number = Number()
    for i in range(TURNS):
        number(i)
        Made(i)


@site("CALL_KW_NON_PY")
def kw_non_py():
    number = Number()
    for i in range(TURNS):
        number(x=i)


@site("CALL_EX_PY")
def ex_py():
    args, kwargs = (1, 2), {"q": 2}
    for _ in range(TURNS):
        rest(*args)
        rest(*args, **kwargs)


@site("CALL_EX_NON_PY_GENERAL")
def ex_non_py():
    number, args = Number(), (1, 2)
    for _ in range(TURNS):
        number(*args)


@site("CALL_BUILTIN_CLASS", "CALL_NO_KW_BUILTIN_CLASS", "PRECALL_BUILTIN_CLASS")
def builtin_class():
    number = Number()
    for _ in range(TURNS):
        bool(number)
        enumerate(number)


@site("BINARY_SUBSCR_GETITEM", "BINARY_OP_SUBSCR_GETITEM")
def getitem():
    thing = Thing(1)
    for i in range(TURNS):
        thing[i]


@site("LOAD_ATTR_PROPERTY")
def load_property():
    thing = Thing(1)
    for _ in range(TURNS):
        thing.prop


@site("LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN")
def getattribute():
    thing = Overridden()
    for _ in range(TURNS):
        thing.x


@site()
def methods():
    thing, slotted, child = Thing(1), Slotted(), Child(1)
    for i in range(TURNS):
        thing.exact(i)
        slotted.method()
        child.method(i)
        child.prop


@site("FOR_ITER_GEN")
def for_iter():
    for _ in range(TURNS):
        for _ in gen(2):
            pass


@site("SEND_GEN")
def send():
    def many():
        for _ in range(TURNS):
            yield from gen(2)

    for _ in many():
        pass


@site("SEND_GEN")
def send_coroutine():
    async def many():
        for i in range(TURNS):
            await leaf(i)

    drive(many())


@site("SEND_ASYNC_GEN")
def send_async():
    async def many():
        async for _ in agen(TURNS):
            pass

    drive(many())


@site()
def callbacks():
    number, missing, described = Number(), Missing(), Described()
    for i in range(TURNS // 4):
        next(number), number + number, number == number, 3 in number, len(number)
        number < number, hash(number), format(number), [1][number], described.number
        missing.x, Thing.of(), Thing.static(i)
        number[1] = 2
        number.w = 3
        number += 1
        del number[1]
        if number:
            pass
        with number:
            pass
        sorted([2, 1], key=plain), max([1], key=lambda q: q), list(map(plain, [1, 2]))
        [plain(j) for j in range(2)], sum(plain(j) for j in range(2))


# Specialised instructions that push no frame of Python, nor call anything that does.
QUIET = """
BINARY_OP_ADD_FLOAT BINARY_OP_ADD_INT BINARY_OP_ADD_UNICODE BINARY_OP_EXTEND
BINARY_OP_INPLACE_ADD_UNICODE BINARY_OP_MULTIPLY_FLOAT BINARY_OP_MULTIPLY_INT BINARY_OP_SUBSCR_DICT
BINARY_OP_SUBSCR_LIST_INT BINARY_OP_SUBSCR_LIST_SLICE BINARY_OP_SUBSCR_STR_INT
BINARY_OP_SUBSCR_TUPLE_INT BINARY_OP_SUBSCR_USTR_INT BINARY_OP_SUBTRACT_FLOAT
BINARY_OP_SUBTRACT_INT BINARY_SUBSCR_DICT BINARY_SUBSCR_LIST_INT BINARY_SUBSCR_STR_INT
BINARY_SUBSCR_TUPLE_INT CALL_BUILTIN_FAST CALL_BUILTIN_FAST_WITH_KEYWORDS CALL_BUILTIN_O
CALL_ISINSTANCE CALL_LEN CALL_LIST_APPEND CALL_METHOD_DESCRIPTOR_FAST
CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS CALL_METHOD_DESCRIPTOR_NOARGS CALL_METHOD_DESCRIPTOR_O
CALL_STR_1 CALL_TUPLE_1 CALL_TYPE_1 COMPARE_OP_FLOAT COMPARE_OP_INT COMPARE_OP_STR CONTAINS_OP_DICT
CONTAINS_OP_SET FOR_ITER_LIST FOR_ITER_RANGE FOR_ITER_TUPLE FOR_ITER_VIRTUAL GET_ITER_SELF GET_ITER_VIRTUAL JUMP_BACKWARD_JIT JUMP_BACKWARD_NO_JIT
LOAD_ATTR_CLASS LOAD_ATTR_CLASS_WITH_METACLASS_CHECK LOAD_ATTR_INSTANCE_VALUE
LOAD_ATTR_METHOD_LAZY_DICT LOAD_ATTR_METHOD_NO_DICT LOAD_ATTR_METHOD_WITH_VALUES LOAD_ATTR_MODULE LOAD_ATTR_NONDESCRIPTOR_NO_DICT
LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES LOAD_ATTR_SLOT LOAD_ATTR_WITH_HINT LOAD_CONST_IMMORTAL
LOAD_CONST_MORTAL LOAD_GLOBAL_BUILTIN LOAD_GLOBAL_MODULE LOAD_METHOD_CLASS LOAD_METHOD_MODULE
LOAD_METHOD_NO_DICT LOAD_METHOD_WITH_DICT LOAD_METHOD_WITH_VALUES LOAD_SUPER_ATTR_ATTR
LOAD_SUPER_ATTR_METHOD RESUME_CHECK RESUME_CHECK_JIT SEND_VIRTUAL
STORE_ATTR_INSTANCE_VALUE STORE_ATTR_SLOT STORE_ATTR_WITH_HINT STORE_SUBSCR_DICT
STORE_SUBSCR_LIST_INT TO_BOOL_ALWAYS_TRUE TO_BOOL_BOOL TO_BOOL_INT TO_BOOL_LIST TO_BOOL_NONE
TO_BOOL_STR UNPACK_SEQUENCE_LIST UNPACK_SEQUENCE_TUPLE UNPACK_SEQUENCE_TWO_TUPLE
""".split()


def specialised():
    """This version's specialised instructions, without those of 3.11 and 3.12 that only join two or
    count; the names that a later version dropped a part of are given as the later has them."""
    try:
        import _opcode_metadata as metadata
    except ImportError:
        import opcode as metadata
    families = getattr(metadata, "_specializations", {})
    names = {name for family in families.values() for name in family
             if "__" not in name and not name.endswith(("_ADAPTIVE", "_QUICK"))}
    return {name: name.replace("NO_KW_", "").replace("_JUMP", "") for name in names}


def missing():
    known = set(QUIET).union(*(instructions for _, instructions in SITES))
    return sorted(name for name, later in specialised().items()
                  if later not in known and later.replace("PRECALL", "CALL") not in known)


def instructions_of(code):
    import dis
    names = {i.opname for i in dis.get_instructions(code, adaptive=True)}
    return names.union(*(instructions_of(c) for c in code.co_consts if hasattr(c, "co_code")))


def cold():
    import sysconfig
    if sys.version_info < (3, 14) and sysconfig.get_config_var("Py_GIL_DISABLED"):
        return []  # specialises nothing
    want = specialised()
    return sorted(name for function, names in SITES for name in names if name in want
                  and name not in instructions_of(function.__code__))


def run():
    for function, _ in SITES:
        function()


if __name__ == "__main__":
    run()
    print(len(SITES), "sites, missing", missing(), "cold", cold())
