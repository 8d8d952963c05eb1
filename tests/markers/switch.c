/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The inline half of bpfprof.h against markers that count, in place of the library's, and switches
 * thrown in mid-block. Also compiled as C++.
 */
#include <bpfprof.h>

#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif
struct bpfprof_control bpfprof_control;

static int begins, ends, open_now, deepest;
static const struct bpfprof_block *last;

void bpfprof_block_begin(const struct bpfprof_block *block)
{
	begins++;
	last = block;
	if (++open_now > deepest)
		deepest = open_now;
}

void bpfprof_block_end(const struct bpfprof_block *block)
{
	ends++;
	last = block;
	open_now--;
}
#ifdef __cplusplus
}
#endif

static int failed;

/* Checks and zeroes the counts. */
static void expect(const char *what, int times)
{
	int good = begins == times && ends == times && !open_now;

	printf(good ? "ok %s\n" : "not ok %s - %d begins, %d ends, %d wanted\n", what, begins, ends,
	       times);
	failed |= !good;
	begins = ends = open_now = deepest = 0;
}

static int early(int n)
{
	BPFPROF_BLOCK(3, "early");
	if (n)
		return n;
	return -1;
}

static void off_inside(void)
{
	BPFPROF_BLOCK(1, "off inside");
	bpfprof_control.off = 1;
	early(1);
}

static void on_inside(void)
{
	BPFPROF_BLOCK(1, "on inside");
	bpfprof_control.off = 0;
	early(1);
}

static void track_inside(void)
{
	BPFPROF_BLOCK(1, "outer");
	{
		BPFPROF_BLOCK(1, "inner");
		bpfprof_control.track_off[1] = 1;
		{
			BPFPROF_BLOCK(1, "off");
			BPFPROF_BLOCK(2, "other track");
		}
		bpfprof_control.track_off[1] = 0;
	}
}

static void by_hand(void)
{
	BPFPROF_SITE(site, 5, "by hand");
	int one = bpfprof_begin(&site), two;

	bpfprof_control.track_off[5] = 1;
	two = bpfprof_begin(&site);
	bpfprof_control.track_off[5] = 0;
	bpfprof_end(&site, two);
	bpfprof_end(&site, one);
}

int main(void)
{
	for (int i = 0; i < 10; i++)
		early(i & 1);
	failed |= strcmp(last->name, "early") || last->track != 3 ||
		  !strstr(last->file, "switch") || last->group || last->line < 40;
	expect("scopes end wherever they are left", 10);
	off_inside();
	expect("switched off in a block", 1);
	on_inside();
	expect("switched on in a block", 1);
	track_inside();
	expect("a track switched in a block", 3);
	by_hand();
	expect("by hand", 1);
	{
		BPFPROF_BLOCK(0, "first");
		BPFPROF_BLOCK(BPFPROF_TRACKS - 1, "last");
		failed |= deepest != 2;
	}
	expect("two in one scope", 2);
	bpfprof_track_name(1023, "name");
	bpfprof_track_name(1024, "beyond");
	failed |= strcmp(bpfprof_control.track_name[1023], "name") || bpfprof_control.track_name[0];
	return failed;
}
