/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Stacks and lines read from memory that may hold anything. */
#include "unit/test.h"
#include "unit/forged.h"

#include "cpython/dicts.h"
#include "cpython/lines.h"

/* --- lines: tables that 3.9.18, 3.10.13 and 3.12.1 made of one function ----------------------- */

struct expect {
	int32_t from, line;
};

static void check_lines(uint16_t version, const char *hex, const struct expect *e, int32_t end)
{
	uint8_t table[256];
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++)
		sscanf(hex + 2 * i, "%2hhx", &table[i]);
	for (int32_t at = 0; at < end; at += 2) {
		if (at == e[1].from)
			e++;
		CHECK(py_lines__find(version, table, n, 1, at) == e->line);
	}
	CHECK(py_lines__find(version, table, n, 1, -1) == 1);
	CHECK(py_lines__find(version, table, n, -7, -1) == 0);
	/* what is cut short ends, and tells a line at most */
	for (size_t cut = 0; cut < n; cut++)
		CHECK(py_lines__find(version, table, cut, 1, end - 2) >= 0);
}

TEST(lines_of_39)
{
	static const struct expect e[] = {{0, 2},  {6, 4},  {8, 2},   {14, 6},	 {16, 7}, {20, 8},
					  {22, 9}, {24, 8}, {32, 11}, {36, 312}, {-1, 0}};

	check_lines(0x0309, "0001060202fe060402010401020102ff0803047f007f002f", e, 40);
}

TEST(lines_of_310)
{
	static const struct expect e[] = {{0, 2},   {6, 4},    {8, 2},	 {14, 6},  {16, 7},
					  {20, 8},  {22, 9},   {24, 8},	 {28, 11}, {30, 7},
					  {32, 11}, {34, 312}, {38, 11}, {-1, 0}};

	check_lines(0x030a, "0601020206fe020404010201020104ff020302fc0204007f007f042f0081008102d1",
		    e, 40);
}

TEST(lines_of_312)
{
	static const struct expect e[] = {{0, 1},   {2, 4},   {4, 2},	 {18, 4}, {20, 3}, {26, 2},
					  {32, 6},  {34, 7},  {38, 8},	 {40, 9}, {42, 8}, {46, 11},
					  {48, 7},  {50, 11}, {52, 312}, {54, 0}, {58, 2}, {64, 0},
					  {66, 11}, {68, 0},  {-1, 0}};

	check_lines(0x030c,
		    "8000f006001213f605030906e00c0df20300090af0030309068041f000030906f00805"
		    "050dd90b0cd81415d81011f103011512f00600090df009000c0df00800090df05a0900"
		    "0c0df9f26d09030906f8f01200090dfa",
		    e, 74);
}

/* --- a forged 3.11 ------------------------------------------------------------------------------
 */

static char *read_str(uint64_t at)
{
	pages__forget(forged.pages);
	return py_live__str(&forged.live, at);
}

TEST(stacks_of_two_threads)
{
	struct py_stacks *s;
	struct py_code c;
	uint64_t outer, inner;

	forge();
	outer = frame(forged.code, 0);
	inner = frame(forged.code, outer);
	put(forged.interp + 16, tstate(inner, tstate(outer, 0, 0x7000), 0x7300));
	s = look();
	CHECK(s->nthreads == 2 && s->nframes == 3 && s->cut == PY_CUT_NONE);
	/* one is found by its own number, the other by pthread_self() */
	CHECK(s->threads[0].tid == 0x7301 && s->threads[0].tcb == 0x7200 && s->threads[0].n == 2);
	CHECK(s->threads[1].tid == 12 && s->threads[1].n == 1);
	CHECK(s->frames[0].frame == inner && s->frames[1].frame == outer);
	CHECK(s->frames[0].code == forged.code && s->frames[0].at == 4);
	CHECK(py_lines__of(&forged.live, forged.code, 4) == 7);
	CHECK(py_lines__of(&forged.live, forged.code, 16) == 8);
	CHECK(py_code__read(&forged.live, forged.code, &c));
	CHECK(!strcmp(c.file, "a.py") && !strcmp(c.qualname, "f") && c.first_line == 7);
	py_code__free(&c);
	unforge();
}

TEST(frames_not_begun_are_left_out)
{
	struct py_stacks *s;
	uint64_t fresh, shim, generator;

	forge();
	fresh = frame(forged.code, 0);
	put(fresh + 56, forged.code + 184 - 2);
	generator = frame(forged.code, fresh);
	put(generator + 56, forged.code + 184);
	memory[generator + 69 - BASE] = 1;
	shim = frame(forged.code, generator);
	memory[shim + 69 - BASE] = 3;
	put(forged.interp + 16, tstate(shim, 0, 0x7000));
	s = look();
	CHECK(s->nframes == 1 && s->frames[0].frame == generator && s->frames[0].owner == 1);
	unforge();
}

