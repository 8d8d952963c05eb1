/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* libcurl, loaded where something is pushed: it and its TLS are many libraries, which a run that
 * only measures, and the process of the agent that has rights, must not have in it. */
#ifndef BPFPROF_CURL_H
#define BPFPROF_CURL_H

#include <curl/curl.h>

/* Its functions, by their names without curl_; NULL before curl__load. */
extern struct curl {
#define CURL_FUNCTION(name) __typeof__(curl_##name) *name;
#include "agent/curl.def"
#undef CURL_FUNCTION
} curl;

/* 0; -1 after one line. It stays loaded. */
int curl__load(void);

#endif
