/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What runs inside the interpreter: an evaluator (PEP 523) that calls the one that was there before
 * between two marker sites. Position-independent, freestanding, without data of its own, and it
 * calls nothing but the evaluator: no libc, no allocation, no lock.
 *
 * CPython calls it with the GIL held. Interpreters of 3.12 and later may each have a GIL of their
 * own, so what they share is read and written as if by several threads.
 */
#include <linux/types.h>

#include "bpfprof/stub.h"

#define HIDDEN	   __attribute__((visibility("hidden")))
#define COLD	   __attribute__((noinline, cold))
#define APART	   __attribute__((noinline)) /* has the registers to itself */
#define ALWAYS	   static inline __attribute__((always_inline))
#define RARE(x)	   __builtin_expect(!!(x), 0)
#define AT(p, o)   (*(const __u64 *)((p) + (o)))
#define AT32(p, o) (*(const __u32 *)((p) + (o)))

extern const struct stub_config config HIDDEN;
extern struct stub_state state HIDDEN;
extern const struct stub_head stub_head HIDDEN;

COLD static __u64 vdso_ticks(void)
{
	__u64 time[2];

	((int (*)(int, __u64 *))config.vdso_clock)(1 /* CLOCK_MONOTONIC */, time);
	return time[0] * 1000000000ull + time[1];
}

/* The stub's clock: the time stamp counter, or where the kernel doesn't trust that, nanoseconds. */
ALWAYS __u64 ticks(void)
{
	return RARE(config.vdso_clock) ? vdso_ticks() : __builtin_ia32_rdtsc();
}

#include "in_stub.h"

typedef void *(*evaluator)(__u64 tstate, __u64 frame, int throwflag);

/* The markers: BPF programs read these arguments from the registers. */
HIDDEN void stub_enter1(__u64 frame, __u64 ident, __u64 code, __u64 caller);
HIDDEN void stub_enter5(__u64 frame, __u64 ident, __u64 code, __u64 caller);
HIDDEN void stub_leave1(__u64 frame);
HIDDEN void stub_leave5(__u64 frame);
HIDDEN void stub_low(void);
HIDDEN void *stub_eval(__u64 tstate, __u64 frame, int throwflag, __u32 variant);

#define CO_MAKES 0x2a0 /* CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR */

#define PAGE	4096ul
#define RESERVE (96 * 1024ul)  /* of C stack, for what the program calls deeper down */
#define C_CALLS 256	       /* likewise, of CPython's own count in 3.12 and 3.13 */
#define FIRST	(128 * 1024ul) /* of a new thread's stack to look at */

ALWAYS __u64 *slot_of(__u64 tstate)
{
	return (__u64 *)(AT(tstate, config.tstate_interp) + config.interp_slot);
}

ALWAYS __u64 mine(__u32 variant)
{
	return (__u64)&stub_head + stub_head.eval[variant];
}

ALWAYS int alive(void)
{
	return ticks() < *(volatile __u64 *)&state.deadline;
}

/* The deadline has passed: bpfprof is gone, or this is a forked child. Takes the stub out of the
 * slot of the interpreter that is running, if it is still there. */
COLD static void take_out(__u64 tstate, __u32 variant)
{
	__u64 seen = mine(variant);

	if (__atomic_compare_exchange_n(slot_of(tstate), &seen, config.before[variant], 0,
					__ATOMIC_RELAXED, __ATOMIC_RELAXED))
		__atomic_fetch_add(&state.expired, 1, __ATOMIC_RELAXED);
}

/* Whether a page can be read, asked of the kernel: rt_sigprocmask reads the set before it refuses
 * the unknown operation. Lets the main thread's stack grow down to there, as a use of it would. */
static int readable(__u64 page)
{
	register __u64 size __asm__("r10") = 8;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(14L), "D"(-1L), "S"(page), "d"(0L), "r"(size)
			 : "rcx", "r11", "memory");
	return result == -22;
}

static void extend(struct stub_region *r, __u64 down_to)
{
	while (r->low > down_to && readable(r->low - PAGE))
		r->low -= PAGE;
}

/* Looks closer where the stack pointer has left what is known. Returns 1 where the C stack is too
 * short for one more activation of the evaluator. A small stack (threading.stack_size) keeps a
 * third for the program. */
COLD static int stack_is_short(struct stub_region *r, __u64 key, __u64 sp)
{
	if (r->key != key || sp > r->high || sp < r->low) {
		r->key = 0;
		r->high = sp + FIRST;
		r->low = sp & -PAGE;
		extend(r, sp - FIRST);
		r->reserve = (sp - r->low) / 3 < RESERVE * 2 / 5 ? (sp - r->low) / 3 : RESERVE;
		r->key = key;
	}
	if (sp - r->low < r->reserve + 4 * PAGE)
		extend(r, sp - r->reserve - 16 * PAGE);
	return sp - r->low < r->reserve;
}

