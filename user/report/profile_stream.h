/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reading back the stream that report "ndjson" and bpfprof serve write (stream.h): what its ticks
 * come to. Each line is done with as it comes, so that a stream of any length takes the memory of
 * its profile and its longest line. Several streams in one are added up.
 */
#ifndef BPFPROF_PROFILE_STREAM_H
#define BPFPROF_PROFILE_STREAM_H

#include <sys/types.h>

#include "model/profile.h"

/* Whether the bytes begin as a stream does. */
bool profile_stream__knows(const char *bytes, size_t size);

struct stream_reading;
/* name: what messages call it; it has to last. */
struct stream_reading *stream_reading__new(const char *name);
/* Takes the lines that are whole, of bytes of which those before fresh have no end of a line.
 * Returns how many bytes these were, or -1 after one line of err(). */
ssize_t stream_reading__feed(struct stream_reading *r, const char *bytes, size_t size,
			     size_t fresh);
/* The profile, rest being what comes behind the last whole line; frees r. NULL after one line of
 * err(). That records are missing, or the end, is in a note. */
struct profile *stream_reading__end(struct stream_reading *r, const char *rest, size_t size);
/* Instead of that. */
void stream_reading__free(struct stream_reading *r);

/* The profile of a whole stream, likewise. */
struct profile *profile_stream__parse(const char *name, const char *bytes, size_t size);

#endif
