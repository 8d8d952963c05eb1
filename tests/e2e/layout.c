/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The version table against a live interpreter: layout PID NAME <FACTS, where layout.py printed
 * FACTS in that process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpython/interp.h"
#include "cpython/tstate.h"
#include "process/procmem.h"

static struct interp in;
static const struct py_layout *l;
static int mem, failed;

static struct {
	char name[32];
	uint64_t value;
} facts[64];

static uint64_t fact(const char *name)
{
	for (size_t i = 0; i < 64; i++) {
		if (!strcmp(facts[i].name, name))
			return facts[i].value;
	}
	printf("# no %s\n", name);
	failed = 1;
	return 0;
}

static uint64_t at(uint64_t addr, unsigned int size)
{
	uint64_t value = 0;

	if (!procmem__read(mem, addr, &value, size)) {
		printf("# %llx cannot be read\n", (unsigned long long)addr);
		failed = 1;
	}
	return value;
}

static void same(const char *what, uint64_t got, uint64_t want)
{
	if (got == want)
		return;
	printf("# %s: %llx, not %llx\n", what, (unsigned long long)got, (unsigned long long)want);
	failed = 1;
}

/* The frame of a frame object. */
static uint64_t frame_of(const char *name)
{
	return l->frameobj_frame ? at(fact(name) + l->frameobj_frame, 8) : fact(name);
}

static void check_code(void)
{
	uint64_t code = fact("code");

	same("object_type", at(code + l->object_type, 8), fact("type"));
	same("code_flags", at(code + l->code_flags, 4), fact("flags"));
	same("code_firstlineno", at(code + l->code_firstlineno, 4), fact("line"));
	same("code_filename", at(code + l->code_filename, 8), fact("file"));
	same("code_name", at(code + l->code_name, 8), fact("name"));
	if (l->code_qualname)
		same("code_qualname", at(code + l->code_qualname, 8), fact("qualname"));
}

static void check_str(const char *name, unsigned int kind, unsigned int ascii)
{
	uint64_t str = fact(name), state = at(str + l->str_state, 4) >> l->str_kind_shift;

	same("str kind", state & 7, kind);
	same("str compact", state >> 3 & 1, 1);
	same("str ascii", state >> 4 & 1, ascii);
}

static void check_strs(void)
{
	uint64_t other = fact("other");

	check_str("plain", 1, 1);
	check_str("other", 2, 0);
	same("str_length", at(fact("plain") + l->str_length, 8), 5);
	same("str_ascii", at(fact("plain") + l->str_ascii, 5), 0x6e69616c70); /* "plain" */
	same("str_compact", at(other + l->str_compact, 4), 0x03b100e9);
	same("str_utf8", at(other + l->str_utf8, 8), fact("other_utf8"));
	same("str_utf8_length", at(other + l->str_utf8_length, 8), 4);
}

#define OWNED_BY_INTERPRETER 3 /* or more: no frame of Python code */

/* The caller of a frame, over those of the interpreter's own. */
static uint64_t caller_of(uint64_t frame)
{
	uint64_t prev = at(frame + l->frame_prev, 8), code;

	while (l->frame_owner && at(prev + l->frame_owner, 1) >= OWNED_BY_INTERPRETER)
		prev = at(prev + l->frame_prev, 8);
	code = at(prev + l->frame_code, 8) & ~7ULL;
	if (!l->has_shims || at(code + l->code_firstlineno, 4) ||
	    at(code + l->code_filename, 8) != at(code + l->code_name, 8))
		return prev;
	return at(prev + l->frame_prev, 8);
}

static void check_frames(void)
{
	uint64_t frame = frame_of("frame");

	same("frame_code", at(frame + l->frame_code, 8) & ~7ULL, fact("code"));
	same("frame_prev", caller_of(frame), frame_of("caller_frame"));
	same("caller of __init__", caller_of(frame_of("init_frame")), frame_of("maker_frame"));
	if (!l->frame_owner)
		return;
	same("frame_owner", at(frame + l->frame_owner, 1), 0);
	same("generator's frame_owner", at(frame_of("generator_frame") + l->frame_owner, 1), 1);
}

static void check_tstate(void)
{
	uint64_t tstate = fact("tstate"), other = fact("other_tstate"), current = 0;

	if (l->tstate_current)
		current = at(tstate + l->tstate_current, 8);
	else if (l->tstate_cframe)
		current = at(at(tstate + l->tstate_cframe, 8) + l->cframe_current, 8);
	if (current)
		same("current frame", current, frame_of("frame"));
	same("tstate_interp", at(tstate + in.facts.tstate_interp, 8),
	     at(in.facts.head + in.bias, 8));
	same("tstate_id", at(tstate + in.facts.tstate_id, 8), 1);
	same("other's tstate_id", at(other + in.facts.tstate_id, 8), 2);
	if (!l->tstate_tracing)
		return;
	same("tstate_tracing", at(tstate + l->tstate_tracing, 4), 0);
	same("other's tstate_tracing", at(other + l->tstate_tracing, 4), 1);
}

static void check_instrumentation(void)
{
	uint64_t tstate = fact("tstate"), want;

	if (!l->code_instrumented)
		return;
	want = l->tstate_breaker
		       ? at(tstate + l->tstate_breaker, 8) & ~255ULL
		       : at(at(tstate + in.facts.tstate_interp, 8) + l->interp_monitoring, 8);
	same("code_instrumented", at(fact("again") + l->code_instrumented, 8), want);
	if (at(fact("texts") + l->code_instrumented, 8) == want) {
		printf("# code_instrumented of a function that did not run since\n");
		failed = 1;
	}
}

static void check_way(void)
{
	struct tstate_way w;
	const char *why = "";

	if (tstate_way__find(&w, &in, &why)) {
		printf("# no thread state: %s\n", why);
		failed = 1;
	} else if (w.how == TSTATE_THREADS) {
		same("thread state by %fs", at(fact("tcb") + w.arg, 8), fact("tstate"));
	} else if (w.how == TSTATE_GLOBAL) {
		same("thread state", at(w.arg, 8), fact("tstate"));
	}
}

int main(int argc, char **argv)
{
	const char *why = "", *name = argc == 3 ? argv[2] : "";
	size_t n = 0;

	while (n < 64 &&
	       scanf("%31s %llu", facts[n].name, (unsigned long long *)&facts[n].value) == 2)
		n++;
	if (argc != 3 || interp__of_pid(&in, atoi(argv[1]), &why) || !in.layout) {
		printf("not ok layout %s - %s\n", name, why);
		return 1;
	}
	l = in.layout;
	mem = procmem__open(in.pid);
	check_code();
	check_strs();
	check_frames();
	check_tstate();
	check_instrumentation();
	check_way();
	printf(failed ? "not ok layout %s - not as the table says\n" : "ok layout %s\n", name);
	interp__close(&in);
	return failed;
}
