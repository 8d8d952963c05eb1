/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By libcurl: a POST, no redirects, certificates checked. */
#include "agent/push.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/curl.h"
#include "base/log.h"
#include "base/mem.h"
#include "bpfprof/version.h"

#define CONNECT_S   10L
#define ANSWER	    200	  /* characters of what is said of a refusal */
#define ANSWER_MOST 65536 /* bytes; of a longer answer the rest is not waited for */

int push__open(struct push *push, const struct push_plan *plan)
{
	*push = (struct push){.plan = plan};
	if (curl__load())
		return -1;
	push->handle = curl.easy_init();
	return push->handle ? 0 : err("cannot push: libcurl does not start; try again");
}

/* --- what it says ------------------------------------------------------------------------------
 */

struct answer {
	char text[ANSWER + 1];
	size_t n;
	size_t came; /* bytes of it that came */
};

/* Its first characters; of the rest nothing is kept. 0 ends the transfer. */
static size_t take_answer(char *bytes, size_t size, size_t n, void *arg)
{
	struct answer *a = arg;
	size_t all = size * n, most = ANSWER - a->n;

	memcpy(a->text + a->n, bytes, all < most ? all : most);
	a->n += all < most ? all : most;
	a->came += all;
	return a->came > ANSWER_MOST ? 0 : all;
}

/* On one line. */
static void flatten(struct answer *a)
{
	for (size_t i = 0; i < a->n; i++)
		a->text[i] = (unsigned char)a->text[i] < ' ' ? ' ' : a->text[i];
	while (a->n && a->text[a->n - 1] == ' ')
		a->n--;
	a->text[a->n] = '\0';
}

/* Of a 4xx that speaks of the request as such. The others are about who asks and how often, or come
 * from something that stands between. */
static bool is_of_profile(long status)
{
	return status == 400 || status == 413 || status == 415 || status == 422;
}

static enum push_outcome judge(struct push *push, struct answer *a)
{
	long status = 0;
	curl_off_t later = 0;

	curl.easy_getinfo(push->handle, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && status < 300)
		return PUSH_DONE;
	curl.easy_getinfo(push->handle, CURLINFO_RETRY_AFTER, &later);
	push->later = later > 0 ? (later < 3600 ? (unsigned int)later : 3600) : 0;
	flatten(a);
	snprintf(push->why, sizeof(push->why), "it answers %ld%s%s", status, a->n ? ": " : "",
		 a->text);
	return is_of_profile(status) ? PUSH_REFUSED : PUSH_AWAY;
}

/* --- what it is asked --------------------------------------------------------------------------
 */

static int asks_whether_to_go_on(void *arg, curl_off_t dltotal, curl_off_t dlnow,
				 curl_off_t ultotal, curl_off_t ulnow)
{
	struct push *push = arg;

	(void)dltotal, (void)dlnow, (void)ultotal, (void)ulnow;
	return push->gives_up && push->gives_up(push->arg);
}

static struct curl_slist *headers_of(const struct push_plan *plan)
{
	char *type = xasprintf("Content-Type: %s", plan->protocol->type);
	char *token = plan->token ? xasprintf("Authorization: Bearer %s", plan->token) : NULL;
	struct curl_slist *list = curl.slist_append(NULL, type);

	list = curl.slist_append(list, "Expect:");
	if (plan->protocol->header)
		list = curl.slist_append(list, plan->protocol->header);
	if (token)
		list = curl.slist_append(list, token);
	for (size_t i = 0; i < plan->nheaders; i++)
		list = curl.slist_append(list, plan->headers[i]);
	free(type);
	free(token);
	return list;
}

static void set_up(struct push *push, const char *url, struct curl_slist *headers, char *error,
		   struct answer *a)
{
	const struct push_plan *plan = push->plan;
	CURL *h = push->handle;

	curl.easy_reset(h);
	curl.easy_setopt(h, CURLOPT_URL, url);
	curl.easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	curl.easy_setopt(h, CURLOPT_USERAGENT, "bpfprof/" BPFPROF_VERSION);
	curl.easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl.easy_setopt(h, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl.easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)(plan->timeout * 1000));
	curl.easy_setopt(h, CURLOPT_ERRORBUFFER, error);
	curl.easy_setopt(h, CURLOPT_WRITEFUNCTION, take_answer);
	curl.easy_setopt(h, CURLOPT_WRITEDATA, a);
	curl.easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
	curl.easy_setopt(h, CURLOPT_XFERINFOFUNCTION, asks_whether_to_go_on);
	curl.easy_setopt(h, CURLOPT_XFERINFODATA, push);
	if (plan->ca_file)
		curl.easy_setopt(h, CURLOPT_CAINFO, plan->ca_file);
}

enum push_outcome push__one(struct push *push, const struct parcel *p)
{
	const struct protocol *to = push->plan->protocol;
	char *query = to->query ? to->query(p) : NULL, error[CURL_ERROR_SIZE] = "";
	char *url = xasprintf("%s%s%s", push->plan->url, query ? "?" : "", query ? query : "");
	struct curl_slist *headers = headers_of(push->plan);
	struct answer answer = {0};
	struct bytes body = {0};
	CURLcode code;

	if (to->body)
		to->body(&body, p);
	set_up(push, url, headers, error, &answer);
	curl.easy_setopt(push->handle, CURLOPT_POSTFIELDSIZE_LARGE,
			 (curl_off_t)(to->body ? body.n : p->size));
	curl.easy_setopt(push->handle, CURLOPT_POSTFIELDS,
			 to->body ? (const char *)body.v : p->body);
	push->later = 0;
	code = curl.easy_perform(push->handle);
	if (code == CURLE_WRITE_ERROR) /* by take_answer: its status says enough */
		code = CURLE_OK;
	if (code)
		snprintf(push->why, sizeof(push->why), "%s",
			 *error ? error : curl.easy_strerror(code));
	curl.slist_free_all(headers);
	free(body.v);
	free(url);
	free(query);
	return code ? PUSH_AWAY : judge(push, &answer);
}
