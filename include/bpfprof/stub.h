/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The stub that bpfprof maps into an interpreter, as both sides see it: a file of code and
 * constants, mapped read-only and executable, then private memory that the stub writes. What leads
 * into it is the interpreter's dispatch table, or where that is not certain its PEP 523 slot. The
 * includer brings __u32 and __u64.
 *
 *   base                 code, which starts with struct stub_head
 *   base + STUB_CONFIG   struct stub_config, a page of constants, part of the file
 *   base + STUB_PATHS    struct stub_paths, anonymous; a forked child keeps it
 *   base + STUB_CFUNCS   struct stub_cfuncs, likewise
 *   base + STUB_CALLS    struct stub_call, of system calls to be made in one go
 *   base + STUB_STATE    struct stub_state, anonymous; reads as zero in a forked child
 *   base + STUB_SHARED   the tables of abi.h that it works on: the BPF maps themselves (inline), or
 *                        private memory for the stacks of open frames alone (eval by the dispatch
 *                        table), or nothing (eval by the slot)
 */
#ifndef BPFPROF_STUB_H
#define BPFPROF_STUB_H

#define STUB_HOOKS    24u /* entries of the dispatch table */
#define STUB_INTERPS  64u
#define STUB_VARIANTS 4u /* different evaluators that were in the slots before */
#define STUB_REGIONS  512u
#define STUB_KNOWN    2048u
#define STUB_CHEAPS   131072u

#define STUB_CALLS_MAX	 64u
#define STUB_CALLS_BYTES 4096u

/* Of a thread state's breaker: while it is set, code that the JIT has compiled is left where the
 * next function begins or goes on. Builds with the GIL have no other use for it, and never clear
 * it. */
#define STUB_LOOK_UP 64u

#define STUB_CONFIG 0x1c000ul
#define STUB_PATHS  0x1d000ul
#define STUB_CFUNCS (STUB_PATHS + 0x200)
#define STUB_CALLS  0x1e000ul
#define STUB_STATE  0x1f000ul
#define STUB_SHARED (STUB_STATE + ((sizeof(struct stub_state) + 4095) & ~4095ul))

/* The tables that the inline stub works on, in this order. */
enum stub_table {
#define ACC_TABLE(id, table, type, count) STUB_##id,
#include "bpfprof/tables.def"
	STUB_CTL,
	STUB_NAMES,
	STUB_TABLES,
};

#define INSTR_BYTES 2 /* of an instruction of Python, without what is cached behind it */

/* What an instruction says of the frame that runs it. */
enum stub_kind {
	STUB_ENTER,		 /* it begins, or goes on: RESUME and its forms */
	STUB_ENTER_INSTRUMENTED, /* the same, INSTRUMENTED_RESUME */
	STUB_LEAVE,		 /* it returns */
	STUB_YIELD,		 /* it yields */
	STUB_LEAVE_INSTRUMENTED, /* the same two, but others may be called from it before it is */
	STUB_YIELD_INSTRUMENTED, /* gone */
	STUB_CATCH,		 /* it handles an exception */
	STUB_MARK,		 /* it lets one pass: if it is left now, then here */
	STUB_KINDS,
};

/* Where things are in the code, as offsets from base. */
struct stub_head {
	__u64 magic;
	__u64 layout, state;	     /* STUB_LAYOUT, STUB_STATE, known to the compiler alone */
	__u32 eval[STUB_VARIANTS];   /* what goes into a slot */
	__u32 enter1, leave1;	     /* marker sites: a nop of 1 byte */
	__u32 enter5, leave5;	     /* and of 5 */
	__u32 low;		     /* 1 byte: the C stack is short */
	__u32 follow;		     /* 1 byte: enum stub_follow */
	__u32 hook[STUB_HOOKS];	     /* trampolines: what goes into the dispatch table */
	__u32 full[STUB_HOOKS];	     /* where their paths lead while it counts */
	__u32 kinds[STUB_KINDS + 1]; /* the first trampoline of each kind, and one beyond */
	__u32 traceback;	     /* the trampoline that PyTraceBack_Here jumps to */
	__u32 traceback_full;
	__u32 calls;	  /* makes the system calls of a list, then stops at a breakpoint */
	__u32 called;	  /* behind its instruction that makes one */
	__u32 yield_kept; /* for full of STUB_YIELD, where stack_register is needed */
};

