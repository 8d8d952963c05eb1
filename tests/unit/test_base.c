/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The base floor, and the small pure pieces of the others. */
#include "unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/abandon.h"
#include "base/base64.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cpython/interp.h"
#include "process/elf.h"
#include "process/procmap.h"
#include "process/rights.h"
#include "report/report.h"

static void check_utf8(const void *bytes, size_t size, unsigned int width, const char *want)
{
	char *got = utf8_from(bytes, size, width);

	CHECK(!strcmp(got, want));
	free(got);
}

TEST(what_is_abandoned_is_closed)
{
	struct pollfd end = {0};
	int pipe_fds[2];

	CHECK(!pipe(pipe_fds));
	CHECK(abandon__fd(pipe_fds[1]));
	CHECK(fcntl(pipe_fds[1], F_GETFD) < 0 && errno == EBADF);
	end.fd = pipe_fds[0];
	CHECK(poll(&end, 1, -1) == 1 && end.revents == POLLHUP);
	CHECK(!abandon__fd(-1));
	close(pipe_fds[0]);
}

TEST(utf8_passes_valid_and_escapes_the_rest)
{
	check_utf8("caf\xc3\xa9", 5, 0, "caf\xc3\xa9");
	check_utf8("\xf0\x9f\x90\x8d", 4, 0, "\xf0\x9f\x90\x8d");
	check_utf8("a\xff"
		   "b",
		   3, 0, "a\\xffb");
	check_utf8("\xed\xa0\x80", 3, 0, "\\xed\\xa0\\x80"); /* a surrogate is not UTF-8 */
	check_utf8("\xc0\x80", 2, 0, "\\xc0\\x80");	     /* nor is an overlong NUL */
	check_utf8("\xe2\x82", 2, 0, "\\xe2\\x82");
	check_utf8("a\0b", 3, 0, "a\\x00b");
	check_utf8("", 0, 0, "");
}

static void check_escaped(const char *text, enum escape_for where, const char *want)
{
	char *got = escaped(text, where);

	CHECK(!strcmp(got, want));
	free(got);
}

TEST(escapes)
{
	check_escaped("caf\xc3\xa9 \xf0\x9f\x90\x8d", ESCAPE_TERMINAL,
		      "caf\xc3\xa9 \xf0\x9f\x90\x8d");
	check_escaped("a\x1b[1m\n\x7f", ESCAPE_TERMINAL, "a\\x1b[1m\\x0a\\x7f");
	check_escaped("\xc2\x9b\xc2\xa0\xe2\x80\xae", ESCAPE_TERMINAL, "\\x9b\xc2\xa0\\u202e");
	check_escaped("a\xe2\x80\x8b\xef\xbb\xbf\xe2\x81\xa0", ESCAPE_CSV,
		      "a\\u200b\\ufeff\\u2060");
	check_escaped("\x9b\xff\xc2", ESCAPE_TERMINAL, "\\x9b\\xff\\xc2");
	check_escaped("a\r\n\tb\x07,\"", ESCAPE_CSV, "a\r\n\tb\\x07,\"");
	check_escaped("{\n \"\xc2\x9b\": 1}", ESCAPE_JSON, "{\n \"\\u009b\": 1}");
	check_escaped("", ESCAPE_TERMINAL, "");
}

TEST(utf8_from_code_points)
{
	check_utf8("\xe9", 1, 1, "\xc3\xa9");
	check_utf8("\xb1\x03\x00\xd8", 4, 2, "\xce\xb1\\ud800");
	check_utf8("\x0d\xf4\x01\x00\xff\xff\xff\x7f", 8, 4, "\xf0\x9f\x90\x8d\\U7fffffff");
	check_utf8("\xb1\x03\x00", 3, 2, "\xce\xb1");
}

