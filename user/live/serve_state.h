/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the server's parts share. libmicrohttpd's thread answers, the writer's thread brings
 * readings and resumes the requests that wait for one. What both use is under one lock, which
 * nobody holds while a report is made or bytes are sent.
 */
#ifndef BPFPROF_SERVE_STATE_H
#define BPFPROF_SERVE_STATE_H

#include <pthread.h>

#include "live/httpd.h"
#include "live/serve.h"
#include "live/serve_counters.h"
#include "live/serve_guard.h"

/* A reading, shared by the requests that still need it. */
struct reading {
	struct profile *p; /* as measured */
	uint64_t number;   /* from 1 */
	unsigned int uses;
};

struct request {
	struct serve *s;
	const struct endpoint *e;
	struct MHD_Connection *connection;
	struct reading *since; /* what it is told of begins there; NULL: with the run */
	uint64_t due_ns;       /* of the run's duration: a span ends with the first reading then */
	uint64_t sequence;     /* lines of the stream so far */
	char *line;	       /* of the stream, of which the first bytes have been taken */
	size_t size, taken;
	bool follows, ends;   /* counted in followers; its last line has been made */
	struct request *next; /* that waits */
};

#define SERVE_ENDPOINTS 8

struct serve {
	struct serve_plan plan;
	struct serve_guard guard;
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock;	/* of all below, but for the last two */
	struct reading *latest; /* NULL: none yet */
	uint64_t readings;
	bool ended;
	struct request *waiting;
	unsigned int followers, spans; /* requests that keep readings */
	int left;		       /* eventfd: there are no followers and spans any more */
	pthread_mutex_t counting;
	struct serve_counters *counters; /* under counting */
	struct {
		uint64_t number; /* of the reading that it is of */
		struct MHD_Response *response;
	} made[SERVE_ENDPOINTS]; /* libmicrohttpd's thread's: of each endpoint, its last answer */
};

/* --- with the lock held --- */

struct reading *serve__keep_latest(struct serve *s); /* one use more; NULL: there is none */
void serve__drop(struct reading *r);		     /* one use less; accepts NULL */
/* Whether the request need not wait. */
bool serve__is_due(const struct request *r);
/* It waits for a reading from now on: its connection is suspended. */
void serve__wait(struct request *r);
/* It keeps no reading any more. */
void serve__leave(struct request *r);

/* --- requests, on libmicrohttpd's thread --- */

enum MHD_Result serve__answer(void *arg, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **request);
void serve__completed(void *arg, struct MHD_Connection *connection, void **request,
		      enum MHD_RequestTerminationCode how);
void serve__forget_answers(struct serve *s);

/* Lines of the stream, by and by. */
ssize_t serve__follow(void *request, uint64_t pos, char *buf, size_t max);

#endif