/* stub.S (user/arch) knows it too. */
struct stub_call {
	__u64 nr; /* STUB_CALLS_END: there are no more */
	__u64 args[6];
	__u64 result;
};

#define STUB_CALLS_END (~0ull)

/* What else the follow site tells of a frame (eval by the dispatch table). */
enum stub_follow {
	STUB_FOLLOW_LATE,   /* it was open before it was seen */
	STUB_FOLLOW_MARK,   /* an exception passes it now */
	STUB_FOLLOW_PASSED, /* it ended at its mark */
	STUB_FOLLOW_PARK,   /* the stack that ends with it is switched away from */
	STUB_FOLLOW_UNPARK, /* and back to */
	STUB_FOLLOW_NEVER,  /* it was entered, but has not begun */
	STUB_FOLLOW_TASKS,  /* a coroutine's: it is about to be suspended, in tasks of a function */
	STUB_FOLLOW_AWAITED, /* a coroutine's: until now it was suspended in another */
};

/* Where attributes are, by versions: in a dictionary; since 3.11 in it or in values, whose pointers
 * lie before the object, since 3.12 as one; since 3.13 the values lie behind it. */
enum stub_attributes { STUB_IN_DICT, STUB_BESIDE_DICT, STUB_TAGGED, STUB_BEHIND };

enum stub_tstate { STUB_TSTATE_CALL, STUB_TSTATE_THREADS, STUB_TSTATE_GLOBAL };

/* What of CPython's own the stub uses where C functions are rows. */
enum stub_symbol {
#define STUB_SYMBOL(id, symbol) STUB_##id,
#include "bpfprof/cfuncs.def"
	STUB_SYMBOLS,
};

#define STUB_MAGIC 0x31627574736d7062ull

/* Differs between releases whose parts lie elsewhere: they tell of each other whether they live,
 * and read nothing else. */
#define STUB_LAYOUT                                                                                \
	(STUB_STATE << 40 ^ sizeof(struct stub_config) << 24 ^ sizeof(struct stub_state))

/* Where it stands in CPython's structures what a coroutine awaits, in bytes; all 0: that is not
 * told. */
struct stub_awaits {
	/* up to 3.10: in a frame, where its stack is, and (3.10) an int, how much is on it */
	__u16 frame_values, frame_depth;
	/* since 3.11: in a frame, its variables, behind which its stack is; in a code object, its
	 * instructions; from a SEND to the yield behind it; how far below the stack's end the
	 * iterator is that is awaited */
	__u16 frame_locals, code_instrs;
	__u8 sent_by, iterator_by;
	/* whose tasks: the size of asyncio's task and future, in C; in a task, its coroutine; in
	 * that, its code, or (tagged) that of its frame; in a function, its code, its closure; in a
	 * tuple, what it holds; in a type, the keys of what it makes; in a block of values, the
	 * first */
	__u16 task_size, future_size;
	__u8 task_coroutine, coroutine_code;
	__u8 function_code, function_closure, tuple_items, first_value;
	__u16 type_keys;
	__u16 attributes; /* enum stub_attributes */
};

