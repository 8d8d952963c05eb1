/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who holds a GIL while others wait for it. As long as somebody waits, each thread that leaves its
 * CPU, and each that wakes another up, looks at the lock: who was the last to take it, whether it
 * is taken still, and since when that thread has been on its CPU. A wait is told by the looks
 * before and after it and all in between. What they leave open stays unknown.
 */
#ifndef HOLDERS_BPF_H
#define HOLDERS_BPF_H

#include "gils.bpf.h"

#define LOOKS	   256u /* kept; a power of two */
#define HOLDS_LOOK 16u	/* places tried in the table */

#define HOLDERS_BITS 8

/* In struct _gil_runtime_state. */
#define GIL_LAST_HOLDER 8

struct gil_words {
	__u64 last_holder;
	__u32 locked, unused;
	__u64 turn; /* one more each time that another thread takes it than the last */
};

struct gil_look {
	__u64 at;     /* ns */
	__u64 since;  /* ns; its thread came to a CPU then */
	__u64 out;    /* ns; and left it then; 0: it is there */
	__u64 gil;    /* address */
	__u64 tstate; /* of the last to take it */
	__u64 holder; /* as acc_hold's; 0: not known */
	__u32 turn;   /* how often it had changed hands */
	__u8 locked;
	__u8 woke;   /* as a thread was woken up, as who lets it go does */
	__u8 waited; /* its thread came to its CPU from waiting for this turn */
	__u8 unused;
	__u32 number, unused2; /* plus 1, written last: the rest is of this look */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LOOKS);
	__type(key, __u32);
	__type(value, struct gil_look);
} looks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ACC_HOLDS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct acc_hold);
} holds SEC(".maps");

__u32 tstate_thread_id = 0; /* offset in a thread state: what pthread_self() returns there */
/* Looks taken, in the upper half, and threads that wait: one atomic addition tells of both. */
__u64 gil_looks = 0;
__u32 gil_untold = 0; /* set where a wait is over that has yet to have a look after it */
__u32 holders[1 << HOLDERS_BITS] = {}; /* indices of threads, by a hash of their thread states */

/* The wait that is being told: from its end back to its beginning. */
struct gil_telling {
	__u64 from, until; /* what is yet to be told, ns */
	__u64 gil;
	__u64 own; /* the row of the thread that waited */
	struct gil_look later;
};

/* What a thread runs now, as acc_hold's key; 0: not known. Of another that may be running. */
static __always_inline __u64 holder_of(struct acc_thread *s)
{
	__u32 at = acc_innermost(s);
	struct acc_frame *f = at ? acc_frame(at) : 0;
	struct acc_edge *edge = f && f->edge ? acc_edge(f->edge) : 0;

	return edge && s->row ? (__u64)s->row << 32 | edge->func : 0;
}

/* The entry's index of the thread whose thread state is at tstate; 0: none. */
static __always_inline __u32 thread_of_tstate(__u64 tstate)
{
	__u64 tcb = 0;
	__u32 *known;

	bpf_probe_read_user(&tcb, sizeof(tcb), (void *)tstate + tstate_thread_id);
	if (inlined)
		return thread_by_tcb(tcb);
	known = tcb ? bpf_map_lookup_elem(&thread_of_tcb, &tcb) : 0;
	return known ? *known : 0;
}

/* Whether that is the entry of the thread whose thread state is at tstate. One with frames open has
 * not given up its thread state, so that the address is no other's by now. */
static __always_inline int is_of_tstate(const struct acc_thread *s, __u64 tstate)
{
	return s && s->tstate == tstate && s->top;
}

/* The same thread's entry, remembered until it ends, and its index, which mostly is *at. */
static __always_inline struct acc_thread *holder_at(__u64 tstate, __u32 *at)
{
	struct acc_thread *s = acc_thread(*at);
	__u32 *kept;

	if (is_of_tstate(s, tstate))
		return s;
	kept = &holders[tstate * HASH_FACTOR >> (64 - HOLDERS_BITS)];
	*at = *kept;
	s = acc_thread(*at);
	if (is_of_tstate(s, tstate))
		return s;
	*at = thread_of_tstate(tstate);
	s = *at ? acc_thread(*at) : 0;
	if (!s)
		return 0;
	s->tstate = tstate;
	*kept = *at;
	return s;
}

