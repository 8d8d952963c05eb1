/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Spans between readings, the counters of many of them, and who may ask for them. */
#include "unit/test.h"

#include "base/log.h"
#include "base/mem.h"
#include "live/serve_counters.h"
#include "live/serve_guard.h"
#include "model/window.h"

/* --- spans --------------------------------------------------------------------------------------
 */

static struct prof_stat *stat_of(struct profile *p, const char *name)
{
	uint32_t i = profile__func(p, "a.py", 1, name, NULL);

	return &p->funcs[i].stat;
}

TEST(span_of_two_readings)
{
	struct profile *then = profile__new(), *now, *span;

	*stat_of(then, "f") = (struct prof_stat){.ncalls = 3, .tottime_ns = 30, .cumtime_ns = 40};
	then->target.start_ns = 1000;
	then->target.duration_ns = 500;
	profile__add_loss(then, "missed", "events", 7);
	profile__add_thread(then, 9, "t")->ncalls = 3;
	then->threads[0].untold = 1;
	then->threads[0].untold_ns = 70;
	now = profile__copy(then);
	*stat_of(now, "f") = (struct prof_stat){.ncalls = 5, .tottime_ns = 20, .cumtime_ns = 90};
	*stat_of(now, "g") = (struct prof_stat){.ncalls = 1, .tottime_ns = 8, .cumtime_ns = 8};
	profile__edge(now, 0, 1)->stat = *stat_of(now, "g");
	now->target.duration_ns = 700;
	now->threads[0].ncalls = 5;
	now->threads[0].untold = then->threads[0].untold + 2;
	now->threads[0].untold_ns = 90;
	now->threads[0].start_ns += 2;
	profile__add_loss(now, "missed", "events", 2);
	span = profile__since(now, then);
	CHECK(stat_of(span, "f")->ncalls == 2);
	CHECK(stat_of(span, "f")->tottime_ns == 0); /* never below */
	CHECK(stat_of(span, "f")->cumtime_ns == 50);
	CHECK(span->nedges == 1 && span->edges[0].stat.ncalls == 1);
	CHECK(span->target.start_ns == 1500 && span->target.duration_ns == 200);
	CHECK(span->nlosses == 1 && span->losses[0].count == 2);
	CHECK(span->nthreads == 1 && span->threads[0].ncalls == 2);
	CHECK(span->threads[0].untold == 2 && span->threads[0].untold_ns == 20);
	profile__free(span);
	span = profile__since(now, now);
	CHECK(!span->nlosses && !span->nedges && !span->nfuncs);
	profile__free(span);
	profile__free(now);
	profile__free(then);
}

/* f was open at the attach, and ends; g is called, and goes on; h is called on f's path, which is
 * idle itself. */
static struct profile *opened(bool ended)
{
	struct profile *p = profile__new();
	uint32_t f, h;

	*stat_of(p, "f") = (struct prof_stat){
		.tottime_ns = ended ? 8 : 5, .cumtime_ns = 9, .open = 1, .still = !ended};
	*stat_of(p, "g") = (struct prof_stat){
		.ncalls = 2, .tottime_ns = ended ? 4 : 2, .cumtime_ns = ended ? 9 : 7, .still = 1};
	*stat_of(p, "idle") = (struct prof_stat){
		.ncalls = 1, .tottime_ns = 50000 + ended, .cumtime_ns = 50000 + ended};
	stat_of(p, "h")->ncalls = 1 + ended;
	profile__path(p, PROF_NONE, profile__func(p, "a.py", 1, "idle", NULL));
	f = profile__path(p, PROF_NONE, profile__func(p, "a.py", 1, "f", NULL));
	h = profile__path(p, f, profile__func(p, "a.py", 1, "h", NULL));
	p->paths[h].stat.ncalls = 1 + ended;
	p->target.start_ns = 100;
	p->target.duration_ns = ended ? 20 : 10;
	return p;
}

