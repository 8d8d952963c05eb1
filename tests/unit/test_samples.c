/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Constants from samples of a sibling, and what of them is kept. */
#include "unit/test.h"

#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "bias/samples.h"
#include "bias/store.h"
#include "cpython/interp.h"
#include "model/bias.h"

#define ROUNDS CALIBRATE_AT_START

static const struct calibration how = {.calls = 10000, .rounds = ROUNDS};

/* Seen, so much inside and outside: of a turn that takes 50 ns, and calls of 40. */
static void see(struct kind_times *s, const struct kind *kind, unsigned int round, double inside,
		double outside)
{
	s->loop[round] = 50 + outside * kind->direct;
	s->leaf[round] = 40 + inside + outside * (kind->turn - kind->direct) / kind->turn;
	s->pace[round] = (struct prof_pace){1000, inside + outside, inside + outside};
}

/* Of a quiet machine: -20 inside, 60 outside, a little more by the round. */
static void set_quiet(struct samples *all)
{
	*all = (struct samples){0};
	for (size_t k = 0; k < KINDS; k++) {
		struct kind_times *s = &all->kinds[k];

		for (unsigned int i = 0; i < ROUNDS; i++) {
			for (unsigned int half = 0; half < 2; half++) {
				s->alone[2 * i + half] = 50;
				s->call[2 * i + half] = 50 + 40.0 * kinds[k].turn;
			}
			s->base[i] = 50;
			see(s, &kinds[k], i, -20, 60 + i);
			s->fresh[i] = s->loop[i] + 30;
		}
	}
}

static bool near(double x, double y)
{
	return fabs(x - y) < 1e-6;
}

TEST(of_a_quiet_machine)
{
	static struct samples all;
	struct prof_bias b;

	set_quiet(&all);
	CHECK(samples__derive(&all, &how, &b));
	CHECK(near(b.inside_ns, -20) && near(b.outside_ns, 60) && b.both_error < 2);
}

/* A loop that was told to be away for longer than it took is the quickest of all. */
TEST(a_round_below_nothing_is_none)
{
	static struct samples all;
	struct prof_bias b;

	set_quiet(&all);
	see(&all.kinds[1], &kinds[1], 3, -20, -1530);
	see(&all.kinds[2], &kinds[2], 4, -700, 60);
	see(&all.kinds[3], &kinds[3], 5, -20, -40);
	CHECK(samples__derive(&all, &how, &b));
	CHECK(near(b.inside_ns, -20) && near(b.outside_ns, 60) && b.both_error < 2);
}

/* What other kinds cost is in the error: all of it, where one cannot be told. */
TEST(a_kind_below_nothing_is_none)
{
	static struct samples all;
	struct prof_bias b;

	set_quiet(&all);
	for (unsigned int i = 0; i < ROUNDS; i++)
		see(&all.kinds[1], &kinds[1], i, -20, -400);
	CHECK(samples__derive(&all, &how, &b));
	CHECK(near(b.inside_ns, -20) && near(b.outside_ns, 60));
	CHECK(b.both_error >= 40 && b.both_error < 42);
	for (size_t k = 0; k < KINDS_OF_PYTHON; k++) {
		for (unsigned int i = 0; i < ROUNDS; i++)
			see(&all.kinds[k], &kinds[k], i, -20, -400);
	}
	CHECK(!samples__derive(&all, &how, &b));
}

/* Where one round alone can be, nothing says how far off that is. */
TEST(one_round_is_doubted)
{
	static struct samples all;
	struct prof_bias b;

	set_quiet(&all);
	for (size_t k = 0; k < KINDS; k++) {
		for (unsigned int i = 1; i < ROUNDS; i++)
			see(&all.kinds[k], &kinds[k], i, -20, -400);
	}
	CHECK(samples__derive(&all, &how, &b));
	CHECK(near(b.outside_ns, 60) && b.both_error >= 40);
}

