/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Recording of blocks in the process: nesting, overlap, threads, fork, full tables, switches. */
#include "unit/test.h"

#include <pthread.h>

#include "python/clock.h"
#include "python/record.h"

static uint8_t live = 1;
static struct block outer, inner;
static const int owner_a, owner_b;

struct sums {
	uint64_t hits, total, own, sum, min, max, bucketed;
	int rows;
};

static void setup(void)
{
	clock__open();
	outer = (struct block){{1, 10, "outer", "f", NULL}, &live, record__ident(), &owner_a};
	inner = (struct block){{2, 20, "inner", "f", NULL}, &live, record__ident(), &owner_b};
}

static void add(const struct tally *s, void *ctx)
{
	struct sums *sums = ctx;

	sums->rows++;
	sums->hits += s->counts.hits;
	sums->total += s->total_ns;
	sums->own += s->own_ns;
	sums->sum += s->counts.sum_ns;
	sums->min = s->counts.min_ns;
	sums->max = s->counts.max_ns;
	for (unsigned int i = 0; i < ACC_BLOCK_BUCKETS; i++)
		sums->bucketed += s->counts.bucket[i];
}

static struct sums sums_of(const void *owner)
{
	struct sums sums = {0};

	record__each(owner, add, &sums);
	return sums;
}

static void spend(uint64_t ns)
{
	uint64_t until = clock__now() + ns;

	while (clock__now() < until)
		;
}

TEST(nested_blocks_add_up_exactly)
{
	struct activation a, b;
	struct sums o, i;

	setup();
	for (int n = 0; n < 1000; n++) {
		record__begin(&outer, &a);
		record__begin(&inner, &b);
		spend(100);
		record__end(&inner, &b);
		record__begin(&inner, &b);
		record__end(&inner, &b);
		record__end(&outer, &a);
	}
	o = sums_of(&owner_a);
	i = sums_of(&owner_b);
	CHECK(o.rows == 1 && o.hits == 1000 && o.bucketed == 1000);
	CHECK(i.rows == 1 && i.hits == 2000 && i.bucketed == 2000);
	CHECK(o.total == o.sum && o.own == o.total - i.total && i.own == i.total);
	CHECK(i.max >= 100 && i.min <= i.max && o.min >= 100);
	CHECK(sums_of(NULL).hits == 3000);
}

static void recurse(int depth)
{
	struct activation a;

	record__begin(&outer, &a);
	if (depth)
		recurse(depth - 1);
	else
		spend(1000);
	record__end(&outer, &a);
}

TEST(recursion_is_counted_once)
{
	struct sums s;

	setup();
	recurse(9);
	s = sums_of(NULL);
	CHECK(s.hits == 10 && s.total == s.max && s.own == s.total);
	CHECK(s.sum > s.total && s.sum <= 10 * s.total && s.min >= 1000);
}

TEST(blocks_that_overlap_keep_their_times)
{
	struct activation a, b, c;
	struct sums o, i;

	setup();
	record__begin(&outer, &a); /* a [ b ( c { a ] b ) c } */
	spend(2000);
	record__begin(&inner, &b);
	spend(2000);
	record__begin(&outer, &c);
	spend(2000);
	record__end(&outer, &a);
	spend(2000);
	record__end(&inner, &b);
	spend(2000);
	record__end(&outer, &c);
	record__end(&outer, &c); /* a second end is none */
	o = sums_of(&owner_a);
	i = sums_of(&owner_b);
	CHECK(o.hits == 2 && i.hits == 1);
	CHECK(o.min >= 6000 && o.sum >= 12000 && i.min >= 6000);
	CHECK(o.total >= 10000 && o.total < o.sum && o.own <= o.sum && i.own <= i.total);
	record__begin(&inner, &b); /* and the stack is whole again */
	record__end(&inner, &b);
	CHECK(sums_of(&owner_b).hits == 2);
}

static pthread_mutex_t gil = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *rounds)
{
	for (long n = 0; n < (long)rounds; n++) {
		struct activation a, b;

		pthread_mutex_lock(&gil);
		record__begin(&outer, &a);
		record__begin(&inner, &b);
		pthread_mutex_unlock(&gil);
		pthread_mutex_lock(&gil);
		record__end(&inner, &b);
		record__end(&outer, &a);
		pthread_mutex_unlock(&gil);
	}
	return NULL;
}

TEST(threads_are_kept_apart_and_kept)
{
	pthread_t threads[100];

	setup();
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++)
			CHECK(!pthread_create(&threads[i], NULL, work, (void *)50L));
		for (int i = 0; i < 100; i++)
			CHECK(!pthread_join(threads[i], NULL));
	}
	CHECK(sums_of(&owner_a).rows == 300 && sums_of(&owner_a).hits == 300 * 50);
	CHECK(sums_of(&owner_b).rows == 300 && sums_of(&owner_b).hits == 300 * 50);
	CHECK(!record__lost());
}

