/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* C functions as rows: whether the stub can be told of their calls, and whether it still is. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "cpython/interp.h"
#include "cpython/tstate.h"
#include "hook/parts.h"
#include "process/elf.h"
#include "process/procmem.h"

#define LOOK_MS	  5
#define LOOKS_MAX 40

static const char *const symbols[] = {
#define STUB_SYMBOL(id, symbol) symbol,
#include "bpfprof/cfuncs.def"
};

static int find_symbols(struct hook *f, const struct interp *in)
{
	struct elf *e = elf__open(in->open_path);
	uint64_t addr, size;
	int error = e ? 0 : hook__fail(f, "its file cannot be read: %s", strerror(errno));

	for (size_t i = 0; i < STUB_SYMBOLS && !error; i++) {
		if (elf__symbol(e, symbols[i], &addr, &size))
			f->config.symbol[i] = addr + in->bias;
		else if (i != STUB_CMETHOD || in->version > 0x0308) /* 3.8 has no such type */
			error = hook__fail(f, "it does not export %s", symbols[i]);
	}
	elf__close(e);
	return error;
}

/* A thread state's profile function, up to 3.11, and the flag that one is set. */
static const struct profile_fields {
	uint16_t version;
	uint8_t function, flag, tracing, in_cframe, set;
} profile_fields[] = {
	{0x0308, 56, 48, 44, 0, 1},
	{0x0309, 56, 48, 44, 0, 1},
	{0x030a, 56, 48, 44, 1, 1},
	{0x030b, 64, 56, 44, 1, 255},
};

static int find_profile(struct hook *f, const struct interp *in)
{
	const struct profile_fields *p = profile_fields;
	const char *why = "";
	struct tstate_way w;

	while (p->version != in->version)
		p++;
	if (tstate_way__find(&w, in, &why) || w.how != TSTATE_GLOBAL)
		return hook__fail(f, "its thread state is not where it should be");
	f->config.tstate_kind = STUB_TSTATE_GLOBAL;
	f->config.tstate_arg = w.arg;
	f->config.tstate_profile = p->function;
	f->config.tstate_flag = p->flag;
	f->config.tstate_tracing_now = p->tracing;
	f->config.flag_in_cframe = p->in_cframe;
	f->config.flag_set = p->set;
	return 0;
}

static int find(struct hook *f, const struct interp *in)
{
	if (!f->config.inlined)
		return hook__fail(f, "only backend inline counts them");
	if (f->by_slot && in->version > 0x030a)
		return hook__fail(f, "its dispatch table is not used");
	return find_symbols(f, in) || (in->version <= 0x030b && find_profile(f, in)) ? -1 : 0;
}

void hook__find_builtins(struct hook *f, const struct interp *in)
{
	if (f->config.builtins && find(f, in)) {
		memcpy(f->not_builtins, f->why, sizeof(f->not_builtins));
		f->config.builtins = 0;
	}
	f->config.on_enter = f->config.builtins || f->config.invalidate;
}

static bool read_cfuncs(const struct hook *f, uint64_t base, struct stub_cfuncs *c)
{
	return procmem__read(f->mem, base + STUB_CFUNCS, c, sizeof(*c));
}

bool hook__is_called(const struct hook *f, uint64_t base)
{
	struct stub_cfuncs c;
	uint64_t any;

	if (!read_cfuncs(f, base, &c))
		return false;
	any = c.kept;
	for (size_t i = 0; i < STUB_INTERPS; i++)
		any |= c.armed[i].arming == STUB_ARMED || c.armed[i].arming == STUB_BUSY;
	return any;
}

static bool by_monitoring(const struct hook *f)
{
	return f->config.builtins && !f->config.tstate_profile;
}

void hook__await_disarmed(const struct hook *f)
{
	for (int i = 0; i < LOOKS_MAX && by_monitoring(f) && hook__is_called(f, f->base); i++)
		poll(NULL, 0, LOOK_MS);
}

static const char *const refusals[] = {
	[STUB_NO_TOOL] = "others have its monitoring tools 3 and 4",
	[STUB_NO_MODULE] = "it has no sys.monitoring",
	[STUB_REFUSED] = "its sys.monitoring does not let itself be used",
};

/* Why not in that interpreter; NULL: nothing is in the way, or not yet. */
static const char *why_unarmed(const struct stub_armed *a, bool last)
{
	if (last && a->arming == STUB_NOT_ARMED && a->looks)
		return refusals[STUB_NO_MODULE];
	return a->arming < sizeof(refusals) / sizeof(*refusals) ? refusals[a->arming] : NULL;
}

const char *hook__why_no_builtins(struct hook *f, bool last)
{
	struct stub_cfuncs c;
	const char *why = NULL;

	if (*f->not_builtins || !f->config.builtins || !read_cfuncs(f, f->base, &c))
		return *f->not_builtins ? f->not_builtins : NULL;
	for (size_t i = 0; i < STUB_INTERPS && !why; i++)
		why = why_unarmed(&c.armed[i], last);
	return why;
}