/* Offsets within CPython's structures are in bytes; 0 where this version has no such thing. */
struct stub_config {
	/* stub.S (user/arch) knows where these are */
	__u64 handler[STUB_HOOKS]; /* by trampoline: what stood in the dispatch table */
	__u8 traceback_code[32];   /* the first bytes of PyTraceBack_Here, and a jump behind them */
	__u64 traceback_back;	   /* where that jump leads */
	__u64 bytes;		   /* that are mapped from base on */
	__u64 evaluator[STUB_VARIANTS]; /* called by each variant */
	__u64 before[STUB_VARIANTS];	/* what the slot held, which may be 0 for the default */
#define ACC_OFFSET(name) __u32 name;
#include "bpfprof/layout.def"
	__u32 tstate_interp;
	__u32 tstate_id;
	__u32 tstate_soft_limit; /* end of the C stack in use, before it its top (3.14 on) */
	__u32 interp_slot;
	__u32 layered;	   /* a variant may be called from what another one calls */
	__u32 no_tstate;   /* 3.8: evaluators are not passed the thread state */
	__u32 minds_stack; /* this version's Python calls take no C stack when nobody watches */
	__u32 nop5;	   /* use the 5-byte marker sites */
	__u32 inlined;	   /* account here, on the tables, and fire no marker */
	__u32 plain;	   /* inlined, and calls are counted but not followed: no coroutines */
	/* by the dispatch table */
	__u32 tstate_kind; /* enum stub_tstate: how the running thread state is found */
	__u32 current;	   /* the running frame: in the thread state, or in what cframe points at */
	__u32 free_threaded;
	__u32 has_shims;   /* a frame of nobody's stands beneath a specialised __init__ (3.13 on) */
	__u64 invalidate;  /* void (interpreter state, int 1): drops what the JIT has made; 0: it is
			      off */
	__u32 frame_instr; /* in a frame: where it is */
	__u8 returns;	   /* RETURN_VALUE */
	__u8 thrown[3]; /* instructions there while 3.11 throws into a generator; 0: another version
			 */
	__u8 yields[8]; /* instructions there while a generator is suspended; unused ones: as [0] */
	__u8 creates;	/* RETURN_GENERATOR */
	__u8 resume_by; /* from where it is suspended to the RESUME it goes on with, in bytes */
	__u8 begins[2]; /* RESUME and its quick form; the same where there is one */
	__u8 watched_yield; /* INSTRUMENTED_YIELD_VALUE, where a frame is at that while what watches
			     * it runs (3.14 on); 0: another version */
	/* by the slot, up to 3.10: in a frame, the instruction it is at, int, below 0 before the
	 * first; a pointer that is 0 where it has returned; a byte (0 offset: that pointer) that is
	 * below 0 unless it has; in a code object, its instructions, a bytes */
	__u32 frame_lasti, frame_stack, frame_state, code_code;
	__u32 lasti_shift; /* that makes bytes of it */
	/* what a coroutine awaits */
	struct stub_awaits awaits;
	__u8 sent[2];	     /* both forms of the yield behind a SEND */
	__u8 stack_register; /* 3.11: 1 + which of those that yield_kept hands on is the stack's
			      * end; 0: another version (or none) */
	__u8 pad1;
	__u32 coroutines;      /* they are timed from start to end */
	__u32 traceback_frame; /* in a frame object: the frame; 0: PyTraceBack_Here is not hooked */
	__u64 tstate_arg;      /* the function, the offset from its control block, or the address */
	__u64 tls_module, tls_offset; /* where else than by the function it may be; 0: not known */
	__u64 unicode_type;	      /* address of PyUnicode_Type */
	__u64 vdso_clock; /* clock_gettime of the vDSO; 0: the time stamp counter is the clock */
	__u64 symbol[STUB_SYMBOLS];
	__u32 builtins;		  /* C functions are rows */
	__u32 callables;	  /* and all else that is called and not Python's (3.12 on) */
	__u32 tstate_profile;	  /* up to 3.11: a thread's profile function; 0: by monitoring */
	__u32 tstate_flag;	  /* what says that one is set, a byte; or a pointer to that */
	__u32 tstate_tracing_now; /* int, not 0 while one runs */
	__u8 flag_in_cframe, flag_set;
	__u16 pad;
	__u32 pad4;
	__u32 on_enter;		  /* an entry may be the first that is seen of an interpreter */
	__u64 table[STUB_TABLES]; /* offset of each from base */
	__u32 count[STUB_TABLES]; /* elements of each; bytes of the name store */
};

