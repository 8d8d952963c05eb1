/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Functions told by their names: those that the user wants as blocks, and those in which threads
 * wait for work. Part of account.h. */
#ifndef BPFPROF_ACC_PATTERN_H
#define BPFPROF_ACC_PATTERN_H

#ifdef acc_store
/* Whether the character of so many bytes at an offset of the name store is one of the pattern's
 * text. A function of its own, so that BPF's verifier looks into it once. */
ACC_NOINLINE int acc_same_char(__u32 at, __u32 width, __u32 pattern, __u32 i)
{
	struct acc_ctl *ctl = acc_ctl();

	if (!ctl)
		return 0;
	for (__u32 byte = 1; byte < 4; byte++) {
		if (byte < width && acc_store(at + byte))
			return 0;
	}
	return acc_store(at) ==
	       ctl->pattern[pattern & (ACC_PATTERNS_ALL - 1)].text[i & (ACC_PATTERN_TEXT - 1)];
}

/* Whether a name ends in bytes of the pattern's text, from there on: all of it, or what comes after
 * a slash. */
ACC_NOINLINE int acc_name_ends(const struct acc_name *n, __u32 pattern, __u32 from, __u32 bytes,
			       int whole)
{
	__u32 width, chars, skip, at;

	if (!n || n->state != ACC_NAME_READ)
		return 0;
	width = n->width ? n->width : 1;
	chars = n->bytes / width;
	skip = chars - bytes;
	at = n->offset + skip * width;
	if (chars < bytes || (skip && (whole || acc_store(at - width) != '/')))
		return 0;
	for (__u32 i = 0; i < ACC_PATTERN_TEXT; i++) {
		if (i >= bytes)
			break;
		if (!acc_same_char(at + i * width, width, pattern, from + i))
			return 0;
	}
	return 1;
}

/* Whether the code object is of the file and the name that pattern i has. */
ACC_INLINE int acc_pattern_fits(const struct acc_code *code, __u32 i)
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

/* The track of the first pattern that a code object's names match; 0: of none. */
ACC_NOINLINE __u32 acc_track_of(const struct acc_code *code)
{
	struct acc_ctl *ctl = acc_ctl();

	if (!ctl || !code)
		return 0;
	for (__u32 i = 0; i < ACC_PATTERNS; i++) {
		if (i >= ctl->patterns)
			break;
		if (acc_pattern_fits(code, i))
			return ctl->pattern[i].track;
	}
	return 0;
}

/* What waits in calls of the code object are, by the first pattern that its names match. */
ACC_NOINLINE __u32 acc_idle_of(const struct acc_code *code)
{
	struct acc_ctl *ctl = acc_ctl();

	if (!ctl || !code)
		return ACC_IDLE_NONE;
	for (__u32 i = ACC_PATTERNS; i < ACC_PATTERNS_ALL; i++) {
		if (i - ACC_PATTERNS >= ctl->idles)
			break;
		if (acc_pattern_fits(code, i))
			return ctl->pattern[i].idle;
	}
	return ACC_IDLE_NONE;
}
#else
#define acc_track_of(code) 0
#define acc_idle_of(code)  ACC_IDLE_NONE
#endif

#endif
