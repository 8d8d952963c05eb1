/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How elements of the tables are found by key, or taken where none has it. Part of account.h. */
#ifndef BPFPROF_ACC_FIND_H
#define BPFPROF_ACC_FIND_H

/* Counts n losses of that kind; for any thread. */
ACC_INLINE void acc_lose(enum acc_loss which, __u64 n)
{
	struct acc_ctl *ctl = acc_ctl();

	if (ctl && n)
		ACC_ADD(&ctl->losses[which], n);
}

/* Loops are functions of their own, and for BPF what they do in each turn too (ACC_STEP), so that
 * its verifier looks into each once, and not into what follows as often as they have turns. */

#define ACC_FRESH (1ull << 32)

/* Looks at one place of the table of code objects. Returns its index where the key stands there;
 * the index with ACC_FRESH where nobody's stood there and this call has put the key; 0 where
 * another key stands there. */
ACC_STEP __u64 acc_code_at(__u32 at, __u64 key)
{
	struct acc_code *code = at ? acc_code(at) : 0;
	__u64 there = code ? *(volatile __u64 *)&code->key : 0;

	if (!code)
		return 0;
	if (there == key)
		return at;
	if (there)
		return 0;
	there = ACC_CAS(&code->key, 0, key);
	if (!there)
		return at | ACC_FRESH;
	return there == key ? at : 0;
}

/* Of the ACC_PROBE_MAX places that are tried, so many are in one stride (see ACC_STRIDE). */
#define ACC_PROBE_STRIDE 16u

/* A stride of what acc_find_code does, from place i on. */
ACC_STEP __u64 acc_find_code_some(__u32 i, __u64 key)
{
	for (__u32 n = 0; n < ACC_PROBE_STRIDE; n++, i++) {
		__u64 found = acc_code_at(i & acc_mask_codes, key);

		if (found)
			return found;
	}
	return 0;
}

/* The place that a code object's key points to. */
#define ACC_CODE_FIRST(key) ((__u32)((key) >> 20))

/* Looks at one place after another, from where the key's hash points, until acc_code_at returns
 * something; 0 where it returned nothing ACC_PROBE_MAX times: the table is full. */
ACC_INLINE __u64 acc_find_code(__u64 key)
{
	__u32 i = ACC_CODE_FIRST(key);

	for (__u32 n = 0; n < ACC_PROBE_MAX; n += ACC_PROBE_STRIDE) {
		__u64 found = acc_find_code_some(i + n, key);

		if (found)
			return found;
	}
	return 0;
}

/* Whether any table is filled by more than a half. */
ACC_INLINE int acc_is_crowded(const struct acc_ctl *ctl)
{
	return ctl->codes > acc_mask_codes / 2 || ctl->funcs > acc_funcs_max / ACC_BATCH / 2 ||
	       ctl->edges > acc_edges_max / ACC_BATCH / 2;
}

/* The key at one place of the table of code objects; 0: none. Place 0 is nobody's. */
ACC_STEP __u64 acc_code_key(__u32 at)
{
	struct acc_code *code = acc_code(at);

	return !at ? ~0ull : code ? *(volatile __u64 *)&code->key : 0;
}

/* A stride of what acc_code_is_known does, from place i on: the key, or 0 where that or none stands
 * there; ~0: others. */
ACC_STEP __u64 acc_code_key_some(__u32 i, __u64 key)
{
	for (__u32 n = 0; n < ACC_PROBE_STRIDE; n++, i++) {
		__u64 there = acc_code_key(i & acc_mask_codes);

		if (there == key || !there)
			return there;
	}
	return ~0ull;
}

/* Whether the table of code objects has that key. */
ACC_NOINLINE int acc_code_is_known(__u64 key)
{
	__u32 i = ACC_CODE_FIRST(key);

	for (__u32 n = 0; n < ACC_PROBE_MAX; n += ACC_PROBE_STRIDE) {
		__u64 there = acc_code_key_some(i + n, key);

		if (there == key || !there)
			return there == key;
	}
	return 0;
}

/*
 * What a new code object is known by that would be by ident. Nothing tells of the end of one, and
 * programs make and free them by the million: where the tables are crowded, all new ones of one
 * content (file, name and line) are one, as they are one row of a report.
 */
#define ACC_KEY_OF_ALL(content) acc_key(content, 0)

/* Index of an element that nobody has taken: the next of the thread's batch of ACC_BATCH, or the
 * first of a new batch; 0: the table is used up. */
ACC_INLINE __u32 acc_take(__u32 *next, __u32 *batches, __u32 max)
{
	__u32 i = *next;

	if (!(i & (ACC_BATCH - 1))) {
		if ((*(volatile __u32 *)batches + 2) * ACC_BATCH > max)
			return 0;
		i = (ACC_ADD(batches, 1) + 1) * ACC_BATCH;
		if (i + ACC_BATCH > max)
			return 0;
	}
	*next = i + 1;
	return i;
}

