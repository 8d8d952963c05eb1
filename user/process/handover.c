/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* SCM_RIGHTS into a process that knows nothing of it. */
#include "process/handover.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/procmem.h"

/* What the process has in its memory for its recvmsg. */
struct receipt {
	struct msghdr msg;
	struct iovec iov;
	char byte[8];
	union {
		char buf[CMSG_SPACE(sizeof(int) * HANDOVER_MAX)];
		struct cmsghdr head;
	} control;
	int pair[2];
};

_Static_assert(sizeof(struct receipt) <= HANDOVER_BYTES, "a receipt fits");

static int send_files(int to, const int *fds, size_t n)
{
	struct receipt r = {.iov = {r.byte, 1}};

	r.msg = (struct msghdr){.msg_iov = &r.iov,
				.msg_iovlen = 1,
				.msg_control = r.control.buf,
				.msg_controllen = CMSG_SPACE(sizeof(int) * n)};
	r.control.head = (struct cmsghdr){CMSG_LEN(sizeof(int) * n), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(&r.control.head), fds, sizeof(int) * n);
	return sendmsg(to, &r.msg, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

static int option(int socket, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);

	return getsockopt(socket, SOL_SOCKET, name, &value, &size) ? -1 : value;
}

/* A process that shares the descriptor table may have put another file where the pair was: we hold
 * what we look at, so it is a local socket or nothing is done with it. */
static int send_through(pid_t pid, int their_end, const int *fds, size_t n)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0), ours, error = -EPROTO;

	if (pidfd < 0)
		return -errno;
	ours = syscall(SYS_pidfd_getfd, pidfd, their_end, 0);
	if (ours < 0)
		error = -errno;
	else if (option(ours, SO_DOMAIN) == AF_UNIX && option(ours, SO_TYPE) == SOCK_DGRAM)
		error = send_files(ours, fds, n);
	if (ours >= 0)
		close(ours);
	close(pidfd);
	return error;
}

/* Of those that came: the kernel has opened them, though the others had no place. */
static size_t arrived(const struct receipt *r)
{
	const size_t len = r->control.head.cmsg_len;

	if (r->control.head.cmsg_type != SCM_RIGHTS || len < CMSG_LEN(0) ||
	    len > sizeof(r->control.buf))
		return 0;
	return (len - CMSG_LEN(0)) / sizeof(int);
}

static long refuse(struct inject *inj, const struct receipt *r)
{
	const size_t n = arrived(r);
	int fds[HANDOVER_MAX];

	memcpy(fds, CMSG_DATA(&r->control.head), n * sizeof(*fds));
	for (size_t i = 0; i < n; i++)
		inject__call(inj, SYS_close, fds[i], 0, 0, 0, 0, 0);
	return r->msg.msg_flags & MSG_CTRUNC ? HANDOVER_NO_ROOM : -EPROTO;
}

static long receive(struct inject *inj, int mem, uint64_t at, struct receipt *r, const int *fds,
		    size_t n)
{
	int pair[2] = {r->pair[0], r->pair[1]};
	int error = send_through(inj->pid, pair[0], fds, n);
	long got;

	if (error)
		return error;
	*r = (struct receipt){
		.msg = {.msg_iov = (void *)(at + offsetof(struct receipt, iov)),
			.msg_iovlen = 1,
			.msg_control = (void *)(at + offsetof(struct receipt, control)),
			.msg_controllen = sizeof(r->control.buf)},
		.iov = {(void *)(at + offsetof(struct receipt, byte)), 1},
	};
	if (!procmem__write(mem, at, r, sizeof(*r)))
		return -EFAULT;
	got = inject__call(inj, SYS_recvmsg, pair[1], at, HANDOVER_RECV, 0, 0, 0);
	if (got < 0)
		return got;
	if (!procmem__read(mem, at, r, sizeof(*r)))
		return -EFAULT;
	return got == 1 && arrived(r) == n ? 0 : refuse(inj, r);
}

int handover__give(struct inject *inj, int mem, uint64_t at, const int *fds, size_t n,
		   struct handed *given)
{
	uint64_t pair_at = at + offsetof(struct receipt, pair);
	struct receipt r;
	long error = inject__call(inj, SYS_socketpair, AF_UNIX, HANDOVER_SOCKET, 0, pair_at, 0, 0);

	*given = (struct handed){0};
	if (error)
		return error == -EMFILE ? HANDOVER_NO_ROOM : error;
	if (!procmem__read(mem, pair_at, given->pair, sizeof(given->pair)))
		return -EFAULT;
	memcpy(r.pair, given->pair, sizeof(r.pair));
	error = receive(inj, mem, at, &r, fds, n);
	if (error) {
		inject__call(inj, SYS_close, given->pair[0], 0, 0, 0, 0, 0);
		inject__call(inj, SYS_close, given->pair[1], 0, 0, 0, 0, 0);
		return error;
	}
	given->n = n;
	memcpy(given->fds, CMSG_DATA(&r.control.head), sizeof(int) * n);
	return 0;
}