TEST(span_in_which_some_were_open)
{
	struct profile *then = opened(false), *now = opened(true),
		       *span = profile__since(now, then);

	CHECK(span->nfuncs == 3 && stat_of(span, "f")->open == 1 &&
	      stat_of(span, "f")->ncalls == 0);
	CHECK(stat_of(span, "g")->open == 1 && stat_of(span, "g")->ncalls == 0);
	CHECK(stat_of(span, "h")->ncalls == 1 && stat_of(span, "h")->open == 0);
	CHECK(span->npaths == 2 && span->paths[1].parent == 0 && span->paths[1].stat.ncalls == 1);
	profile__merge(then, span); /* from where it ends: what it was is had again */
	CHECK(stat_of(then, "f")->open == 1 && stat_of(then, "g")->open == 0);
	CHECK(stat_of(then, "g")->ncalls == 2 && stat_of(then, "g")->tottime_ns == 4);
	CHECK(stat_of(then, "f")->still == 0 && stat_of(then, "g")->still == 1);
	profile__merge(then, span); /* which is no more so */
	CHECK(stat_of(then, "f")->open == 2 && stat_of(then, "g")->open == 1);
	profile__free(span);
	profile__free(now);
	profile__free(then);
}

static struct profile *reading(uint64_t calls)
{
	struct profile *p = profile__new();
	const struct prof_event whole = {.start_ns = 1100, .ns = 50},
				across = {.start_ns = 900, .ns = 300},
				gone = {.start_ns = 800, .ns = 100};

	stat_of(p, "f")->ncalls = calls;
	stat_of(p, "g")->ncalls = 9;
	profile__add_thread(p, 7, "t")->start_ns = 500;
	profile__add_process(p, &(struct prof_process){.pid = 7, .start_ns = 400});
	for (uint32_t func = 0; func < 2; func++)
		*ARR_PUSH(p->parts, p->nparts) =
			(struct prof_part){.func = func, .stat.ncalls = func ? 9 : calls};
	*ARR_PUSH(p->events, p->nevents) = gone;
	*ARR_PUSH(p->events, p->nevents) = across;
	*ARR_PUSH(p->events, p->nevents) = whole;
	return p;
}

TEST(window_of_two_readings)
{
	struct profile *before = reading(3), *now = reading(5), *p;

	p = profile__in_window(now, before, 1000);
	CHECK(p->nfuncs == 1 && p->nparts == 1 && p->parts[0].stat.ncalls == 2);
	CHECK(p->nevents == 2 && p->events[1].start_ns == 1100 && !p->events[1].began_before);
	CHECK(p->events[0].start_ns == 1000 && p->events[0].ns == 200 && p->events[0].began_before);
	CHECK(p->threads[0].start_ns == 1000 && p->processes[0].start_ns == 1000);
	profile__free(before);
	profile__free(now);
	profile__free(p);
}

/* --- counters -----------------------------------------------------------------------------------
 */

/* Apart, for inlined gcc 12 for aarch64 takes the text for one that is gone. */
static __attribute__((noinline)) char *text_of(const struct serve_counters *c)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	serve_counters__write(c, true, out);
	fclose(out);
	return text;
}

static void count_calls(const char *text, unsigned int *series, unsigned long *sum,
			unsigned long *others)
{
	*series = 0;
	*sum = 0;
	for (const char *at = text; (at = strstr(at, "bpfprof_calls_total{"));) {
		unsigned long n = strtoul(strstr(at, "} ") + 2, NULL, 10);

		*series += 1;
		*sum += n;
		if (!strncmp(strstr(at, "function="), "function=\"(others)\"", 19))
			*others = n;
		at = strchr(at, '\n');
	}
}

/* 1000 functions, the later the slower, of which each has been called so often. */
static struct profile *many(unsigned int times, bool turned)
{
	struct profile *p = profile__new();
	char name[16];

	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		*stat_of(p, name) = (struct prof_stat){
			.ncalls = times,
			.tottime_ns = (int64_t)(turned ? 1000000 * (1000 - i) : i + 1) * times};
	}
	return p;
}