/* 3.14 and later know the thread's stack, its size as they take it: 4 MB on the main thread. */
ALWAYS int soft_limit_is_near(__u64 tstate, __u64 sp)
{
	__u64 low = AT(tstate, config.tstate_soft_limit), third;

	if (sp >= low + RESERVE)
		return 0;
	third = (AT(tstate, config.tstate_soft_limit - 8) - low) / 3;
	return third >= RESERVE || sp < low + third;
}

/* By the region that the thread's stack is known to have. */
ALWAYS int end_is_near(__u64 tstate, __u64 sp, struct stub_known *t)
{
	/* a thread state's memory is used again, its id is not */
	__u64 id = AT(tstate, config.tstate_id), key = (tstate ^ id << 48) | 1;
	struct stub_region *r = &state.regions[(tstate >> 6 ^ id) % STUB_REGIONS];

	if (r->key != key || sp > r->high || sp - r->low >= 1ul << 40 ||
	    sp - r->low < r->reserve + 4 * PAGE) {
		if (stack_is_short(r, key, sp))
			return 1;
	}
	if (t) {
		t->high_sp = r->high;
		t->low_sp = r->low + r->reserve + 4 * PAGE;
	}
	return 0;
}

/* 3.11 and later run Python calls of Python without C stack, but not while a slot is set. 3.11 has
 * no check of its own against running off it; 3.12 and 3.13 count C calls. t: where what was found
 * is kept, or 0. */
ALWAYS int out_of_stack(__u64 tstate, struct stub_known *t)
{
	__u64 sp;

	__asm__("mov %%rsp, %0" : "=r"(sp));

	if (config.tstate_c_recursion && (int)AT32(tstate, config.tstate_c_recursion) < C_CALLS)
		return 1;
	if (t && sp >= t->low_sp && sp <= t->high_sp)
		return 0;
	if (config.tstate_soft_limit)
		return soft_limit_is_near(tstate, sp);
	return config.minds_stack && end_is_near(tstate, sp, t);
}

/* Runs this activation as if nobody watched: the calls beneath it take no C stack, and are not
 * seen. */
COLD static void *eval_unwatched(__u64 tstate, __u64 frame, int throwflag, __u32 variant)
{
	__u64 *slot = slot_of(tstate);
	void *result;

	if (config.inlined)
		acc_lose(ACC_LOSS_LOW_STACK, 1);
	else
		stub_low();
	__atomic_fetch_add(&state.flipped, 1, __ATOMIC_RELAXED);
	*(volatile __u64 *)slot = config.before[variant];
	result = ((evaluator)config.evaluator[variant])(tstate, frame, throwflag);
	/* 0 already in a forked child. Not alive: the slot has been put back for good. */
	if (state.flipped && !__atomic_sub_fetch(&state.flipped, 1, __ATOMIC_RELAXED) && alive())
		*(volatile __u64 *)slot = mine(variant);
	return result;
}

#define HASHED 256 /* bytes of a string */

/* What a str holds: up to HASHED bytes, and its length (a multilinear hash: odd factors, so that no
 * single word's difference is lost). Its memory is a multiple of 16 bytes, so a word that begins in
 * it may be read whole. */
ALWAYS __u64 str_hash(__u64 str, __u64 factor)
{
	__u32 state_bits = AT32(str, config.str_state) >> config.str_kind_shift;
	__u64 bytes = AT(str, config.str_length) * (state_bits & 7), hash = bytes * factor;
	__u64 at = str + (state_bits & 16 ? config.str_ascii : config.str_compact);

	if (bytes > HASHED)
		bytes = HASHED;
	for (; bytes >= 8; bytes -= 8, at += 8) {
		factor += 0x9e3779b97f4a7c14ull;
		hash += AT(at, 0) * factor;
	}
	if (bytes)
		hash += (AT(at, 0) & ((1ull << 8 * bytes) - 1)) * (factor + 0x3c6ef372fe94f82aull);
	return hash;
}

/* Addresses are used again within a run, those of a code object and of its strings together: what
 * tells two of them apart is a number, or what the strings hold. */
ALWAYS __u64 cheap_of_content(__u64 code)
{
	__u64 hash = str_hash(AT(code, config.code_filename), 0xbf58476d1ce4e5b9ull) +
		     str_hash(AT(code, config.code_name), 0x94d049bb133111ebull);

	return (hash + code * 0xd6e8feb86659fd93ull +
		AT32(code, config.code_firstlineno) * 0xff51afd7ed558ccdull) |
	       1;
}

