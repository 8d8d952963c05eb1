/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Functions told by their names: those that the user wants as blocks, and those in which threads
 * wait for work. Part of account.h. */
#ifndef BPFPROF_ACC_PATTERN_H
#define BPFPROF_ACC_PATTERN_H

#ifdef acc_in_store
/* The character of so many bytes at an offset of the name store. */
ACC_INLINE __u32 acc_char(const __u8 *store, __u32 at, __u32 width)
{
	__u32 c = store[acc_in_store(at)];

	if (width > 1)
		c |= store[acc_in_store(at + 1)] << 8;
	if (width > 2)
		c |= (store[acc_in_store(at + 2)] | store[acc_in_store(at + 3)]) << 16;
	return c;
}

#define ACC_SAME 8u /* characters compared in one stride; a part of ACC_PATTERN_TEXT */

/* Whether so many characters at an offset of the name store, ACC_SAME at most, each of so many
 * bytes, are those of the pattern's text from i on. A function of its own, so that BPF's verifier
 * looks into it once. */
ACC_NOINLINE int acc_same_some(__u32 at, __u32 width, __u32 pattern, __u32 i, __u32 chars)
{
	const __u8 *store = acc_store();
	struct acc_ctl *ctl = acc_ctl();

	if (!ctl || !store)
		return 0;
	for (__u32 n = 0; n < ACC_SAME && n < chars; n++, i++, at += width) {
		if (acc_char(store, at, width) !=
		    ctl->pattern[pattern & (ACC_PATTERNS_ALL - 1)].text[i & (ACC_PATTERN_TEXT - 1)])
			return 0;
	}
	return 1;
}

/* Whether a name ends in bytes of the pattern's text, from there on: all of it, or what comes after
 * a slash. */
ACC_NOINLINE int acc_name_ends(const struct acc_name *n, __u32 pattern, __u32 from, __u32 bytes,
			       int whole)
{
	const __u8 *store = acc_store();
	__u32 width, chars, skip, at;

	if (!n || !store || n->state != ACC_NAME_READ)
		return 0;
	width = n->width ? n->width : 1;
	chars = n->bytes / width;
	skip = chars - bytes;
	at = n->offset + skip * width;
	if (chars < bytes || (skip && (whole || store[acc_in_store(at - width)] != '/')))
		return 0;
	for (__u32 i = 0; i < ACC_PATTERN_TEXT && i < bytes; i += ACC_SAME) {
		if (!acc_same_some(at + i * width, width, pattern, from + i, bytes - i))
			return 0;
	}
	return 1;
}

/* Whether the code object is of the file and the name that pattern i has. */
ACC_NOINLINE int acc_pattern_fits(const struct acc_code *code, __u32 i)
{
	struct acc_ctl *ctl = acc_ctl();
	__u32 file, name;

	if (!ctl || !code || i >= ACC_PATTERNS_ALL)
		return 0;
	file = ctl->pattern[i].file_bytes;
	name = ctl->pattern[i].name_bytes;
	return acc_name_ends(&code->names[0], i, 0, file, 0) &&
	       (acc_name_ends(&code->names[1], i, file, name, 1) ||
		acc_name_ends(&code->names[2], i, file, name, 1));
}

/* The first of n patterns, from the one at `from` on, that a code object's names match; -1: none.
 */
ACC_NOINLINE int acc_pattern_of(const struct acc_code *code, __u32 from, __u32 n)
{
	for (__u32 i = 0; i < ACC_PATTERNS && i < n; i++) {
		if (acc_pattern_fits(code, from + i))
			return from + i;
	}
	return -1;
}

/* The track of the first pattern of blocks that a code object's names match; 0: of none. */
ACC_INLINE __u32 acc_track_of(const struct acc_ctl *ctl, const struct acc_code *code)
{
	int i = ctl->patterns ? acc_pattern_of(code, 0, ctl->patterns) : -1;

	return i < 0 ? 0 : ctl->pattern[i & (ACC_PATTERNS_ALL - 1)].track;
}

/* What waits in calls of the code object are, by the first pattern that its names match. */
ACC_INLINE __u32 acc_idle_of(const struct acc_ctl *ctl, const struct acc_code *code)
{
	int i = ctl->idles ? acc_pattern_of(code, ACC_PATTERNS, ctl->idles) : -1;

	return i < 0 ? ACC_IDLE_NONE : ctl->pattern[i & (ACC_PATTERNS_ALL - 1)].idle;
}
#else
#define acc_track_of(ctl, code) 0
#define acc_idle_of(ctl, code)	ACC_IDLE_NONE
#endif

#endif
