/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By the PEP 523 slots: in each interpreter state a pointer to the evaluator. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cpython/interp.h"
#include "cpython/stands.h"
#include "cpython/tstate.h"
#include "hook/parts.h"
#include "process/procmap.h"
#include "process/procmem.h"

/* The variant that stands for what a slot held; a new one where there is room, which a stub that is
 * mapped has to be told. -1: none is left. */
static int variant_of(struct hook *f, const struct interp *in, uint64_t before)
{
	uint64_t evaluator = before ? before : in->facts.evaluator + in->bias;

	for (uint32_t i = 0; i < f->nbefore; i++) {
		if (f->config.before[i] == before)
			return i;
	}
	if (f->nbefore == STUB_VARIANTS)
		return -1;
	f->config.before[f->nbefore] = before;
	f->config.evaluator[f->nbefore] = evaluator;
	return f->nbefore++;
}

/* What the slot held before a stub: one that lives is another bpfprof's (-EBUSY), one that does
 * not left the slot because no Python function has been called since. */
static int see_through(const struct hook *f, const struct procmap *stubs, uint64_t *value)
{
	struct stub_config config;
	struct stub_head head;

	if (!stubs->start || *value - stubs->start >= stubs->end - stubs->start)
		return 0;
	if (hook__is_alive(f, stubs->start))
		return -EBUSY;
	if (!hook__is_stub(f->mem, stubs->start) ||
	    !procmem__read(f->mem, stubs->start, &head, sizeof(head)) ||
	    !procmem__read(f->mem, stubs->start + STUB_CONFIG, &config, sizeof(config)))
		return -EFAULT;
	for (uint32_t i = 0; i < STUB_VARIANTS; i++) {
		if (*value == stubs->start + head.eval[i]) {
			*value = config.before[i];
			return 0;
		}
	}
	return -EFAULT;
}

static struct hook_slot *slot_at(struct hook *f, uint64_t addr)
{
	for (uint32_t i = 0; i < f->nslots; i++) {
		if (f->slots[i].addr == addr)
			return &f->slots[i];
	}
	return NULL;
}

static uint64_t ours_in(const struct hook *f, uint32_t variant)
{
	return hook__at(f, f->head.eval[variant]);
}

/* Which of our variants a slot holds; -1: none. Another tool puts back what it found. */
static int held_variant(const struct hook *f, uint64_t value)
{
	for (uint32_t i = 0; f->base && i < f->nbefore; i++) {
		if (value == ours_in(f, i))
			return i;
	}
	return -1;
}

/* What is to stand for a value that is not ours. -1 with f->why. */
static int take_over(struct hook *f, const struct interp *in, uint64_t value)
{
	struct procmap stubs = {0};
	int error, variant;

	procmap__find(f->pid, "/memfd:bpfprof-", &stubs);
	error = see_through(f, &stubs, &value);
	if (!error && value && !procmap__holds(f->pid, value))
		return hook__fail(
			f, "its evaluator slot is not where it should be; report this build");
	if (error == -EBUSY)
		return hook__not_alone(f);
	variant = error ? -1 : variant_of(f, in, value);
	return variant < 0 ? hook__fail(f, "its interpreters use too many evaluators; detach other "
					   "tools")
			   : variant;
}

/* A slot that is ours, or is to be. */
static int add_slot(struct hook *f, const struct interp *in, uint64_t addr)
{
	struct hook_slot *slot = slot_at(f, addr);
	uint64_t value;
	int variant;

	if ((!slot && f->nslots == HOOK_SLOTS) ||
	    !procmem__read(f->mem, addr, &value, sizeof(value)))
		return hook__fail(f, "it has more than %d interpreters; close some", HOOK_SLOTS);
	variant = held_variant(f, value);
	if (variant < 0)
		variant = take_over(f, in, value);
	if (variant < 0)
		return -1;
	if (!slot)
		slot = &f->slots[f->nslots++];
	*slot = (struct hook_slot){addr, variant};
	return 0;
}

/* The slots of all interpreters, up to HOOK_SLOTS: a list that changes under us ends too. */
static uint32_t list_slots(const struct hook *f, const struct interp *in,
			   uint64_t addrs[HOOK_SLOTS])
{
	uint64_t at = in->facts.head + in->bias, interp;
	uint32_t n = 0;

	while (n < HOOK_SLOTS && procmem__read(f->mem, at, &interp, sizeof(interp)) && interp) {
		addrs[n++] = interp + in->facts.interp_slot;
		at = interp + in->facts.interp_next;
	}
	return n;
}

static int add_slots(struct hook *f, const struct interp *in, const uint64_t *addrs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (add_slot(f, in, addrs[i]))
			return -1;
	}
	return n ? 0 : hook__fail(f, "its interpreter has not started yet; try again");
}

static bool is_listed(uint64_t addr, const uint64_t *addrs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (addrs[i] == addr)
			return true;
	}
	return false;
}

/* 3.8's evaluators are not passed the thread state. */
static int find_tstate(struct hook *f, const struct interp *in)
{
	struct tstate_way w;
	const char *why = "its thread state is not where it should be";

	if (!in->layout->no_tstate)
		return 0;
	if (tstate_way__find(&w, in, &why) || w.how != TSTATE_GLOBAL)
		return hook__fail(f, "%s; use --usdt", why);
	f->config.tstate_arg = w.arg;
	return 0;
}