/*
 * What stands for a code object, with where it is: 3.11 numbers none, but the states of functions,
 * once a call of one was specialised. A function whose code is replaced loses its number, and none
 * is given twice. A frame may yet run a code that its function had before; that is alive since
 * before the number was given, so number and address together are one code object's.
 */
ALWAYS struct stub_cheap *kept_by(__u64 frame, __u64 code, __u64 *key)
{
	__u64 version = config.func_version ? AT32(AT(frame, 0), config.func_version) : 0;

	*key = version << 32 | (__u32)(code >> 4);
	return version ? &state.cheaps[version % STUB_CHEAPS] : 0;
}

/* Where code objects are numbered, number and address: others of one number belong to other
 * interpreters, and two such lie less than 64 GiB apart. */
ALWAYS __u64 cheap_of(__u64 frame, __u64 code)
{
	__u64 version = config.code_version ? AT32(code, config.code_version) : 0, key, cheap;
	struct stub_cheap *kept;

	if (version)
		return version << 32 | (__u32)(code >> 4);
	kept = kept_by(frame, code, &key);
	if (kept && kept->key == key)
		return kept->cheap;
	cheap = cheap_of_content(code);
	if (kept)
		*kept = (struct stub_cheap){key, cheap};
	return cheap;
}

ALWAYS __u64 ident_of(__u64 cheap)
{
	return acc_mix(cheap) | 1;
}

/* 3.11 and later make a generator or coroutine by evaluating its frame up to where it is made:
 * that is no call. Its resumes are, and then the frame is the generator's. */
ALWAYS int is_creation(__u64 frame, __u64 code)
{
	return config.frame_owner && AT32(code, config.code_flags) & CO_MAKES &&
	       !*(const __u8 *)(frame + config.frame_owner);
}

/* Owned by the C stack, or (3.14) at the bottom of a thread's. */
ALWAYS int is_interpreters(__u64 frame)
{
	return *(const __u8 *)(frame + config.frame_owner) >= 3;
}

/*
 * The frame that the interpreter takes for the caller. 3.12 and later clear a returning frame's
 * locals after its return but before their evaluator returns: what a __del__ calls then is called
 * by the caller's frame, while the markers have not seen the return yet. Then, and at the outermost
 * evaluator, a frame of the interpreter's own stands between (3: owned by the C stack). 0: not
 * known.
 */
ALWAYS __u64 caller_of(__u64 tstate)
{
	__u64 frame = 0;

	if (config.tstate_current)
		frame = AT(tstate, config.tstate_current);
	else if (config.tstate_cframe)
		frame = AT(AT(tstate, config.tstate_cframe), 0);
	else
		return 0;
	if (frame && is_interpreters(frame))
		frame = AT(frame, config.frame_prev);
	return frame && !is_interpreters(frame) ? frame : ACC_NO_CALLER;
}

/* The call itself, between the markers. */
ALWAYS void *eval_marked(__u64 tstate, __u64 frame, int throwflag, __u32 variant,
			 struct stub_known *t)
{
	if (RARE(out_of_stack(tstate, t)))
		return eval_unwatched(tstate, frame, throwflag, variant);
	return ((evaluator)config.evaluator[variant])(tstate, frame, throwflag);
}

/* Between two markers, which BPF programs account for. */
APART static void *eval_probed(__u64 tstate, __u64 frame, int throwflag, __u32 variant, __u64 code)
{
	void *result;

	if (config.nop5) {
		stub_enter5(frame, ident_of(cheap_of(frame, code)), code, caller_of(tstate));
		result = eval_marked(tstate, frame, throwflag, variant, 0);
		stub_leave5(frame);
	} else {
		stub_enter1(frame, ident_of(cheap_of(frame, code)), code, caller_of(tstate));
		result = eval_marked(tstate, frame, throwflag, variant, 0);
		stub_leave1(frame);
	}
	return result;
}

COLD static void settle(struct acc_thread *s, __u64 caller)
{
	struct acc_moment now;

	acc_now(s, &now);
	acc_settle(s, caller, &now);
}

COLD static void leave_timed(__u64 since)
{
	acc_time_return(ticks() - since);
}

/* The return of a frame that is not the innermost. */
COLD static void leave_other(struct acc_thread *s, __u64 frame, struct acc_moment now)
{
	acc_leave(s, acc_row(s->row), frame, &now);
}

/* The edge of a call that is not the one expected. */
APART static __u32 look_closely(struct acc_thread *s, __u32 at, __u64 cheap, __u64 code)
{
	struct acc_call c = {.ident = ident_of(cheap), .cheap = cheap, .code = code};

	return acc_edge_for(s, at, &c);
}