TEST(maps_lines)
{
	static char text[] = "00400000-00401000 r--p 00000000 08:01 12 /bin/a\n"
			     "00401000-00500000 r-xp 00001000 08:01 12 /bin/a\n"
			     "00600000-00601000 r-xp 00000000 08:01 13 /x\\012y (deleted)\n"
			     "7f0000000000-7f0000001000 r-xp 00000000 00:00 0 [vdso]\n"
			     "nonsense\n";
	struct procmaps maps = {0};
	FILE *f = fmemopen(text, strlen(text), "r");

	procmaps__read(&maps, f);
	fclose(f);
	CHECK(maps.n == 3);
	CHECK(maps.v[0].start == 0x401000 && maps.v[0].offset == 0x1000);
	CHECK(!strcmp(maps.v[0].path, "/bin/a"));
	CHECK(!strcmp(maps.v[1].path, "/x\ny"));
	CHECK(!strcmp(maps.v[2].path, "[vdso]"));
	procmaps__free(&maps);
}

TEST(every_version_has_a_row)
{
	for (uint16_t v = 0x0308; v <= 0x030f; v++)
		CHECK(py_layout__find(v));
	CHECK(!py_layout__find(0x0307) && !py_layout__find(0x0310));
}

TEST(files_that_are_no_interpreter)
{
	struct interp in;
	const char *why = "";

	CHECK(interp__of_file(&in, "/nowhere", &why) == -ENOENT);
	CHECK(interp__of_file(&in, "/etc/passwd", &why) == -ENOENT);
	CHECK(interp__of_file(&in, "/bin/true", &why) == -ENOENT);
	CHECK(interp__of_pid(&in, getpid(), &why) == -ENOENT);
}

TEST(system_python)
{
	struct interp in;
	const char *why = "";

	CHECK(!interp__of_file(&in, "/usr/bin/python3", &why));
	CHECK(in.version == 0x030b && in.usdt == USDT_RETURN_ONLY && in.entry.n && in.ret.n);
	interp__close(&in);
}

/* The examples of RFC 4648. */
TEST(base64)
{
	static const char *const last[] = {"Zg==", "Zm8=", "Zm9v"};
	char to[4];

	for (size_t n = 1; n <= 3; n++) {
		base64__group((const unsigned char *)"foo", n, to);
		CHECK(!memcmp(to, last[n - 1], 4));
	}
	base64__group((const unsigned char *)"\xff\xfb\xf0 and more", 12, to);
	CHECK(!memcmp(to, "//vw", 4));
}

/* Cut anywhere, an ELF file is refused or read as far as it is there, never more. */
TEST(truncated_elf)
{
	static const size_t cuts[] = {0, 4, 63, 64, 700, 5000, 100000, 2000000};
	char path[] = "/tmp/bpfprof-test-XXXXXX";
	int fd = mkstemp(path);
	char *buf = malloc(6000000);
	FILE *f = fopen("/usr/bin/python3", "r");
	size_t n = fread(buf, 1, 6000000, f);

	fclose(f);
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts) && cuts[i] < n; i++) {
		struct interp in;
		const char *why;

		CHECK(!ftruncate(fd, 0) && pwrite(fd, buf, cuts[i], 0) == (ssize_t)cuts[i]);
		if (!interp__of_file(&in, path, &why))
			interp__close(&in);
	}
	close(fd);
	unlink(path);
	free(buf);
}

static int copy_of_python(char path[])
{
	int from = open("/usr/bin/python3", O_RDONLY), to = mkstemp(path);
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		CHECK(write(to, buf, n) == n);
	close(from);
	return to;
}

/* Whoever owns a file may cut it while it is being read. */
TEST(elf_cut_while_open)
{
	char path[] = "/tmp/bpfprof-test-XXXXXX";
	int fd = copy_of_python(path);
	struct elf *e = elf__open(path);
	struct usdt_sites sites = {0};
	uint64_t addr, size, word;
	size_t bytes;

	CHECK(e && !ftruncate(fd, 0));
	CHECK(!elf__symbol(e, "_PyRuntime", &addr, &size) && !elf__read(e, 0x400000, &word, 8));
	CHECK(!elf__section(e, ".rodata", &bytes, &addr) && !elf__soname(e));
	elf__usdt(e, "python", "function__entry", &sites);
	CHECK(!sites.n);
	elf__close(e);
	close(fd);
	unlink(path);
}

