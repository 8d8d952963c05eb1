/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What tells calls apart: a call as a backend describes it, and the keys made of that. Part of
 * account.h. */
#ifndef BPFPROF_ACC_KEY_H
#define BPFPROF_ACC_KEY_H

/* What a backend says of a call: whom it calls, from which frame. */
struct acc_call {
	__u64 ident; /* never 0; equal exactly for calls of one code object */
	__u64 cheap; /* cheaper to make than ident; equal only for calls of one code object, but not
		      * always for all of them; 0: none */
	__u64 pyframe;		/* as in acc_frame */
	__u64 code;		/* address of the code object; 0: not known, or a block */
	__u64 names[ACC_NAMES]; /* addresses: of a known code object's strs, else of C strings */
	__u32 kind;		/* enum acc_kind */
	__u32 line;
	__u32 track;   /* a block's, from 1 up; 0: it is none by itself */
	__u32 version; /* of the code object: no other has it (3.12 on); 0: not known */
};

/* A 64-bit finaliser (the constants are Stafford's variant 13 of the splitmix64 one). Tables
 * compare whole 64-bit keys and not what went into them: with 100,000 keys the chance that any two
 * are equal is 3e-10. */
ACC_INLINE __u64 acc_mix(__u64 x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9ull;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

/* A key of two numbers, never 0. The order of the two matters. */
ACC_INLINE __u64 acc_key(__u64 a, __u64 b)
{
	return acc_mix(a ^ acc_mix(b + 0x9e3779b97f4a7c15ull)) | 1;
}

/* What a code object that lives is known by at probes. An address alone is not enough: module code
 * is freed after import and its place used again, so everything that makes it this code object goes
 * in. */
ACC_INLINE __u64 acc_ident_of_probes(const struct acc_call *c)
{
	return acc_key((c->code ^ ((__u64)c->line << 48)) + c->version,
		       c->names[0] ^ (c->names[1] << 17) ^ (c->names[2] << 34));
}

#define ACC_CONTENT_WORDS 8

/* What the start of a string adds to a key: that many words, zeros behind its end. */
ACC_INLINE __u64 acc_key_of_content(__u64 key, const __u64 *words)
{
	for (int i = 0; i < (int)ACC_CONTENT_WORDS; i++)
		key = acc_mix(key ^ words[i]);
	return key;
}

#endif
