/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A file's bytes, and who can read them. */
#include "report/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "report/profile_json.h"
#include "report/profile_prof.h"

/* An interval's share of a run (-f ndjson). */
static bool is_stream(const char *bytes, size_t size)
{
	static const char begin[] = "{\"record\":\"", schema[] = "\"bpfprof-stream/";

	return size > 64 && !memcmp(bytes, begin, strlen(begin)) &&
	       memmem(bytes, 64, schema, strlen(schema));
}

/* Functions, edges or paths, an object a line. */
static bool is_rows(const char *bytes, size_t size)
{
	static const char *const begins[] = {"{\"id\":", "{\"caller\":"};
	bool is = false;

	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		is |= size > strlen(begins[i]) && !memcmp(bytes, begins[i], strlen(begins[i]));
	return is;
}

/* Who knows a file by its beginning. Two bytes tell whether there is one. */
static const struct {
	bool (*knows)(const char *bytes, size_t size);
	struct profile *(*parse)(const char *name, const char *bytes, size_t size);
	const char *unread; /* without parse: why it is not read, and what to do */
} readers[] = {
	{is_stream, NULL,
	 "it is a stream of intervals, for other programs; give -o x.json beside it, and that "
	 "here"},
	{is_rows, NULL,
	 "it has rows of a profile, for other programs; give the x.json that they come of"},
	{profile_json__knows, profile_json__parse, NULL},
	{profile_prof__knows, profile_prof__parse, NULL},
};

#define READERS (sizeof(readers) / sizeof(*readers))

static size_t reader_of(const char *bytes, size_t size)
{
	size_t i = 0;

	while (i < READERS && !readers[i].knows(bytes, size))
		i++;
	return i;
}

struct profile *profile__parse(const char *name, const char *bytes, size_t size)
{
	size_t i = reader_of(bytes, size);

	if (i < READERS && readers[i].parse)
		return readers[i].parse(name, bytes, size);
	if (i < READERS)
		err("cannot read %s: %s", name, readers[i].unread);
	else
		err("cannot read %s: it is %s; give a file that 'bpfprof -o x.json' or cProfile "
		    "wrote",
		    name, size ? "neither a profile in JSON nor a .prof" : "empty");
	return NULL;
}

/* Whether to go on reading: not what nobody can read, which may have no end. */
static bool is_readable(const char *bytes, size_t size)
{
	return size < 2 || reader_of(bytes, size) < READERS;
}

/* All of fd in *bytes, to be freed. 0 or -errno. */
static int read_all(int fd, char **bytes, size_t *size)
{
	size_t room = 0;
	ssize_t n = 1;

	*bytes = NULL;
	*size = 0;
	while (n && is_readable(*bytes, *size)) {
		if (*size == room)
			*bytes = xrealloc(*bytes, room = room ? 2 * room : 1 << 16, 1);
		n = read(fd, *bytes + *size, room - *size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		*size += n;
		if (*size > LOAD_MOST)
			return -EFBIG;
	}
	return 0;
}

static int read_file(const char *path, char **bytes, size_t *size)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), error;
	struct stat st;

	*bytes = NULL;
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && (uint64_t)st.st_size > LOAD_MOST)
		error = -EFBIG;
	else
		error = read_all(fd, bytes, size);
	if (!is_stdin)
		close(fd);
	return error;
}

struct profile *profile__load(const char *path)
{
	const char *name = strcmp(path, "-") ? path : "stdin";
	struct profile *p = NULL;
	char *bytes;
	size_t size = 0;
	int error = read_file(path, &bytes, &size);

	if (error == -EFBIG)
		err("cannot read %s: it is larger than 1 GiB; no profile is", name);
	else if (error)
		err("cannot read %s: %s; give a file that 'bpfprof -o x.json' or cProfile wrote",
		    name, strerror(-error));
	else
		p = profile__parse(name, bytes, size);
	free(bytes);
	return p;
}