TEST(counters_of_many_functions)
{
	struct serve_counters *c = serve_counters__new();
	unsigned long sum, others = 0, before = 0;
	unsigned int series;

	for (unsigned int times = 1; times <= 20; times++) {
		struct profile *p = many(times, times > 10);
		char *text;

		serve_counters__feed(c, p);
		text = text_of(c);
		count_calls(text, &series, &sum, &others);
		CHECK(series == SERVE_SERIES + 1);
		CHECK(others >= before);
		if (times <= 10) /* the same ones: all that was ever called */
			CHECK(sum == 1000 * times);
		before = others;
		free(text);
	}
	serve_counters__free(c);
}

/* A reason that there was not has no series. */
TEST(counters_by_reason)
{
	struct serve_counters *c = serve_counters__new();
	struct profile *p = profile__new();
	struct prof_stat *st = stat_of(p, "f");
	char *text;

	*st = (struct prof_stat){.ncalls = 1, .tottime_ns = 3000000000};
	st->own_away.off_ns = st->own_away.reason_ns[PROF_REASON_GIL] = 2000000000;
	serve_counters__feed(c, p);
	text = text_of(c);
	CHECK(strstr(text, "function=\"f\",reason=\"gil\"} 2.000000000\n"));
	CHECK(!strstr(text, "function=\"f\",reason=\"lock\""));
	free(text);
	serve_counters__free(c);
}

TEST(counters_do_not_go_back)
{
	struct serve_counters *c = serve_counters__new();
	struct profile *p = many(5, false), *less = many(4, false);
	char *one, *two;

	serve_counters__feed(c, p);
	one = text_of(c);
	serve_counters__feed(c, less);
	two = text_of(c);
	CHECK(!strcmp(strstr(one, "# TYPE bpfprof_calls"), strstr(two, "# TYPE bpfprof_calls")));
	free(one);
	free(two);
	serve_counters__free(c);
}

/* --- who may ask ---------------------------------------------------------------------------------
 */

static int address(const char *text)
{
	char *said = NULL, **before = log__hold(&said);
	struct serve_guard g;
	int status = serve_guard__read(&g, text, NULL);

	log__hold(before);
	CHECK(!status == !said);
	free(said);
	serve_guard__free(&g);
	return status;
}

TEST(addresses)
{
	static const char *const bad[] = {
		"",	     "9123",	   ":9123",	"localhost:9123", "::1:9123",
		"127.0.0.1", "127.0.0.1:", "[::1]9123", "127.0.0.1:x",	  "0.0.0.0:1",
		"[::]:1",    "10.0.0.1:80"};

	CHECK(!address("127.0.0.1:9123") && !address("127.1.2.3:0") && !address("[::1]:1"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK(address(bad[i]));
}

TEST(who_may_ask)
{
	struct serve_guard g;

	CHECK(!serve_guard__read(&g, "127.0.0.1:9123", NULL));
	CHECK(!serve_guard__check(&g, "localhost", NULL, NULL));
	CHECK(!serve_guard__check(&g, "127.0.0.1:9123", "http://127.0.0.1:9123", NULL));
	CHECK(serve_guard__check(&g, NULL, NULL, NULL) == 403);
	CHECK(serve_guard__check(&g, "localhost.evil.example", NULL, NULL) == 403);
	CHECK(serve_guard__check(&g, "localhost", "https://evil.example", NULL) == 403);
	CHECK(serve_guard__check(&g, "localhost", "null", NULL) == 403);
	g.token = xstrdup("0123456789abcdef");
	CHECK(serve_guard__check(&g, "localhost", NULL, NULL) == 401);
	CHECK(serve_guard__check(&g, "localhost", NULL, "Bearer 0123456789abcde") == 401);
	CHECK(serve_guard__check(&g, "localhost", NULL, "Bearer 0123456789abcdef0") == 401);
	CHECK(serve_guard__check(&g, "localhost", NULL, "Basic 0123456789abcdef") == 401);
	CHECK(!serve_guard__check(&g, "anywhere", NULL, "Bearer 0123456789abcdef"));
	serve_guard__free(&g);
}
