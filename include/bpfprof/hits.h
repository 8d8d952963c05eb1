/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Hits of blocks, one by one. Part of account.h. */
#ifndef BPFPROF_ACC_HITS_H
#define BPFPROF_ACC_HITS_H

/* The bucket that a hit falls into, the last one for all above: i for 2^i ns or more, below
 * 2^(i+1). 1000 ns: 9, for 512 <= 1000 < 1024. By halves: clang 14 never ends with a count of
 * leading zeros for BPF. */
ACC_NOINLINE __u32 acc_block_bucket(__u64 elapsed)
{
	__u32 i = 0;

	for (__u32 half = 32; half; half /= 2) {
		if (elapsed >> half) {
			elapsed >>= half;
			i += half;
		}
	}
	return i;
}

/* One finished hit of a block. */
ACC_INLINE void acc_block_record(struct acc_block *b, __u64 elapsed)
{
	__u32 bucket = acc_block_bucket(elapsed);

	if (!b->hits || elapsed < b->min_ns)
		b->min_ns = elapsed;
	if (elapsed > b->max_ns)
		b->max_ns = elapsed;
	b->hits++;
	b->sum_ns += elapsed;
	b->bucket[bucket < ACC_BLOCK_BUCKETS ? bucket : ACC_BLOCK_BUCKETS - 1]++;
}

/* A thread's acc_block_row of the block that is func i, taken if it has none that counts; 0: none
 * is left. */
ACC_NOINLINE __u32 acc_block_of(__u32 i, __u32 row)
{
	struct acc_ctl *ctl = acc_ctl();
	struct acc_func *func = acc_func(i);
	struct acc_block_row *b;
	__u32 n;

	if (!ctl || !func)
		return 0;
	n = func->block;
	b = n > ACC_BLOCK_NEW ? acc_block(n) : 0;
	if (b && b->row == row && b->clears == ctl->clears)
		return n;
	if (!b || b->row != row) {
		n = ACC_ADD(&ctl->blocks, 1) + ACC_BLOCK_NEW + 1;
		b = n > ACC_BLOCK_NEW ? acc_block(n) : 0;
	}
	if (!b) {
		acc_lose(ACC_LOSS_BLOCKS_FULL, 1);
		return func->block;
	}
	__builtin_memset(b, 0, sizeof(*b));
	b->func = i;
	b->row = row;
	b->clears = ctl->clears;
	func->block = n;
	return n;
}

/* One finished hit of the block that is func i. By a clock that was set in between it may be
 * negative. */
ACC_NOINLINE int acc_block_hit(__u32 i, __u32 row, __u64 elapsed, __u64 own)
{
	__u32 n = acc_block_of(i, row);
	struct acc_block_row *b = n > ACC_BLOCK_NEW ? acc_block(n) : 0;
	struct acc_func *func = acc_func(i);
	__s64 ns = acc_ns_of(elapsed);

	if (!func || !b)
		return 0;
	acc_block_record(&b->hits, ns < 0 ? 0 : ns);
	b->own_ns += acc_ns_of(own);
	if (!func->open)
		b->total_ns += ns;
	return 0;
}

#endif
