/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The one way to speak to the user: one line each, on stderr, prefixed "bpfprof: ". Control
 * characters in the text are escaped, so a hostile name cannot drive the terminal. For any thread,
 * but for log_set_level, which is for the start. */
#ifndef BPFPROF_LOG_H
#define BPFPROF_LOG_H

/* An error: what failed: why; what to do next. Returns -1, so "return err(...)" reads well. */
int err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The reader should know, but the run goes on. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Progress; silent under -q. */
void info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What only who looks closely wants to know; shown under -v. */
void detail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* From now on err() prints nothing in this thread, and puts its first line into *into, which is
 * NULL at the start; the line is to be freed. log__hold(NULL) ends that. This is for callers that
 * have another way to try. Returns what was given before. */
char **log__hold(char **into);
/* Of -q and -v. */
void log_set_level(int quiet, int verbose);

#endif
