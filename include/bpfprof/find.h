/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Elements of the tables, found by key or taken. Part of account.h. */
#ifndef BPFPROF_ACC_FIND_H
#define BPFPROF_ACC_FIND_H

ACC_INLINE void acc_lose(enum acc_loss which, __u64 n)
{
	struct acc_ctl *ctl = acc_ctl();

	if (ctl && n)
		ACC_ADD(&ctl->losses[which], n);
}

/* Index of the code object of that identity, taken if none had it (*fresh), by open addressing. 0
 * where ACC_PROBE_MAX places were tried. */
ACC_INLINE __u32 acc_find_code(__u64 key, int *fresh)
{
	__u32 i = (__u32)(key >> 20);

	*fresh = 0;
	for (__u32 n = 0; n < ACC_PROBE_MAX; n++, i++) {
		__u32 at = i & acc_mask_codes;
		struct acc_code *code = at ? acc_code(at) : 0;
		__u64 seen;

		if (!code)
			continue;
		seen = *(volatile __u64 *)&code->key;
		if (!seen) {
			seen = ACC_CAS(&code->key, 0, key);
			*fresh = !seen;
		}
		if (*fresh || seen == key)
			return at;
	}
	return 0;
}

/* An element that nobody has taken, of the thread's batch or of a new one; 0: there is none. */
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

/* Functions of their own, so that BPF's verifier looks into each loop once.
 *
 * A key has one thread in it, so only one thread looks for it and adds it: no other can add it
 * meanwhile. */
#define ACC_DEFINE_FIND(kind)                                                                      \
	/* The element that has the key; 0: none. */                                               \
	ACC_NOINLINE __u32 acc_find_##kind(__u64 key)                                              \
	{                                                                                          \
		__u32 at = (__u32)(key >> 12);                                                     \
                                                                                                   \
		for (__u32 n = 0; n < ACC_PROBE_MAX; n++, at++) {                                  \
			struct acc_##kind##_bucket *p =                                            \
				acc_##kind##_bucket(at & acc_mask_##kind##s);                      \
			__u64 v = p ? *(volatile __u64 *)&p->v : 0;                                \
			struct acc_##kind *e = v >> 32 == key >> 32 ? acc_##kind((__u32)v) : 0;    \
                                                                                                   \
			if (!v)                                                                    \
				break;                                                             \
			if (e && e->key == (__u32)key)                                             \
				return (__u32)v;                                                   \
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
                                                                                                   \
		for (__u32 n = 0; e && n < ACC_PROBE_MAX; n++, at++) {                             \
			struct acc_##kind##_bucket *p =                                            \
				acc_##kind##_bucket(at & acc_mask_##kind##s);                      \
                                                                                                   \
			if (!p || *(volatile __u64 *)&p->v ||                                      \
			    ACC_CAS(&p->v, 0, (key & ~0xffffffffull) | i))                         \
				continue;                                                          \
			e->key = (__u32)key;                                                       \
			return i;                                                                  \
		}                                                                                  \
		if (e)                                                                             \
			s->kind = i;                                                               \
		return 0;                                                                          \
	}

ACC_DEFINE_FIND(func)
ACC_DEFINE_FIND(edge)

#endif
