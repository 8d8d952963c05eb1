/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What lies unread in a socket that nobody holds, but for that very socket, is collected as
 * garbage: Linux does that on a thread of its own. */
#include "base/abandon.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SENT 2 /* descriptors */

bool abandon__fd(int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(SENT * sizeof(int))];
	} rights = {.head = {.cmsg_len = CMSG_LEN(SENT * sizeof(int)),
			     .cmsg_level = SOL_SOCKET,
			     .cmsg_type = SCM_RIGHTS}};
	char byte = 0;
	struct iovec data = {&byte, 1};
	const struct msghdr message = {.msg_iov = &data,
				       .msg_iovlen = 1,
				       .msg_control = &rights,
				       .msg_controllen = sizeof(rights)};
	bool left;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return false;
	memcpy(CMSG_DATA(&rights.head), (int[SENT]){fd, pair[1]}, SENT * sizeof(int));
	left = sendmsg(pair[0], &message, MSG_NOSIGNAL) == 1;
	/* first, or else the last to hold it might be we */
	if (left)
		close(fd);
	/* The kernel looks for garbage as the other end is closed, and by then this is to be some:
	 * nobody else may close a socket for minutes. */
	close(pair[1]);
	close(pair[0]);
	return left;
}