/* The frames of dead threads serve again: there are 4095 chunks of them. */
TEST(ten_thousand_threads_one_after_another)
{
	setup();
	for (int i = 0; i < 10000; i++) {
		pthread_t t;

		CHECK(!pthread_create(&t, NULL, work, (void *)1L));
		CHECK(!pthread_join(t, NULL));
	}
	CHECK(sums_of(&owner_a).rows == 10000 && !record__lost());
}

static void *end_it(void *activation)
{
	record__end(&outer, activation);
	return NULL;
}

TEST(ended_by_another_thread)
{
	struct activation a, b;
	pthread_t t;

	setup();
	record__begin(&outer, &a);
	record__begin(&inner, &b);
	CHECK(!pthread_create(&t, NULL, end_it, &a));
	CHECK(!pthread_join(t, NULL));
	record__end(&inner, &b);
	CHECK(sums_of(&owner_a).hits == 1 && sums_of(&owner_b).hits == 1);
	CHECK(sums_of(NULL).rows == 2);
}

TEST(a_child_starts_empty)
{
	struct activation a, b;
	int status;
	pid_t pid;

	setup();
	record__begin(&inner, &b);
	record__end(&inner, &b);
	record__begin(&outer, &a);
	pid = fork();
	if (!pid) {
		CHECK(sums_of(NULL).hits == 0);
		record__end(&outer, &a); /* the parent's */
		CHECK(sums_of(NULL).hits == 0);
		work((void *)7L);
		CHECK(sums_of(&owner_a).hits == 7 && sums_of(&owner_a).rows == 1);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	CHECK(!status);
	record__end(&outer, &a);
	CHECK(sums_of(&owner_a).hits == 1 && sums_of(&owner_b).hits == 1);
}

TEST(clearing_with_a_block_open)
{
	struct activation a;

	setup();
	work((void *)5L);
	record__begin(&outer, &a);
	record__clear(&owner_a);
	CHECK(sums_of(&owner_a).hits == 0 && sums_of(&owner_b).hits == 5);
	record__end(&outer, &a);
	CHECK(sums_of(&owner_a).hits == 1);
	bpfprof_control.clears++;
	CHECK(sums_of(NULL).hits == 0);
	work((void *)2L);
	bpfprof_control.clears++;
	work((void *)3L);
	CHECK(sums_of(&owner_a).hits == 3 && sums_of(&owner_b).hits == 3);
}

TEST(deeper_than_the_tables)
{
	enum { DEPTH = 300000 };
	struct activation *a = calloc(DEPTH, sizeof(*a));
	struct sums s;

	setup();
	for (int i = 0; i < DEPTH; i++)
		record__begin(&outer, &a[i]);
	CHECK(record__lost() > 0);
	for (int i = DEPTH; i-- > 0;)
		record__end(&outer, &a[i]);
	s = sums_of(NULL);
	CHECK(s.hits + record__lost() == DEPTH && s.total == s.max);
	recurse(3);
	CHECK(sums_of(NULL).hits == s.hits + 4);
	free(a);
}

TEST(more_blocks_than_the_tables)
{
	enum { BLOCKS = 150000 };
	struct block *blocks = calloc(BLOCKS, sizeof(*blocks));
	struct activation a;

	setup();
	for (int i = 0; i < BLOCKS; i++) {
		blocks[i] = outer;
		blocks[i].ident = record__ident();
		record__begin(&blocks[i], &a);
		record__end(&blocks[i], &a);
	}
	CHECK(sums_of(NULL).hits + record__lost() == BLOCKS && record__lost() > 0);
	CHECK(sums_of(NULL).hits > 100000);
	free(blocks);
}

TEST(switches)
{
	setup();
	CHECK(block__is_on(&outer) && block__is_on(&inner));
	bpfprof_control.track_off[1] = 1;
	CHECK(!block__is_on(&outer) && block__is_on(&inner));
	bpfprof_control.off = 1;
	CHECK(!block__is_on(&inner));
	bpfprof_control.off = 0;
	bpfprof_control.track_off[1] = 0;
	live = 0;
	CHECK(!block__is_on(&outer));
}

TEST(the_clock_is_the_systems_and_never_steps_back)
{
	uint64_t system = monotonic__ns(), mine, last;

	setup();
	mine = clock__now();
	system = monotonic__ns();
	for (int i = 0; i < 200; i++) {
		last = clock__now();
		spend(100000);
		clock__refine();
		CHECK(clock__now() >= last + 100000);
	}
	mine = clock__now() - mine;
	system = monotonic__ns() - system;
	CHECK(mine < system + system / 1000 && system < mine + mine / 1000);
}
