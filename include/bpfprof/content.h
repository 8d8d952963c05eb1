/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How code objects are told apart where the stub counts. The stub itself asks this, and so does
 * whoever reads the process from outside. The includer defines
 *
 *   ACC_INLINE, acc_mix      as account.h
 *   AT(p, o), AT32(p, o)     the word, or half of one, at an address and offset of the process
 *   config                   where things are: struct stub_config or struct py_layout
 */
#ifndef BPFPROF_CONTENT_H
#define BPFPROF_CONTENT_H

#define CONTENT_HASHED 256 /* bytes of a string */

/* What a str holds: up to CONTENT_HASHED bytes, and its length (a multilinear hash, as in Lemire
 * and Kaser, "Strongly universal string hashing is fast", 2014, but of fixed odd factors, so that
 * no single word's difference is lost). Its memory is a multiple of 16 bytes, so a word that begins
 * in it may be read whole. */
ACC_INLINE __u64 content_of_str(__u64 str, __u64 factor)
{
	__u32 state_bits = AT32(str, config.str_state) >> config.str_kind_shift;
	__u64 bytes = AT(str, config.str_length) * (state_bits & 7), hash = bytes * factor;
	__u64 at = str + (state_bits & 16 ? config.str_ascii : config.str_compact);

	if (bytes > CONTENT_HASHED)
		bytes = CONTENT_HASHED;
	for (; bytes >= 8; bytes -= 8, at += 8) {
		factor += 0x9e3779b97f4a7c14ull;
		hash += AT(at, 0) * factor;
	}
	if (bytes)
		hash += (AT(at, 0) & ((1ull << 8 * bytes) - 1)) * (factor + 0x3c6ef372fe94f82aull);
	return hash;
}

/* File, name and line: what a code object has in common with others of its row in a report. */
ACC_INLINE __u64 content_of(__u64 code)
{
	return content_of_str(AT(code, config.code_filename), 0xbf58476d1ce4e5b9ull) +
	       content_of_str(AT(code, config.code_name), 0x94d049bb133111ebull) +
	       AT32(code, config.code_firstlineno) * 0xff51afd7ed558ccdull;
}

/* Addresses are used again within a run, those of a code object and of its strings together: what
 * tells two of them apart is a number, or what the strings hold. */
ACC_INLINE __u64 cheap_of_content(__u64 code)
{
	return (content_of(code) + code * 0xd6e8feb86659fd93ull) | 1;
}

/* Where code objects are numbered, number and address: others of one number belong to other
 * interpreters, and two such lie less than 64 GiB apart. 0: it has no number. */
ACC_INLINE __u64 cheap_of_number(__u64 code)
{
	__u64 version = config.code_version ? AT32(code, config.code_version) : 0;

	return version ? version << 32 | (__u32)(code >> 4) : 0;
}

/* The identity of what looks so: never 0. */
ACC_INLINE __u64 ident_of(__u64 cheap)
{
	return acc_mix(cheap) | 1;
}

#endif
