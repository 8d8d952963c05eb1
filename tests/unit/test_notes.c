/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is said of a process that called nothing. */
#include "unit/test.h"

#include "live/notes.h"
#include "model/untold.h"

static bool says(int64_t off_ns, int64_t wait_ns, const char *words)
{
	const struct process_state asleep = {.letter = 'S', .tgid = 7, .start = 1, .cpu = 5};
	struct profile *p = profile__new();
	struct prof_thread *t = profile__add_thread(p, 7, "t");
	bool is_so;

	t->tottime_ns = 128000000;
	t->away = (struct prof_away){.off_ns = off_ns, .wait_ns = wait_ns};
	notes__no_calls(p, &asleep, &asleep);
	is_so = p->nnotes == 1 && strstr(p->notes[0], words);
	profile__free(p);
	return is_so;
}

TEST(who_sleeps_and_who_has_no_processor)
{
	CHECK(says(128000000, 0, "slept all the time"));
	CHECK(says(120000000, 5000000, "slept all the time"));
	CHECK(says(110000000, 109000000, "ran no Python"));
	CHECK(says(0, 0, "ran no Python"));
}

/* Of two files of a run: what each has of its own, in one note. */
TEST(untold_adds_up)
{
	struct profile *a = profile__new(), *b = profile__new();

	profile__note_untold(a);
	CHECK(!a->nnotes);
	profile__add_thread(a, 7, "a")->untold = 1;
	a->threads[0].untold_ns = 1000000;
	profile__add_thread(b, 8, "b")->untold = 2;
	b->threads[0].untold_ns = 2500000;
	profile__merge(a, b);
	profile__note_untold(a);
	CHECK(a->nnotes == 1);
	CHECK(!strcmp(a->notes[0],
		      "the kernel did not tell of 3 switches back to a CPU: up to 3.500 "
		      "ms that count as cpu may be off-cpu, 2.500 ms of them in thread 8"));
	profile__free(a);
	profile__free(b);
}