#define ACC_OTHER 0xffffffffu /* no element's index: another key stands there */

/* A key has one thread in it, so only one thread looks for it and adds it: no other can add it
 * meanwhile. */
#define ACC_DEFINE_FIND(kind)                                                                      \
	/* The element that a place names, where it has the key; ACC_OTHER: another; 0: none. */   \
	ACC_STEP __u32 acc_##kind##_at(__u32 at, __u64 key)                                        \
	{                                                                                          \
		struct acc_##kind##_bucket *p = acc_##kind##_bucket(at & acc_mask_##kind##s);      \
		__u64 v = p ? *(volatile __u64 *)&p->v : 0;                                        \
		struct acc_##kind *e = v >> 32 == key >> 32 ? acc_##kind((__u32)v) : 0;            \
                                                                                                   \
		if (!v)                                                                            \
			return 0;                                                                  \
		return e && e->key == (__u32)key ? (__u32)v : ACC_OTHER;                           \
	}                                                                                          \
                                                                                                   \
	/* A stride of what acc_find does, from a place on; ACC_OTHER: it is not there. */         \
	ACC_STEP __u32 acc_##kind##_some(__u32 at, __u64 key)                                      \
	{                                                                                          \
		for (__u32 n = 0; n < ACC_PROBE_STRIDE; n++, at++) {                               \
			__u32 i = acc_##kind##_at(at, key);                                        \
                                                                                                   \
			if (i != ACC_OTHER)                                                        \
				return i;                                                          \
		}                                                                                  \
		return ACC_OTHER;                                                                  \
	}                                                                                          \
                                                                                                   \
	/* The element that has the key; 0: none. */                                               \
	ACC_NOINLINE __u32 acc_find_##kind(__u64 key)                                              \
	{                                                                                          \
		__u32 at = (__u32)(key >> 12);                                                     \
                                                                                                   \
		for (__u32 n = 0; n < ACC_PROBE_MAX; n += ACC_PROBE_STRIDE) {                      \
			__u32 i = acc_##kind##_some(at + n, key);                                  \
                                                                                                   \
			if (i != ACC_OTHER)                                                        \
				return i;                                                          \
		}                                                                                  \
		return 0;                                                                          \
	}

#define ACC_DEFINE_ADD(kind)                                                                       \
	/* Has a place name element i for the key; 0: it names another. */                         \
	ACC_STEP int acc_##kind##_put(__u32 at, __u64 key, __u32 i)                                \
	{                                                                                          \
		struct acc_##kind##_bucket *p = acc_##kind##_bucket(at & acc_mask_##kind##s);      \
                                                                                                   \
		return p && !*(volatile __u64 *)&p->v &&                                           \
		       !ACC_CAS(&p->v, 0, (key & ~0xffffffffull) | i);                             \
	}                                                                                          \
                                                                                                   \
	/* The same for a stride of places. */                                                     \
	ACC_STEP int acc_##kind##_put_some(__u32 at, __u64 key, __u32 i)                           \
	{                                                                                          \
		for (__u32 n = 0; n < ACC_PROBE_STRIDE; n++, at++) {                               \
			if (acc_##kind##_put(at, key, i))                                          \
				return 1;                                                          \
		}                                                                                  \
		return 0;                                                                          \
	}                                                                                          \
                                                                                                   \
	/* A new element of a key that none has; 0: the table is full. */                          \
	ACC_NOINLINE __u32 acc_add_##kind(struct acc_thread *s, __u64 key)                         \
	{                                                                                          \
		struct acc_ctl *ctl = acc_ctl();                                                   \
		__u32 at = (__u32)(key >> 12), i;                                                  \
		struct acc_##kind *e;                                                              \
                                                                                                   \
		if (!s || !ctl)                                                                    \
			return 0;                                                                  \
		i = acc_take(&s->kind, &ctl->kind##s, acc_##kind##s_max);                          \
		e = i ? acc_##kind(i) : 0;                                                         \
		if (!e)                                                                            \
			return 0;                                                                  \
		for (__u32 n = 0; n < ACC_PROBE_MAX; n += ACC_PROBE_STRIDE) {                      \
			if (!acc_##kind##_put_some(at + n, key, i))                                \
				continue;                                                          \
			e->key = (__u32)key;                                                       \
			return i;                                                                  \
		}                                                                                  \
		s->kind = i;                                                                       \
		return 0;                                                                          \
	}

ACC_DEFINE_FIND(func)
ACC_DEFINE_ADD(func)
ACC_DEFINE_FIND(edge)
ACC_DEFINE_ADD(edge)

#endif
