/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Addresses, tokens, and the headers of a request. */
#include "live/serve_guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"

#define TOKEN_MIN 16 /* characters: what cannot be guessed over a network */
#define TOKEN_MAX 512

/* --- the address -------------------------------------------------------------------------------
 */

/* "[::1]:9123" or "127.0.0.1:9123" into its parts, in place. */
static bool split(char *text, char **host, char **port)
{
	char *colon = strrchr(text, ':'), *end;

	if (!colon)
		return false;
	*colon = '\0';
	*port = colon + 1;
	*host = text;
	if (*text != '[')
		return !strchr(text, ':');
	end = strchr(text, ']');
	*host = text + 1;
	if (!end || end[1])
		return false;
	*end = '\0';
	return true;
}

/* getaddrinfo takes any number, and of it the lowest 16 bits. */
static bool is_port(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n && n <= 5 && !text[n] && atoi(text) <= UINT16_MAX;
}

static int parse_address(struct serve_guard *g, const char *address)
{
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				       .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char *copy = xstrdup(address), *host, *port;

	if (split(copy, &host, &port) && *host && is_port(port))
		getaddrinfo(host, port, &hints, &found);
	free(copy);
	if (!found)
		return err("--listen %s: not ADDRESS:PORT in numbers, a port up to 65535; say "
			   "127.0.0.1:9123 or "
			   "[::1]:9123",
			   address);
	memcpy(&g->address, found->ai_addr, found->ai_addrlen);
	g->any_port = !((const struct sockaddr_in *)found->ai_addr)->sin_port; /* as of IPv6 */
	g->size = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

static bool is_loopback(const struct serve_guard *g)
{
	const struct sockaddr_in *v4 = (const void *)&g->address;
	const struct sockaddr_in6 *v6 = (const void *)&g->address;

	if (g->address.ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

void serve_guard__print(const struct serve_guard *g, char *out, size_t size)
{
	char host[64] = "", port[16] = "";
	bool v6 = g->address.ss_family == AF_INET6;

	getnameinfo((const void *)&g->address, g->size, host, sizeof(host), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(out, size, "%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

/* --- the token ---------------------------------------------------------------------------------
 */

static char *no_token(const char *path, const char *why)
{
	err("--token-file %s: %s; put %d to %d characters into its first line, readable by "
	    "root alone",
	    path, why, TOKEN_MIN, TOKEN_MAX);
	return NULL;
}

char *token__read(const char *path)
{
	char line[TOKEN_MAX + 2];
	struct stat st;
	FILE *f = fopen(path, "re");
	bool read, open_to_all;
	size_t n;

	if (!f)
		return no_token(path, strerror(errno));
	open_to_all = fstat(fileno(f), &st) || st.st_mode & 077;
	read = fgets(line, sizeof(line), f);
	fclose(f);
	if (!read)
		return no_token(path, "is empty");
	if (open_to_all)
		return no_token(path, "others than its owner may read it");
	n = strcspn(line, "\r\n");
	line[n] = '\0';
	if (n < TOKEN_MIN || n > TOKEN_MAX)
		return no_token(path, "is too short or too long");
	return xstrdup(line);
}

int serve_guard__read(struct serve_guard *g, const char *address, const char *token_file)
{
	*g = (struct serve_guard){0};
	if (parse_address(g, address) || (token_file && !(g->token = token__read(token_file))))
		return -1;
	if (g->token || is_loopback(g))
		return 0;
	return err("--listen %s: others could read the profile there; give --token-file FILE, or "
		   "listen at 127.0.0.1",
		   address);
}

void serve_guard__free(struct serve_guard *g)
{
	free(g->token);
}

/* --- requests ----------------------------------------------------------------------------------
 */

/* Takes as long whatever is wrong with it. */
static bool bears_token(const char *token, const char *authorization)
{
	static const char scheme[] = "Bearer ";
	size_t n = strlen(token), given;
	unsigned char differ = 0;

	if (!authorization || strncasecmp(authorization, scheme, sizeof(scheme) - 1) != 0)
		return false;
	authorization += sizeof(scheme) - 1;
	given = strlen(authorization);
	for (size_t i = 0; i < n; i++)
		differ |= token[i] ^ authorization[i < given ? i : given];
	return !differ && given == n;
}

/* Whether a Host header names this machine by what no other can have its name point to. */
static bool is_local_name(const char *host)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t n = strlen(names[i]);

		if (!strncasecmp(host, names[i], n) && (!host[n] || host[n] == ':'))
			return true;
	}
	return false;
}

static bool names_us(const struct serve_guard *g, const char *host)
{
	char here[96];

	serve_guard__print(g, here, sizeof(here));
	return is_local_name(host) || !strcmp(host, here);
}

unsigned int serve_guard__check(const struct serve_guard *g, const char *host, const char *origin,
				const char *authorization)
{
	if (g->token && !bears_token(g->token, authorization))
		return 401;
	if (!g->token && (!host || !names_us(g, host)))
		return 403;
	if (origin &&
	    (strncmp(origin, "http://", 7) != 0 || !host || strcmp(origin + 7, host) != 0))
		return 403;
	return 0;
}