TEST(restrictions)
{
	static const char *const wrong[] = {"0", "-3", "1.5", "1.0", "0.0", "+2", "1e3", "["};
	struct restriction r;
	char why[128] = "";

	CHECK(restriction__parse(&r, "20", why) && r.kind == RESTRICT_COUNT && r.count == 20);
	CHECK(restriction__parse(&r, "0.1", why) && r.kind == RESTRICT_FRACTION);
	CHECK(restriction__parse(&r, ".5", why) && r.fraction == .5);
	CHECK(restriction__parse(&r, "x.py", why) && r.kind == RESTRICT_REGEX && r.compiled);
	restriction__free(&r);
	CHECK(restriction__parse(&r, "nan", why) && r.kind == RESTRICT_REGEX);
	restriction__free(&r);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		*why = '\0';
		CHECK(!restriction__parse(&r, wrong[i], why) && *why);
	}
}

static bool reads(const char *text, struct rights_status *s)
{
	FILE *f = fmemopen((void *)text, strlen(text), "r");
	bool ok = rights_status__read(s, f);

	fclose(f);
	return ok;
}

#define STATUS(uid)                                                                                \
	"Name:\tUid:\t0\nUid:\t" uid "\nGid:\t7\t7\t7\t7\nGroups:\t100 200 \nCapEff:\t00000180\n"

TEST(a_status_that_lacks_a_field_is_none)
{
	static const char *const bad[] = {
		"Name:\tx\n",
		STATUS("5\t5\t5\t5") "NoNewPrivs:\t0\n",
		STATUS("5\t5\t5\t5") "Seccomp:\t0\n",
		STATUS("5\t0\t5\t5") "NoNewPrivs:\t0\nSeccomp:\t0\n",
		STATUS("5\t5\t5") "NoNewPrivs:\t0\nSeccomp:\t0\n",
	};
	struct rights_status s;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!reads(bad[i], &s));
		rights_status__free(&s);
	}
	CHECK(reads(STATUS("5\t5\t5\t5") "NoNewPrivs:\t1\nSeccomp:\t2\n", &s));
	CHECK(s.uid == 5 && s.gid == 7 && s.ngroups == 2 && s.groups[1] == 200);
	CHECK(s.caps == 0x180 && s.no_new_privs == 1 && s.seccomp == 2);
	rights_status__free(&s);
}

/* A reading of a run: a call, a thread, a block and a loss, each n times. */
static struct profile *reading(uint64_t n)
{
	struct profile *p = profile__new();
	uint32_t f = profile__func(p, "a.py", 1, "f", NULL);
	struct prof_hits hits = {.hit_count = n, .total_ns = (int64_t)n * 10, .max_ns = 9};

	hits.histogram[3] = n;
	p->funcs[f].stat = (struct prof_stat){.ncalls = n, .tottime_ns = (int64_t)n * 10};
	profile__add_thread(p, 7, "main")->ncalls = n;
	prof_block__add(profile__block(p, profile__track(p, NULL, 1), "b", NULL, 0), 0, &hits);
	profile__add_loss(p, "x", "lost", n);
	return p;
}

TEST(readings_never_fall_back)
{
	struct profile *before = reading(5), *now = reading(3), *dropped = reading(2);

	profile__keep_up(now, before);
	CHECK(now->funcs[0].stat.ncalls == 5 && now->funcs[0].stat.tottime_ns == 50);
	CHECK(now->nthreads == 1 && now->threads[0].ncalls == 5);
	CHECK(now->nblocks == 1 && now->blocks[0].hits.hit_count == 5);
	CHECK(now->blocks[0].hits.histogram[3] == 5 && now->blocks[0].hits.total_ns == 50);
	CHECK(now->blocks[0].nthreads == 1 && now->blocks[0].threads[0].hits.hit_count == 5);
	CHECK(now->nlosses == 1 && now->losses[0].count == 5);
	dropped->clears = 1; /* by "ctl clear" */
	profile__keep_up(dropped, before);
	CHECK(dropped->blocks[0].hits.hit_count == 2 && dropped->losses[0].count == 5);
	profile__free(before);
	profile__free(now);
	profile__free(dropped);
}

