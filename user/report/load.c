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
#include "report/foreign.h"
#include "report/profile_json.h"
#include "report/profile_prof.h"
#include "report/profile_stream.h"

/* Who knows a file by its beginning. Two bytes tell whether there is one. */
static const struct {
	bool (*knows)(const char *bytes, size_t size);
	struct profile *(*parse)(const char *name, const char *bytes, size_t size);
} readers[] = {
	{profile_stream__knows, profile_stream__parse},
	{profile_json__knows, profile_json__parse},
	{profile_prof__knows, profile_prof__parse},
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
	const char *foreign = foreign__what(bytes, size);
	size_t i = reader_of(bytes, size);

	if (i < READERS && !foreign)
		return readers[i].parse(name, bytes, size);
	if (foreign)
		err("cannot read %s: it is %s, for other programs alone; give the x.json of "
		    "the same run, which -o x.json writes",
		    name, foreign);
	else
		err("cannot read %s: it is %s; give a file that 'bpfprof -o x.json' or cProfile "
		    "wrote",
		    name,
		    size ? "neither a profile in JSON or a stream of one nor a .prof" : "empty");
	return NULL;
}

/* Whether to go on reading: not what nobody can read, which may have no end. */
static bool is_readable(const char *bytes, size_t size)
{
	return size < 2 || reader_of(bytes, size) < READERS;
}

/* What has been read of a file. */
struct reading {
	const char *name;
	char *bytes;
	size_t size, room;
	struct stream_reading *stream; /* bytes are its last line; NULL: it is none */
	bool is_told;		       /* why it cannot be read */
};

/* Lines of a stream are done with as they come. fresh: of the bytes, those that were there before.
 */
static int take_lines(struct reading *r, size_t fresh)
{
	ssize_t used;

	if (!r->stream && profile_stream__knows(r->bytes, r->size)) {
		r->stream = stream_reading__new(r->name);
		fresh = 0;
	}
	if (!r->stream)
		return 0;
	used = stream_reading__feed(r->stream, r->bytes, r->size, fresh);
	if (used < 0) {
		r->is_told = true;
		return -EBADMSG;
	}
	r->size -= (size_t)used;
	memmove(r->bytes, r->bytes + used, r->size);
	return 0;
}

/* 0 or -errno. expected: the size of the file, 0 where it has none. */
static int read_all(int fd, struct reading *r, uint64_t expected)
{
	ssize_t n = 1;

	while (n && (r->stream || is_readable(r->bytes, r->size))) {
		int error;

		if (r->size == r->room)
			r->bytes = xrealloc(r->bytes, r->room = r->room ? 2 * r->room : 1 << 16, 1);
		n = read(fd, r->bytes + r->size, r->room - r->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		r->size += (size_t)n;
		error = take_lines(r, r->size - (size_t)n);
		if (error)
			return error;
		if (r->size > LOAD_MOST || (!r->stream && expected > LOAD_MOST))
			return -EFBIG;
	}
	return 0;
}

static int read_file(const char *path, struct reading *r)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), error;
	struct stat st;

	if (fd < 0)
		return -errno;
	error = read_all(fd, r, !fstat(fd, &st) && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0);
	if (!is_stdin)
		close(fd);
	return error;
}

/* What was read whole. */
static struct profile *parse(struct reading *r)
{
	struct stream_reading *stream = r->stream;

	r->stream = NULL;
	return stream ? stream_reading__end(stream, r->bytes, r->size)
		      : profile__parse(r->name, r->bytes, r->size);
}

struct profile *profile__load(const char *path)
{
	struct reading r = {.name = strcmp(path, "-") ? path : "stdin"};
	struct profile *p = NULL;
	int error = read_file(path, &r);

	if (error == -EFBIG)
		err("cannot read %s: it is larger than 1 GiB; no profile is", r.name);
	else if (error && !r.is_told)
		err("cannot read %s: %s; give a file that 'bpfprof -o x.json' or cProfile wrote",
		    r.name, strerror(-error));
	else if (!error)
		p = parse(&r);
	if (r.stream)
		stream_reading__free(r.stream);
	free(r.bytes);
	return p;
}