TEST(circles_end)
{
	struct py_stacks *s;
	uint64_t a, b, c, one, two;

	forge();
	a = frame(forged.code, 0);
	b = frame(forged.code, a);
	c = frame(forged.code, b);
	put(a + 48, b);
	one = tstate(c, 0, 0x7000);
	two = tstate(c, one, 0x7100);
	put(one + 8, two);
	put(forged.interp + 16, two);
	put(forged.interp, forged.interp);
	s = look();
	CHECK(s->cut == PY_CUT_CYCLE && s->nthreads >= 2 && s->nthreads < 10);
	CHECK(s->threads[0].cut == PY_CUT_CYCLE);
	CHECK(s->threads[0].n >= 3 && s->threads[0].n < 20);
	put(one + 8, 0);
	s = look();
	CHECK(s->cut == PY_CUT_CYCLE); /* the interpreter's own */
	unforge();
}

TEST(what_points_nowhere_is_broken)
{
	struct py_stacks *s;
	uint64_t bad;

	forge();
	bad = frame(forged.str_type, frame(forged.code, 0xdead0000dead));
	put(forged.interp + 16, tstate(bad, 0x10, 0x7000));
	s = look();
	/* a frame of no code is passed over, one that cannot be read ends the stack, and so on */
	CHECK(s->nthreads == 1 && s->threads[0].n == 1);
	CHECK(s->threads[0].cut == PY_CUT_BROKEN && s->cut == PY_CUT_BROKEN);
	put(forged.interp + 16, UINT64_MAX - 4);
	s = look();
	CHECK(s->nframes == 0 && s->cut == PY_CUT_BROKEN);
	CHECK(!py_live__is(&forged.live, UINT64_MAX - 4, PY_STR));
	CHECK(!py_lines__of(&forged.live, forged.str_type, 0));
	unforge();
}

TEST(deep_stacks_are_cut)
{
	struct py_stacks *s;
	uint64_t at = 0;

	forge();
	for (int i = 0; i < 30000; i++)
		at = frame(forged.code, at);
	put(forged.interp + 16, tstate(at, 0, 0x7000));
	s = look();
	CHECK(s->threads[0].n == 30000 && s->threads[0].cut == PY_CUT_NONE);
	unforge();
}

TEST(strings_of_every_width)
{
	static const uint16_t two[] = {0x416, 'a'};
	static const uint32_t four[] = {0x1f40d, 0x7fffffff};
	char *s, big[5000];
	uint64_t at;

	forge();
	CHECK((s = read_str(str("\xe9", 1, 1))) && !strcmp(s, "\xc3\xa9"));
	free(s);
	CHECK((s = read_str(str(two, 2, 2))) && !strcmp(s, "\xd0\x96"
							   "a"));
	free(s);
	CHECK((s = read_str(str(four, 2, 4))) && !strcmp(s, "\xf0\x9f\x90\x8d\\U7fffffff"));
	free(s);
	memset(big, 'x', sizeof(big));
	CHECK((s = read_str(str(big, sizeof(big), 0))));
	CHECK(strlen(s) == PY_STR_MAX + 3 && !strcmp(s + PY_STR_MAX, "..."));
	free(s);
	at = str("abc", 3, 0);
	put(at + 16, UINT64_MAX); /* a length that is not */
	s = read_str(at);
	free(s);
	put(at + 32, 7u << 2 | 3u << 5);
	CHECK(!read_str(at));
	CHECK(!py_live__str(&forged.live, forged.code));
	unforge();
}

TEST(dictionaries)
{
	struct py_entries e;
	uint64_t at, keys, value, got;

	forge();
	value = str("v", 1, 0);
	at = dict(str("_active", 7, 0), value);
	keys = at + 64;
	pages__forget(forged.pages);
	CHECK(py_dict__find(&forged.live, at, "_active") == value);
	CHECK(!py_dict__find(&forged.live, at, "_activ"));
	CHECK(!py_dict__find(&forged.live, value, "_active"));
	CHECK(py_dict__open(&forged.live, at, &e) && e.n == 1);
	CHECK(!py_dict__entry(&forged.live, &e, 1, &got, &got));
	CHECK(!py_object__attribute(&forged.live, at, "_name"));
	CHECK(!py_module__global(&forged.live, at, "_active"));
	CHECK(!py_int__value(&forged.live, value, &got));
	put(keys + 40, 0xdead0000dead); /* a key that is nowhere */
	pages__forget(forged.pages);
	CHECK(!py_dict__find(&forged.live, at, "_active"));
	put(keys + 24, UINT64_MAX); /* more entries than there can be */
	pages__forget(forged.pages);
	CHECK(!py_dict__open(&forged.live, at, &e));
	put(keys + 24, 1);
	memory[keys + 9 - BASE] = 200;
	pages__forget(forged.pages);
	CHECK(!py_dict__open(&forged.live, at, &e));
	unforge();
}