static struct profile *waited(int64_t runnable, int64_t gil, int64_t poll, int64_t other)
{
	struct profile *p = reading(1);
	struct prof_away away = {.off_ns = runnable + gil + poll + other, .wait_ns = runnable};

	away.reason_ns[PROF_REASON_GIL] = gil;
	away.reason_ns[PROF_REASON_POLL] = poll;
	away.reason_ns[PROF_REASON_OTHER] = other;
	p->funcs[0].stat.cum_away = away;
	p->threads[0].away = away;
	p->threads[0].tottime_ns = 1000;
	return p;
}

static bool is_waited(const struct profile *p, int64_t runnable, int64_t gil, int64_t poll,
		      int64_t other)
{
	struct profile *want = waited(runnable, gil, poll, other);
	struct prof_away *away = &want->threads[0].away;
	bool is = !memcmp(&p->funcs[0].stat.cum_away, away, sizeof(*away)) &&
		  !memcmp(&p->threads[0].away, away, sizeof(*away));

	profile__free(want);
	return is;
}

/* Each reason for itself, and they add up: what one had too much is missing where it came to. */
TEST(reasons_never_fall_back)
{
	static const int64_t rows[][3][4] = {
		{{9, 50, 20, 0}, {10, 60, 30, 0}, {10, 60, 30, 0}},
		{{9, 50, 20, 30}, {10, 60, 70, 0}, {10, 60, 40, 30}},
		{{9, 50, 20, 0}, {9, 40, 60, 0}, {9, 50, 50, 0}},
		{{9, 50, 20, 0}, {19, 40, 5, 0}, {19, 50, 20, 0}},
		{{9, 50, 20, 0}, {3, 10, 5, 2}, {9, 50, 20, 0}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const int64_t *a = rows[i][0], *b = rows[i][1], *c = rows[i][2];
		struct profile *before = waited(a[0], a[1], a[2], a[3]);
		struct profile *now = waited(b[0], b[1], b[2], b[3]);

		profile__keep_up(now, before);
		CHECK(is_waited(now, c[0], c[1], c[2], c[3]));
		profile__free(before);
		profile__free(now);
	}
}

/* Of two processes, one of whose threads has an other's number; starts differ by what is rounded.
 */
static struct profile *threads_of(uint64_t late, bool turned)
{
	struct profile *p = profile__new();

	for (int i = 0; i < 3; i++) {
		int which = turned ? 2 - i : i;
		struct prof_thread *t = profile__add_thread(p, which == 2 ? 8 : 7, "t");

		t->pid = which == 1 ? 5 : 4;
		t->start_ns = 5000000000 + late;
		t->ncalls = 100 * which + 10 - late;
	}
	return p;
}

TEST(threads_are_told_by_number_and_start)
{
	struct profile *before = threads_of(0, false), *now = threads_of(2, true);

	profile__keep_up(now, before);
	CHECK(now->nthreads == 3);
	CHECK(now->threads[0].ncalls == 210 && now->threads[1].ncalls == 110 &&
	      now->threads[2].ncalls == 10);
	now->threads[0].start_ns += 1000000000; /* the number is another thread's since */
	CHECK(prof_thread__find(before, &now->threads[0], 0) == PROF_NONE);
	CHECK(prof_thread__find(before, &now->threads[1], 2) == 1);
	profile__free(before);
	profile__free(now);
}

TEST(figures_are_cut_not_wrapped)
{
	struct prof_stat sum = {0};
	const struct prof_stat most = {.ncalls = UINT64_MAX,
				       .tottime_ns = INT64_MAX,
				       .cumtime_ns = INT64_MIN,
				       .own_away = {.off_ns = INT64_MAX, .wait_ns = INT64_MAX}};

	for (int i = 0; i < 3; i++)
		prof_stat__add(&sum, &most);
	CHECK(sum.ncalls == PROF_COUNT_MAX && sum.tottime_ns == PROF_NS_MAX);
	CHECK(sum.cumtime_ns == -PROF_NS_MAX && sum.own_away.off_ns == PROF_NS_MAX);
}