static __always_inline __u32 looks_taken(void)
{
	return *(volatile __u64 *)&gil_looks >> 32;
}

static __always_inline __u32 gil_waiters(void)
{
	return *(volatile __u64 *)&gil_looks;
}

#define LOOK_TAKEN   (1ull << 32)
#define WAIT_BEGINS  1ull
#define WAIT_IS_OVER (-1ull)

/* Keeps a look, in the place of the oldest; more: a wait that begins with it or is over. Its number
 * is written last: who reads it then knows it whole. */
static __always_inline __u32 look_store(const struct gil_look *look, __u64 more)
{
	__u32 n = ACC_ADD(&gil_looks, LOOK_TAKEN + more) >> 32, i = n & (LOOKS - 1);
	struct gil_look *to = bpf_map_lookup_elem(&looks, &i);

	if (!to)
		return 0;
	*(volatile __u32 *)&to->number = 0;
	to->at = look->at;
	to->since = look->since;
	to->out = look->out;
	to->gil = look->gil;
	to->tstate = look->tstate;
	to->holder = look->holder;
	to->turn = look->turn;
	to->locked = look->locked;
	to->woke = look->woke;
	to->waited = look->waited;
	*(volatile __u32 *)&to->number = n + 1;
	return n + 1;
}

#define SEEN_FREE 1u /* beside twice an index */

/* What of that look tells who has the lock until someone who waits is woken up: the thread that
 * holds it, or that had it last and has left its CPU, by its index; 0: neither is known. */
static __always_inline __u32 look_seen(const struct gil_look *look, __u32 holder)
{
	if (look->locked)
		return holder << 1;
	return look->out ? holder << 1 | SEEN_FREE : 0;
}

/* Looks at the GIL that the thread s last waited for, or else at the first that is known, at the
 * moment now (ns); more: as look_store's. The process's memory is read, so it has to be the running
 * thread's process. How many looks there are with it; 0: it cannot be read. */
__noinline __u32 gil_look(struct acc_thread *s, __u64 now, __u64 more)
{
	struct gil_look look = {.at = now, .woke = more == WAIT_IS_OVER};
	struct gil_words words = {};
	struct acc_thread *holder;
	__u32 i;

	if (!s)
		return 0;
	gil_untold = 0;
	i = s->gil_seen >> 1;
	look.gil = s->gil ? s->gil : gils[0].start;
	if (bpf_probe_read_user(&words, sizeof(words), (void *)look.gil + GIL_LAST_HOLDER)) {
		ACC_ADD(&gil_looks, more);
		return 0;
	}
	look.tstate = words.last_holder;
	look.locked = words.locked;
	look.turn = words.turn;
	if (look.woke)
		s->gil_turn = look.turn + 1;
	holder = look.tstate ? holder_at(look.tstate, &i) : 0;
	if (holder && holder->row) {
		look.holder = holder_of(holder);
		look.since = holder->back_ns;
		look.out = holder->out_ns;
		look.waited = holder->gil_turn == look.turn;
	}
	s->gil_seen = holder ? look_seen(&look, i) : 0;
	s->seen_turn = look.turn;
	return look_store(&look, more);
}

/* Adds ns to that place of the table, if it is the key's or nobody's. 0: it is another's. */
__noinline int hold_add_at(__u32 i, __u64 key, __u64 ns)
{
	struct acc_hold *h = bpf_map_lookup_elem(&holds, &i);

	if (!h || (h->key != key && ACC_CAS(&h->key, 0, key) && h->key != key))
		return 0;
	ACC_ADD(&h->ns, ns);
	return 1;
}

/* Adds ns to how long the function of that key held it. 0: there is no room, and it stays unknown.
 */