/* Where the trampolines lead: into the stub, or straight on. */
struct stub_paths {
	__u64 hook[STUB_HOOKS];
	__u64 traceback;
};

/* CPython's PyMethodDef. */
struct stub_method {
	__u64 name, function;
	__u64 flags;
	__u64 doc;
};

enum stub_events { STUB_CALL, STUB_C_RETURN, STUB_C_RAISE, STUB_EVENTS };

enum stub_arming {
	STUB_NOT_ARMED,
	STUB_BUSY, /* being armed or disarmed */
	STUB_ARMED,
	STUB_NO_TOOL,	/* others have its monitoring tools */
	STUB_NO_MODULE, /* it has no sys.monitoring, though it has run for long */
	STUB_REFUSED,	/* it has no sys.monitoring that works, or an audit hook forbids its use */
};

/* An interpreter in which the stub is a tool of sys.monitoring. */
struct stub_armed {
	__u64 interp; /* 0: free */
	__u32 tool;
	__u32 arming;  /* enum stub_arming */
	__u64 looks;   /* for a sys.monitoring that was not there */
	__u64 capsule; /* lives as long as the callbacks, which an interpreter's end frees */
};

#define STUB_WRAPPED 32u

/* A thread's own profile function, in whose place the stub is called. */
struct stub_wrapped {
	__u64 tstate; /* 0: free */
	__u64 function;
};

/* What a forked child needs to be as it was. */
struct stub_cfuncs {
	struct stub_method methods[STUB_EVENTS];
	__u64 missing;	/* sys.monitoring.MISSING */
	__u64 use_tool; /* the definition of sys.monitoring.use_tool_id */
	__u64 kept;	/* callbacks that somebody else has got hold of: the code must stay */
	__u64 settled;	/* an interpreter of these that needs no look at each function */
	struct stub_armed armed[STUB_INTERPS];
	__u32 wrappings; /* of them in use */
	__u32 events;	 /* passed since the clock was looked at */
	struct stub_wrapped wrapped[STUB_WRAPPED];
};

/* The part of a thread's C stack that is known to be there. */
struct stub_region {
	__u64 key; /* of the thread; 0: free */
	__u64 high, low;
	__u64 reserve; /* bytes to be left for the program */
};

/* Which entry a thread has. */
struct stub_known {
	__u64 key;	       /* its thread state; 0: free */
	__u64 low_sp, high_sp; /* between these its stack pointer was found to be well */
	__u32 thread, pad;
};

/* 3.11: what a code object's content was found to be. */
struct stub_cheap {
	__u64 key; /* the function's version, and where the code is; 0: free */
	__u64 cheap;
};

enum stub_checked { STUB_UNCHECKED, STUB_AS_BELIEVED, STUB_OTHERWISE };

struct stub_state {
	__u64 deadline; /* ticks beyond which the stub takes itself out; 0: now */
	__u64 checked;	/* enum stub_checked: the first code object was as it should be */
	__u64 expired;	/* times it did */
	__u64 flipped;	/* activations open beneath which nothing is counted */
	__u64 dropped[STUB_INTERPS]; /* interpreters whose JIT has been told */
	__u64 tls;		     /* 1: tls_module and tls_offset lead where the function does */
	/* Where an interpreter has its first thread state, and each the next; 0: none was told. */
	__u32 interp_threads, tstate_next;
	__u64 shim; /* the code object of the frame beneath a specialised __init__; 0: none seen */
	struct stub_region regions[STUB_REGIONS];
	struct stub_known known[STUB_KNOWN];
	struct stub_cheap cheaps[STUB_CHEAPS];
};

#endif
