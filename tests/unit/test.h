/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TEST(name) { CHECK(...); } registers itself; main forks for each, so a crash fails only one. */
#ifndef BPFPROF_TEST_H
#define BPFPROF_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

static struct test *tests;

#define TEST(id)                                                                                   \
	static void test_##id(void);                                                               \
	__attribute__((constructor)) static void add_##id(void)                                    \
	{                                                                                          \
		static struct test self = {#id, test_##id, NULL};                                  \
		self.next = tests;                                                                 \
		tests = &self;                                                                     \
	}                                                                                          \
	static void test_##id(void)

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond);                        \
			fflush(stdout);                                                            \
			_exit(1);                                                                  \
		}                                                                                  \
	} while (0)

int main(int argc, char **argv)
{
	const char *file = strrchr(argv[argc - 1], '/');
	int failed = 0;

	for (struct test *t = tests; t; t = t->next) {
		int status = 0;
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (!pid) {
			t->run();
			exit(0); /* not _exit: the leak check runs at exit */
		}
		waitpid(pid, &status, 0);
		printf(status ? "not ok unit %s %s - status %d\n" : "ok unit %s %s\n", file + 1,
		       t->name, status);
		failed |= status;
	}
	return failed != 0;
}

#endif