__noinline int hold_add(__u64 key, __u64 ns)
{
	__u32 first = (key >> 32) * 31 + (__u32)key, i = first & (ACC_HOLDS - 1);
	struct acc_hold *h = bpf_map_lookup_elem(&holds, &i);

	if (h && key && h->key == key) { /* as mostly */
		ACC_ADD(&h->ns, ns);
		return 1;
	}
	ONE_BY_ONE
	for (__u32 n = 0; key && n < HOLDS_LOOK; n++) {
		if (hold_add_at((first + n) & (ACC_HOLDS - 1), key, ns))
			return 1;
	}
	return 0;
}

/* The function of that key held it from then until then, while another thread waited. */
static __always_inline void held(const struct gil_telling *t, __u64 key, __u64 from, __u64 until)
{
	if (until > from && key >> 32 != t->own)
		hold_add(key, until - from);
}

/*
 * Of the time between two looks. A thread that lets go while another waits wakes one up, which is
 * looked at. So the same one that has let go has not had it again at the next look where that is
 * another's, or where it is away; and where it looks as it wakes one up, it may have had it for a
 * time that is not known, unless it came to its CPU meanwhile.
 */
static __always_inline void tell_same(const struct gil_telling *t, const struct gil_look *look,
				      __u64 from, __u64 came)
{
	__u64 until = t->until;

	if (look->locked) {
		held(t, t->later.holder, from, until);
	} else if (!t->later.locked && (t->later.out || !t->later.woke)) {
		held(t, ACC_HOLD_FREE, from, until);
	} else if (look->out && t->later.since >= look->at) {
		held(t, ACC_HOLD_FREE, from, came);
		held(t, t->later.holder, came, until);
	}
}

/* Another has taken it since: none in between where that is the next turn. It has had it from when
 * it came to its CPU, or, where it was there to wait for that turn, from when it was let go. Two
 * that were on CPUs all the while have handed it on at a moment that is not known. */
static __always_inline void tell_next(const struct gil_telling *t, const struct gil_look *look,
				      __u64 from, __u64 came)
{
	int is_next = t->later.turn == look->turn + 1;

	if (is_next)
		held(t, look->locked ? look->holder : ACC_HOLD_FREE, from, came);
	if (t->later.since >= look->at || (is_next && !look->locked && t->later.waited))
		held(t, t->later.holder, came, t->until);
}

static __always_inline void tell_between(const struct gil_telling *t, const struct gil_look *look)
{
	__u64 from = look->at > t->from ? look->at : t->from, until = t->until;
	__u64 came = t->later.since < from ? from : t->later.since < until ? t->later.since : until;

	if (look->turn == t->later.turn && look->tstate == t->later.tstate)
		tell_same(t, look, from, came);
	else
		tell_next(t, look, from, came);
}

/* 1: there is more to be told. */
__noinline int tell_step(struct gil_telling *t, __u32 n)
{
	__u32 i = n & (LOOKS - 1);
	struct gil_look *at = bpf_map_lookup_elem(&looks, &i), look;

	if (!t || !at)
		return 0;
	look = *at;
	if (look.number != n + 1 || *(volatile __u32 *)&at->number != n + 1)
		return 0;
	if (look.gil != t->gil)
		return 1;
	if (look.at < t->until) {
		tell_between(t, &look);
		t->until = look.at;
	}
	t->later = look;
	return t->until > t->from;
}

#define LOOKS_SOME 16u /* see SOME */

/* Some of the looks, from the nth back. 1: there is more to be told. */
__noinline int tell_some(struct gil_telling *t, __u32 last)
{
	int more = t != 0;

	ONE_BY_ONE
	for (__u32 n = 0; more && n < LOOKS_SOME; n++)
		more = tell_step(t, last - n);
	return more;
}

/* Says who held the GIL while the thread waited for it the last time. */
__noinline int gil_tell(struct acc_thread *s)
{
	struct gil_telling t = {};
	__u32 last;

	if (!s)
		return 0;
	t.from = s->gil_from;
	t.until = s->gil_until;
	t.gil = s->gil;
	t.own = s->row;
	last = s->gil_look;
	s->gil_until = 0;
	ONE_BY_ONE
	for (__u32 n = 0; n < LOOKS; n += LOOKS_SOME) {
		if (!tell_some(&t, last - n))
			break;
	}
	return 0;
}

#endif