/* What tells whether a frame has begun, and whether it ends or is suspended; up to 3.10. */
static bool find_suspended(struct hook *f, const struct interp *in)
{
	struct acc_stands stands;

	if (!stands__by_frame(&stands, in->version))
		return false;
	f->config.frame_lasti = stands.lasti;
	f->config.lasti_shift = stands.lasti_shift;
	f->config.frame_stack = stands.stack;
	f->config.frame_state = stands.state;
	f->config.code_code = stands.code_code;
	hook__find_awaited(f, in);
	return true;
}

static int find(struct hook *f, const struct interp *in)
{
	uint64_t addrs[HOOK_SLOTS];

	if (!find_suspended(f, in) && f->config.coroutines)
		return hook__fail(f,
				  "its coroutines are timed by its dispatch table alone, and %s; "
				  "leave out --coroutines",
				  f->not_table);
	py_numbers__find(&f->numbers, in, f->mem);
	return find_tstate(f, in) ? -1 : add_slots(f, in, addrs, list_slots(f, in, addrs));
}

/* The stub's constants, where a tool has set an evaluator since they were mapped: it may call what
 * it found there, which is a variant of ours too. */
static int tell_variants(struct hook *f, struct inject *inj)
{
	f->config.layered = 1;
	return hook__write_over(f, inj, f->base + STUB_CONFIG, &f->config, sizeof(f->config));
}

static int set_slots(struct hook *f, const struct interp *in, struct inject *inj)
{
	const uint32_t known = f->nbefore;
	uint64_t addrs[HOOK_SLOTS];
	uint32_t n = list_slots(f, in, addrs);

	if (add_slots(f, in, addrs, n) || (f->nbefore > known && tell_variants(f, inj)))
		return -1;
	for (uint32_t i = 0; i < f->nslots; i++) {
		uint64_t ours = ours_in(f, f->slots[i].variant);

		if (!procmem__write(f->mem, f->slots[i].addr, &ours, sizeof(ours)))
			return hook__fail(f, "its evaluator slot cannot be written: %s",
					  strerror(errno));
	}
	hook__note_entered(f, in, addrs, n);
	return 0;
}

/* Slots of interpreters that are no more, or that somebody else has set since, are not touched. */
static int unset_slots(struct hook *f, const struct interp *in, struct inject *inj)
{
	uint64_t addrs[HOOK_SLOTS];
	uint32_t n = list_slots(f, in, addrs);

	(void)inj;
	hook__see_made(f);
	for (uint32_t i = 0; i < f->nslots; i++) {
		const uint64_t addr = f->slots[i].addr;
		uint64_t value;
		int held;

		if (!is_listed(addr, addrs, n) ||
		    !procmem__read(f->mem, addr, &value, sizeof(value)))
			continue;
		held = held_variant(f, value);
		if (held >= 0)
			procmem__write(f->mem, addr, &f->config.before[held], sizeof(value));
	}
	return 0;
}

/* Whether calls in that interpreter come to the stub, or will when the C stack is long again. */
static bool is_entered(const struct hook *f, uint64_t addr, uint64_t value)
{
	uint64_t flipped = 0;

	if (held_variant(f, value) >= 0)
		return true;
	procmem__read(f->mem, f->base + STUB_STATE + offsetof(struct stub_state, flipped), &flipped,
		      sizeof(flipped));
	for (uint32_t i = 0; flipped && i < f->nslots; i++) {
		if (f->slots[i].addr == addr)
			return value == f->config.before[f->slots[i].variant];
	}
	return false;
}

/* Interpreters that have come since, or whose evaluator somebody else has set. */
static uint32_t missing_slots(const struct hook *f, const struct interp *in)
{
	uint64_t addrs[HOOK_SLOTS], value;
	uint32_t n = list_slots(f, in, addrs), missing = 0;

	for (uint32_t i = 0; i < n; i++)
		missing += procmem__read(f->mem, addrs[i], &value, sizeof(value)) &&
			   !is_entered(f, addrs[i], value);
	return missing;
}

const struct hook_way hook_slot = {.name = "evaluator slot",
				   .find = find,
				   .set = set_slots,
				   .unset = unset_slots,
				   .missing = missing_slots};

const char *hook__look(const struct interp *in)
{
	struct hook f = {.pid = in->pid, .mem = procmem__open(in->pid)};
	uint64_t addrs[HOOK_SLOTS], value = 0;
	struct procmap stubs = {0};
	uint32_t n = f.mem < 0 ? 0 : list_slots(&f, in, addrs);
	bool read = n && procmem__read(f.mem, addrs[n - 1], &value, sizeof(value));

	if (f.mem >= 0)
		close(f.mem);
	procmap__find(in->pid, "/memfd:bpfprof-", &stubs);
	if (!read)
		return "cannot be read yet";
	if (!value || value == in->facts.evaluator + in->bias)
		return "CPython's own evaluator";
	return value - stubs.start < stubs.end - stubs.start
		       ? "bpfprof's stub"
		       : "another tool's evaluator, which will be called through";
}
