/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A code object and its names, read while it is alive. Knows CPython's layout, and no backend.
 */
#ifndef BPFPROF_NAMES_BPF_H
#define BPFPROF_NAMES_BPF_H

#include "core.bpf.h"

const volatile struct acc_layout layout = {};

#define CODE_BYTES 112 /* of a code object from CODE_FROM: flags, line, names, in every version */
#define CODE_FROM  32

#define AT(type, buf, off) (*(type *)((buf) + ((off)&127)))

/* Line and names of a code object. Returns co_flags, or -1 if it can't be read. By itself, so that
 * its buffer is gone from the stack before the tables are searched: see tests/lint/stack.py. */
static __noinline int call_of_code(struct acc_call *c, __u64 code)
{
	__u8 buf[128];

	if (!c || bpf_probe_read_user(buf, CODE_BYTES, (void *)(code + CODE_FROM)))
		return -1;
	c->code = code;
	c->line = AT(__u32, buf, layout.code_firstlineno - CODE_FROM);
	c->names[0] = AT(__u64, buf, layout.code_filename - CODE_FROM);
	c->names[1] = AT(__u64, buf, layout.code_name - CODE_FROM);
	c->names[2] = layout.code_qualname ? AT(__u64, buf, layout.code_qualname - CODE_FROM) : 0;
	c->version = layout.code_version ? AT(__u32, buf, layout.code_version - CODE_FROM) : 0;
	return AT(__u32, buf, layout.code_flags - CODE_FROM) & 0x7fffffff;
}

/* Room for bytes in the name store; 0: it is used up. */
static __always_inline __u8 *name_room(struct acc_name *n, __u32 bytes)
{
	__u8 *store = acc_store();
	__u32 at;

	if (!store || !acc_name_room(n, bytes, names_mask + 1))
		return 0;
	at = n->offset;
	barrier_var(at); /* clang would prove the mask away, and the verifier needs it */
	return store + (at & names_mask);
}

/* The name could not be read. */
static __always_inline void name_lost(struct acc_name *n)
{
	acc_lose(ACC_LOSS_NAME_UNREAD, 1);
	n->state = ACC_NAME_LOST;
}

/* Copies a name of so many bytes into the store, cut where it is too long. */
static __always_inline void name_take(struct acc_name *n, __u64 from, __u64 bytes)
{
	__u32 len = acc_name_kept(n, bytes);
	__u8 *to = name_room(n, len);

	if (!to)
		return;
	barrier_var(len);
	len &= 4095;
	if (bpf_probe_read_user(to, len, (void *)from))
		name_lost(n);
}

/* A str: ASCII, or with its UTF-8 cached, or code points of 1, 2 or 4 bytes each. */
__noinline int name_of_str(struct acc_name *n, __u64 str)
{
	__u64 length = 0, utf8 = 0, utf8_length = 0;
	__u32 state = 0, width;

	if (!n)
		return -1;
	if (bpf_probe_read_user(&length, 8, (void *)(str + layout.str_length)) ||
	    bpf_probe_read_user(&state, 4, (void *)(str + layout.str_state))) {
		name_lost(n);
		return -1;
	}
	state >>= layout.str_kind_shift;
	width = state & 7;
	if (state & 16) { /* ASCII; bit 8 is compact */
		name_take(n, str + layout.str_ascii, length);
		return 0;
	}
	bpf_probe_read_user(&utf8, 8, (void *)(str + layout.str_utf8));
	bpf_probe_read_user(&utf8_length, 8, (void *)(str + layout.str_utf8_length));
	if (utf8) {
		name_take(n, utf8, utf8_length);
		return 0;
	}
	n->width = width;
	name_take(n, str + layout.str_compact, length * width);
	return 0;
}

/* Where a string is read to have its length told: what is left there is nobody's. */
static char measured[ACC_NAME_MAX + 1];

/* A NUL-terminated string. */
__noinline int name_of_cstr(struct acc_name *n, __u64 from)
{
	long bytes;

	if (!n)
		return -1;
	bytes = bpf_probe_read_user_str(measured, sizeof(measured), (void *)from);
	if (bytes <= 0)
		name_lost(n);
	else
		name_take(n, from, bytes - 1);
	return 0;
}

/* Whether code of that file comes from no file, so that its address may serve many in turn:
 * "<string>", "<stdin>", "<template>", but not "<frozen importlib._bootstrap>". */
static __always_inline int is_dynamic(__u64 file)
{
	char start[2] = "";

	bpf_probe_read_user(start, sizeof(start), (void *)(file + layout.str_ascii));
	return start[0] == '<' && start[1] != 'f';
}

__noinline int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	if (!code || !c)
		return -1;
	if (c->code)
		code->dynamic = is_dynamic(c->names[0]);
	for (__u32 i = 0; i < ACC_NAMES; i++) {
		if (c->names[i] && c->code)
			name_of_str(&code->names[i], c->names[i]);
		else if (c->names[i])
			name_of_cstr(&code->names[i], c->names[i]);
	}
	return 0;
}

#endif