/* Counts the call on the slot that is its thread's. */
ALWAYS void enter_on(struct acc_thread *s, __u32 at, __u64 tstate, __u64 frame, __u64 code,
		     int timed)
{
	__u64 begin = timed ? ticks() : 0, cheap;
	struct acc_frame *f = s->top ? acc_frame(s->top) : 0;
	__u64 caller = f ? caller_of(tstate) : 0;
	__u32 edge;

	if (RARE(caller && f->pyframe != caller))
		settle(s, caller);
	cheap = cheap_of(frame, code);
	edge = acc_edge_guess(s, cheap);
	if (RARE(!edge)) {
		begin = 0;
		edge = look_closely(s, at, cheap, code);
	}
	acc_open(s, edge, frame, begin);
}

COLD static void enter_timed(struct acc_thread *s, __u32 at, __u64 tstate, __u64 frame, __u64 code)
{
	enter_on(s, at, tstate, frame, code, 1);
}

/* Counts the call. Returns its slot, or 0 where there is none. */
ALWAYS struct acc_thread *enter(__u64 tstate, __u64 frame, __u64 code)
{
	__u32 at;
	struct acc_thread *s = thread_current(tstate, &at);

	if (RARE(!s))
		return 0;
	if (RARE(acc_is_timed(s)))
		enter_timed(s, at, tstate, frame, code);
	else
		enter_on(s, at, tstate, frame, code, 0);
	return s;
}

/*
 * Not in a forked child, whose state reads as zero, for the tables are its parent's; and not after
 * the end, when the tables are gone. It is here that bpfprof's death is seen, which saves a look at
 * the clock at each entry.
 */
ALWAYS void leave(struct acc_thread *s, __u64 tstate, __u64 frame, __u32 variant)
{
	__u64 deadline = *(volatile __u64 *)&state.deadline;
	struct acc_moment now;

	if (RARE(!deadline))
		return;
	acc_now(s, &now);
	if (RARE(!s->top || s->overflow || acc_frame(s->top)->pyframe != frame))
		leave_other(s, frame, now);
	else
		acc_pop(s, acc_row(s->row), &now);
	if (RARE(acc_is_timed(s)))
		leave_timed(now.at);
	if (RARE(now.at >= deadline))
		take_out(tstate, variant);
}

APART static void *eval_counted(__u64 tstate, __u64 frame, int throwflag, __u32 variant, __u64 code)
{
	struct acc_thread *s = enter(tstate, frame, code);
	void *result;

	result = eval_marked(tstate, frame, throwflag, variant, s ? known_of(tstate) : 0);
	if (s)
		leave(s, tstate, frame, variant);
	return result;
}

static int is_str(__u64 object)
{
	return readable(object) && AT(object, config.ob_type) == config.unicode_type;
}

/* Before the first code object is looked into: is it laid out as believed? What cannot be read is
 * not touched. Where it is not, the stub leaves the slot, and the refusal shows as a loss. */
COLD static int check(__u64 tstate, __u64 frame, __u32 variant)
{
	__u64 code = AT(frame, config.frame_code) & ~7ull;

	if (readable(code) && readable(code + PAGE / 8) && is_str(AT(code, config.code_filename)) &&
	    is_str(AT(code, config.code_name))) {
		state.checked = STUB_AS_BELIEVED;
		return 1;
	}
	state.checked = STUB_OTHERWISE;
	if (config.inlined)
		acc_lose(ACC_LOSS_LAYOUT, 1);
	else if (config.nop5)
		stub_enter5(frame, 1, code, 0); /* its BPF program sees the same */
	else
		stub_enter1(frame, 1, code, 0);
	take_out(tstate, variant);
	return 0;
}

void *stub_eval(__u64 tstate, __u64 frame, int throwflag, __u32 variant)
{
	evaluator eval = (evaluator)config.evaluator[variant];
	__u64 code;

	if (RARE(config.inlined ? !*(volatile __u64 *)&state.deadline : !alive())) {
		take_out(tstate, variant);
		return eval(tstate, frame, throwflag);
	}
	if (RARE(state.checked != STUB_AS_BELIEVED) && !check(tstate, frame, variant))
		return eval(tstate, frame, throwflag);
	code = AT(frame, config.frame_code) & ~7ull;
	if (is_creation(frame, code))
		return eval(tstate, frame, throwflag);
	if (config.inlined)
		return eval_counted(tstate, frame, throwflag, variant, code);
	return eval_probed(tstate, frame, throwflag, variant, code);
}
