/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What tells one code object from another, and what a frame is. Part of the stub. */
#ifndef BPFPROF_STUB_IDENTITY_H
#define BPFPROF_STUB_IDENTITY_H

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

ALWAYS __u64 code_of(__u64 frame)
{
	return AT(frame, config.frame_code) & ~7ull;
}

#define CO_MAKES 0x2a0 /* CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR */

/* 3.11 and later make a generator or coroutine by evaluating its frame up to where it is made:
 * that is no call. Its resumes are, and then the frame is the generator's. */
ALWAYS int is_creation(__u64 frame, __u64 code)
{
	return config.frame_owner && AT32(code, config.code_flags) & CO_MAKES &&
	       !*(const __u8 *)(frame + config.frame_owner);
}

ALWAYS int is_generators(__u64 frame)
{
	return *(const __u8 *)(frame + config.frame_owner) == 1;
}

/* Owned by the C stack, or (3.14) at the bottom of a thread's. */
ALWAYS int is_interpreters(__u64 frame)
{
	return *(const __u8 *)(frame + config.frame_owner) >= 3;
}

#endif