/* However loaded the machine: any rounds may be anything. */
TEST(no_constant_is_below_nothing)
{
	static struct samples all;
	unsigned int found = 0, seed = 1;

	for (int i = 0; i < 20000; i++) {
		struct prof_bias b;

		set_quiet(&all);
		for (size_t k = 0; k < KINDS; k++) {
			for (unsigned int round = 0; round < ROUNDS; round++)
				see(&all.kinds[k], &kinds[k], round, rand_r(&seed) % 400 - 300.0,
				    rand_r(&seed) % 400 - 300.0);
		}
		if (samples__derive(&all, &how, &b)) {
			CHECK(prof_added__is_possible(&b.python) && prof_bias__in_range(&b));
			found++;
		}
	}
	CHECK(found);
}

/* A state directory of its own, and interpreters that differ by their version alone. */
static char dir[] = "/tmp/bpfprof_unit_XXXXXX", file[64], guard[64];

static void begin(void)
{
	CHECK(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/constants", dir);
	snprintf(guard, sizeof(guard), "%s/constants.lock", dir);
	setenv("BPFPROF_STATE", dir, 1);
}

static void end(void)
{
	unlink(file);
	unlink(guard);
	CHECK(!rmdir(dir));
}

static struct interp version(unsigned int n)
{
	struct interp in = {.open_path = "/proc/self/exe"};

	snprintf(in.version_text, sizeof(in.version_text), "3.%u", n);
	return in;
}

static struct prof_bias cost(double outside)
{
	struct prof_bias b = {.from = PROF_BIAS_MEASURED, .outside_ns = outside};

	b.outside_error = b.both_error = 2;
	b.c = b.python;
	return b;
}

/* What lies on the stack beneath. */
static __attribute__((noinline)) void soil(int with)
{
	volatile char deep[8192];

	memset((char *)deep, with, sizeof(deep));
}

TEST(each_keeps_its_line)
{
	static const int soils[] = {0xff, 0x7f, 0, 0xc1};
	struct constants found;

	begin();
	for (unsigned int i = 0; i < 8; i++) {
		struct interp in = version(i);
		struct prof_bias b = cost(10 + i);

		soil(soils[i % 4]);
		constants__add("inline", &in, &b, SESSION_NOP5_UNKNOWN);
	}
	for (unsigned int i = 0; i < 8; i++) {
		struct interp in = version(i);

		CHECK(!constants__load("inline", &in, &found) && found.runs == 1);
		CHECK(near(found.bias.outside_ns, 10 + i) && near(found.bias.slower, 0));
	}
	end();
}

TEST(what_is_stored_at_the_same_time_is_there)
{
	pid_t pids[16];

	begin();
	for (unsigned int i = 0; i < 16; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			struct interp in = version(i % 8);
			struct prof_bias b = cost(50);

			for (int k = 0; k < 20; k++)
				constants__add("eval", &in, &b, SESSION_NOP5_UNKNOWN);
			_exit(0);
		}
	}
	for (unsigned int i = 0; i < 16; i++)
		waitpid(pids[i], NULL, 0);
	for (unsigned int i = 0; i < 8; i++) {
		struct interp in = version(i);
		struct constants found;

		CHECK(!constants__load("eval", &in, &found));
		CHECK(found.runs == 40);
	}
	end();
}

/* Of a release that kept it. */
TEST(a_line_below_nothing_is_dropped)
{
	struct interp in = version(9);
	struct constants c = {.bias = cost(-1530), .runs = 3}, found;
	struct prof_bias b = cost(60);
	char *path;

	begin();
	CHECK(!constants__store("inline", &in, &c, &path));
	free(path);
	CHECK(constants__load("inline", &in, &found));
	constants__add("inline", &in, &b, SESSION_NOP5_UNKNOWN);
	CHECK(!constants__load("inline", &in, &found));
	CHECK(found.runs == 1 && near(found.bias.outside_ns, 60));
	end();
}
