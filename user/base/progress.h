/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a run is doing just now. On a terminal that is one line on stderr, written over and over by
 * a thread of its own, which never waits for a terminal that is stopped; lines of log.h come above
 * it.
 * All of this may be called from any thread, and in a forked child.
 */
#ifndef BPFPROF_PROGRESS_H
#define BPFPROF_PROGRESS_H

#include <stdint.h>

/* The line appears within PROGRESS_MS and follows what is said; where stderr is no terminal there
 * is none. */
void progress__start(void);
void progress__stop(void); /* takes the line away; fine if there is none */

/* Ctrl-C was typed, perhaps: takes away the "^C" that the terminal has put behind the line, or
 * where it would be, at the beginning of a line of nothing else. */
void progress__typed(void);

/* What is being done; what: a constant. */
void progress__phase(const char *what);
/* Calls counted so far, and events lost. */
void progress__count(uint64_t calls, uint64_t lost);

/* What was said last: "attaching", or "12.3 s, 4567 calls, 890 calls/s, nothing lost" once there
 * was a count. */
void progress__text(char *text, unsigned int size);

/* Around whatever else is written to stderr: takes the line away; it comes back by itself. */
void progress__step_aside(void);
void progress__come_back(void);

#define PROGRESS_MS 100

#endif
