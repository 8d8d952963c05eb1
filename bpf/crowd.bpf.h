/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Code objects that come and go, by what they hold: as user/stub/count.h has it for those that the
 * stub counts.
 */
#ifndef BPFPROF_CROWD_BPF_H
#define BPFPROF_CROWD_BPF_H

#include "names.bpf.h"

#define CROWD_BYTES  64 /* of a string at a time */
#define CROWD_PIECES 4

/* The key with one piece of a string in it: at most CROWD_BYTES at that address. */
static __noinline __u64 crowd_piece(__u64 key, __u64 from, __u32 bytes)
{
	__u64 words[ACC_CONTENT_WORDS] = {};

	if (bytes > CROWD_BYTES)
		bytes = CROWD_BYTES;
	if (bpf_probe_read_user(words, bytes, (void *)from))
		return 0;
	return acc_key_of_content(key, words);
}

/* The key with a str in it; 0: it is too long to be looked at whole, or cannot be read. */
static __noinline __u64 crowd_str(__u64 key, __u64 str)
{
	__u64 length = 0, bytes;
	__u32 state = 0;

	if (!key || bpf_probe_read_user(&length, 8, (void *)(str + layout.str_length)) ||
	    bpf_probe_read_user(&state, 4, (void *)(str + layout.str_state)))
		return 0;
	state >>= layout.str_kind_shift;
	bytes = length * (state & 7);
	if (bytes > CROWD_BYTES * CROWD_PIECES)
		return 0;
	key = acc_key(key, bytes);
	str += state & 16 ? layout.str_ascii : layout.str_compact;
	for (__u32 n = 0; n < CROWD_PIECES && n * CROWD_BYTES < bytes; n++)
		key = crowd_piece(key, str + n * CROWD_BYTES, bytes - n * CROWD_BYTES);
	return key;
}

/* What a code object is known by, which would be by ident: see ACC_KEY_OF_ALL. */
static __noinline __u64 crowd_ident(const struct acc_call *c, __u64 ident)
{
	struct acc_ctl *ctl = acc_ctl();
	__u64 key;

	if (!c || !ctl || !acc_is_crowded(ctl) || acc_code_is_known(ident))
		return ident;
	key = crowd_str(crowd_str(c->line + 1ull, c->names[0]), c->names[1]);
	return key ? ACC_KEY_OF_ALL(key) : ident;
}

#endif
