/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of their beginnings. */
#include "report/foreign.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define HEAD 256 /* bytes in which words are looked for */

static const struct {
	const char *begin; /* NULL: a figure */
	const char *word;  /* not far from there; NULL: none */
	const char *what;
} formats[] = {
	{"{\"id\":", NULL, "a table of functions or paths (functions-ndjson, paths-ndjson)"},
	{"{\"caller\":", NULL, "a table of callers and callees (edges-ndjson)"},
	{"id,file,line,", NULL, "a table of functions (functions-csv)"},
	{"id,parent,function,", NULL, "a table of paths (paths-csv)"},
	{"caller,callee,", NULL, "a table of callers and callees (edges-csv)"},
	{"Track,", NULL, "a table of blocks (csv)"},
	{"{", "\"profiler_name\"", "a file of blocks alone (tracks-json)"},
	{"{\"$schema\":\"https://www.speedscope.app/", NULL, "a file for speedscope"},
	{"{\"meta\":{", "\"product\"", "a file for Firefox's profiler"},
	{"{", "\"traceEvents\"", "a file for Perfetto and about:tracing (chrome)"},
	{"<!DOCTYPE html>", NULL, "a page for browsers (html)"},
	{"\x1f\x8b", NULL, "compressed, as pprof's files are"},
	{"# callgrind format", NULL, "a file for callgrind_annotate (callgrind)"},
	{"# TYPE ", NULL, "a file for Prometheus (openmetrics)"},
	{" ", "function call", "a printed table"},
	{" ", "Ordered by:", "a printed table"},
	{NULL, " calls of ", "a printed table"},
	{" ", " call paths in ", "a printed tree"},
	{"====", "\n", "a printed table of blocks (tracks)"},
};

static bool fits(const char *bytes, size_t size, size_t i)
{
	const char *begin = formats[i].begin;
	const size_t n = begin ? strlen(begin) : 1, head = size < HEAD ? size : HEAD;

	return size >= n && (begin ? !memcmp(bytes, begin, n) : isdigit((unsigned char)*bytes)) &&
	       (!formats[i].word ||
		memmem(bytes, head, formats[i].word, strlen(formats[i].word)) != NULL);
}

/* "main;work 17", or a line of one frame: its end is a number. */
static bool is_folded(const char *bytes, size_t size)
{
	const char *end = size ? memchr(bytes, '\n', size) : NULL, *at = end;

	while (at && at > bytes && isdigit((unsigned char)at[-1]))
		at--;
	return at && at < end && at > bytes + 1 && at[-1] == ' ' && *bytes > ' ' &&
	       !memchr(bytes, '\0', (size_t)(end - bytes));
}

const char *foreign__what(const char *bytes, size_t size)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (fits(bytes, size, i))
			return formats[i].what;
	}
	return is_folded(bytes, size) ? "folded stacks (folded)" : NULL;
}
