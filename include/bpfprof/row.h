/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a report makes one row of: code objects of one file, line and name, such as nested
 * comprehensions of a line, or the methods that dataclasses are given. A thread's calls of all of
 * them are calls of one function, so that one beneath another is not counted twice. Part of
 * account.h.
 */
#ifndef BPFPROF_ACC_ROW_H
#define BPFPROF_ACC_ROW_H

#ifdef acc_in_store
#define ACC_ROW_BYTES  1024u /* of a name; what has a longer one is a row of its own */
#define ACC_ROW_STRIDE 16u   /* words of 8 bytes */

/* The key with so many words at an offset of the name store in it, ACC_ROW_STRIDE at most. Names
 * begin at a multiple of 8, and zeros fill them up to one. */
ACC_STEP __u64 acc_row_some(__u64 key, __u32 at, __u32 words)
{
	const __u8 *store = acc_store();

	if (!store)
		return 0;
	for (__u32 n = 0; n < ACC_ROW_STRIDE && n < words; n++, at += 8)
		key = acc_mix(key ^ *(const __u64 *)(store + acc_in_store(at)));
	return key | 1;
}

/* The key with a name in it; 0: it is not whole. */
ACC_NOINLINE __u64 acc_row_name(__u64 key, const struct acc_name *n)
{
	__u32 words;

	if (!key || !n || n->state != ACC_NAME_READ || n->bytes > ACC_ROW_BYTES)
		return 0;
	words = (n->bytes + 7u) / 8;
	key = acc_key(key, n->bytes | (__u32)n->width << 16);
	for (__u32 i = 0; key && i < ACC_ROW_BYTES / 8 && i < words; i += ACC_ROW_STRIDE)
		key = acc_row_some(key, n->offset + 8 * i, words - i);
	return key;
}

/* What a code object has in common with those of its row alone; 0: it has a row of its own. */
ACC_INLINE __u64 acc_row_of(const struct acc_code *code)
{
	__u64 key = code->kind == ACC_KIND_PYTHON ? code->line + 1ull : 0;

	return acc_row_name(acc_row_name(key, &code->names[0]), &code->names[1]);
}
#else
#define acc_row_of(code) 0
#endif

/* The edge that counts what is open of i and of all others from its caller to its row. */
ACC_NOINLINE __u32 acc_alike(__u32 i)
{
	struct acc_edge_cold *em = acc_edge_cold(i);

	return em && em->alike ? em->alike : i;
}

/* Whether the outermost activation of a function that is open is one of edge i, or of one alike. */
ACC_INLINE int acc_is_first(const struct acc_func *func, __u32 i)
{
	return func->first == i ||
	       (ACC_RARE(func->joined) && acc_alike(func->first) == acc_alike(i));
}

/* Where an edge of the function is counted as open. */
ACC_INLINE struct acc_edge_cold *acc_open_count(const struct acc_func *func, __u32 i)
{
	return acc_edge_cold(ACC_RARE(func->joined) ? acc_alike(i) : i);
}

#endif
