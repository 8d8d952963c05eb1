/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Streams and files. */
#include "cli/dest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/std.h"

static int refuse(const struct dest *d, const char *why)
{
	return err("cannot write %s: %s", d->path, why);
}

static int open_stdout(struct dest *d)
{
	d->fd = STDOUT_FILENO;
	if (!std__was_closed(STDOUT_FILENO))
		return 0;
	return err("cannot write the report: stdout is closed; give a file with -o");
}

/* Splits the path; the directory stays the same one, whatever its name means later. */
static int open_dir(struct dest *d)
{
	const char *slash = strrchr(d->path, '/');
	char *dir = slash ? strndup(d->path, slash - d->path + 1) : xstrdup(".");

	d->name = slash ? slash + 1 : d->path;
	d->dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return d->dir < 0 ? -errno : 0;
}

/* A fresh file in the directory; its descriptor, or -errno. */
static int create_beside(const struct dest *d, char name[32])
{
	uint64_t random;
	int fd;

	do {
		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return -errno;
		snprintf(name, 32, ".bpfprof-%016llx", (unsigned long long)random);
		fd = openat(d->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0666);
	} while (fd < 0 && errno == EEXIST);
	return fd < 0 ? -errno : fd;
}

static int open_file(struct dest *d)
{
	struct stat st;
	char fresh[32];
	int fd = open_dir(d);

	if (!fd && !fstatat(d->dir, d->name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode))
		return refuse(d, "it is a symbolic link; name the file itself");
	if (!fd && !*d->name)
		fd = -EISDIR;
	if (!fd)
		fd = create_beside(d, fresh);
	if (fd < 0)
		return err("cannot write %s: %s; choose another file with -o", d->path,
			   strerror(-fd));
	close(fd);
	unlinkat(d->dir, fresh, 0);
	return 0;
}

/* Which of our own descriptors a path names; -1: none. */
static int own_fd(const char *path)
{
	int fd, end = 0;

	if (!strcmp(path, "/dev/stderr"))
		return STDERR_FILENO;
	if (sscanf(path, "/dev/fd/%d%n", &fd, &end) == 1 && !path[end])
		return fd;
	end = 0;
	return sscanf(path, "/proc/self/fd/%d%n", &fd, &end) == 1 && !path[end] ? fd : -1;
}

int dest__open(struct dest *d, const char *path)
{
	struct stat st;

	*d = (struct dest){.path = path, .fd = -1, .dir = -1, .grows = -1};
	if (!path)
		return open_stdout(d);
	d->fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (d->fd >= 0 && !fstat(d->fd, &st) && !S_ISREG(st.st_mode))
		return 0;
	if (d->fd < 0 && errno == ENXIO)
		return refuse(d, !stat(path, &st) && S_ISFIFO(st.st_mode)
					 ? "nobody reads it; start its reader first"
					 : "there is no such device or terminal here; choose "
					   "another file with -o");
	if (d->fd < 0 && errno != ENOENT)
		return err("cannot write %s: %s; choose another file with -o", path,
			   strerror(errno));
	if (d->fd >= 0)
		close(d->fd);
	/* whoever opened it goes on where we end */
	d->fd = own_fd(path) < 0 ? -1 : fcntl(own_fd(path), F_DUPFD_CLOEXEC, 3);
	return d->fd >= 0 ? 0 : open_file(d);
}

/* 1: fd takes some bytes at once; else 0, or -errno. */
static int wait_writable(int fd, int stop_fd)
{
	struct pollfd pfd[] = {{.fd = fd, .events = POLLOUT}, {.fd = stop_fd, .events = POLLIN}};

	if (poll(pfd, 2, -1) < 0)
		return errno == EINTR ? 0 : -errno;
	return pfd[1].revents ? -ECANCELED : 1;
}

/* So much that a writable stream takes it without making us wait: of an empty pipe all its room, of
 * another a page. Whom nobody can stop may wait. */
static size_t portion(int fd, size_t size, int stop_fd)
{
	int queued = 1, room = fcntl(fd, F_GETPIPE_SZ);
	size_t most = PIPE_BUF;

	if (room > 0 && !ioctl(fd, FIONREAD, &queued) && !queued)
		most = room;
	return stop_fd < 0 || size < most ? size : most;
}

static int write_stream(int fd, const char *buf, size_t size, int stop_fd)
{
	while (size) {
		int ready = wait_writable(fd, stop_fd);
		ssize_t n;

		if (ready < 0)
			return ready;
		if (!ready)
			continue;
		n = write(fd, buf, portion(fd, size, stop_fd));
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		buf += n > 0 ? n : 0;
		size -= n > 0 ? n : 0;
	}
	return 0;
}

static int write_all(int fd, const char *buf, size_t size)
{
	while (size) {
		ssize_t n = write(fd, buf, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -errno;
		buf += n;
		size -= n;
	}
	return 0;
}

/* Mode and owner of what it replaces, as far as we may give them. */
static void take_after(const struct dest *d, int fd)
{
	struct stat st;

	if (fstatat(d->dir, d->name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return;
	if (fchmod(fd, st.st_mode & 0777) || fchown(fd, st.st_uid, st.st_gid))
		return; /* then it is a new file like any other */
}

/* kept: gets a descriptor of the file; NULL: nobody needs one. */
static int write_file(const struct dest *d, const char *buf, size_t size, int *kept)
{
	char fresh[32];
	int fd = create_beside(d, fresh), more = -1, error;

	if (fd < 0)
		return fd;
	take_after(d, fd);
	error = write_all(fd, buf, size);
	if (!error && kept && (more = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0)
		error = -errno;
	if (close(fd) && !error)
		error = -errno;
	if (!error && renameat(d->dir, fresh, d->dir, d->name))
		error = -errno;
	if (!error && kept)
		*kept = more;
	if (!error)
		return 0;
	if (more >= 0)
		close(more);
	unlinkat(d->dir, fresh, 0);
	return error;
}

static bool is_file(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

static int grow_file(int fd, const char *buf, size_t size)
{
	off_t end = lseek(fd, 0, SEEK_END);
	int error = end < 0 ? -errno : write_all(fd, buf, size);

	if (error && end >= 0 && ftruncate(fd, end))
		error = -errno;
	return error;
}

int dest__write(const struct dest *d, const char *buf, size_t size, int stop_fd)
{
	return d->fd >= 0 ? write_stream(d->fd, buf, size, stop_fd)
			  : write_file(d, buf, size, NULL);
}

int dest__append(struct dest *d, const char *buf, size_t size, int stop_fd)
{
	if (d->fd >= 0)
		return is_file(d->fd) ? grow_file(d->fd, buf, size)
				      : write_stream(d->fd, buf, size, stop_fd);
	return d->grows >= 0 ? grow_file(d->grows, buf, size) : write_file(d, buf, size, &d->grows);
}

bool dest__is_taken(const struct dest *d)
{
	struct stat st;

	return d->fd < 0 && !fstatat(d->dir, d->name, &st, AT_SYMLINK_NOFOLLOW) &&
	       S_ISREG(st.st_mode) && st.st_size;
}

void dest__close(struct dest *d)
{
	if (d->path && d->fd >= 0)
		close(d->fd);
	if (d->grows >= 0)
		close(d->grows);
	if (d->dir >= 0)
		close(d->dir);
}
