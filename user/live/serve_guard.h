/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who may ask: whoever knows the token, or, where there is none, programs of this machine. A page
 * in somebody's browser is none of them: it cannot choose the Host header, and says its Origin.
 * Safe from any thread.
 */
#ifndef BPFPROF_SERVE_GUARD_H
#define BPFPROF_SERVE_GUARD_H

#include <stdbool.h>
#include <sys/socket.h>

struct serve_guard {
	struct sockaddr_storage address;
	socklen_t size;
	char *token;   /* NULL: none */
	bool any_port; /* the kernel chose it */
};

/* The first line of a file that its owner alone may read, to be freed; NULL after one line. */
char *token__read(const char *path);

/* From ADDRESS:PORT, a number each ([ADDRESS]:PORT of IPv6; port 0: any), and the first line of a
 * file (NULL: none). 0, or -1 after one line: it is no address, or others can reach it and there is
 * no token. */
int serve_guard__read(struct serve_guard *g, const char *address, const char *token_file);
void serve_guard__free(struct serve_guard *g);

/* The HTTP status of a request with these headers, NULL where they are missing: 0 if it may go
 * on. */
unsigned int serve_guard__check(const struct serve_guard *g, const char *host, const char *origin,
				const char *authorization);

/* The address as it stands in a URL, of the port that was given. In out. */
void serve_guard__print(const struct serve_guard *g, char *out, size_t size);

#endif
