# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What of this version's specialised instructions tests/workloads/hot.py has met; sites are pairs of a
function and the names of the instructions that it is there for.

missing() takes the list of this version's instructions from the interpreter's own metadata, and names
those that belong to no site and are not known to push no frame: a version that comes with a new one fails
until it has a site. cold() names those that the sites have not been specialised to yet, by their bytecode
as it is now.
"""
import dis
import sys
import sysconfig

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


def missing(sites):
    known = set(QUIET).union(*(instructions for _, instructions in sites))
    return sorted(name for name, later in specialised().items()
                  if later not in known and later.replace("PRECALL", "CALL") not in known)


def instructions_of(code):
    names = {i.opname for i in dis.get_instructions(code, adaptive=True)}
    return names.union(*(instructions_of(c) for c in code.co_consts if hasattr(c, "co_code")))


def cold(sites):
    if sys.version_info < (3, 14) and sysconfig.get_config_var("Py_GIL_DISABLED"):
        return []  # specialises nothing
    want = specialised()
    return sorted(name for function, names in sites for name in names if name in want
                  and name not in instructions_of(function.__code__))
