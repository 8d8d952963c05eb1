/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By the slot each interpreter is entered for itself, at a look: one that ends before was not
 * counted at all. How many were made is known by their numbers, and of these how many were entered.
 */
#include "cpython/interp.h"
#include "hook/parts.h"
#include "process/procmem.h"

/* False, too, where the numbers are not what they should be: each older one has a lower one, and
 * the first has 0. */
static bool read_numbers(const struct hook *f, const struct interp *in, const uint64_t *slots,
			 uint32_t n, int64_t *numbers)
{
	int64_t above;

	if (!f->numbers.own || !procmem__read(f->mem, f->numbers.next, &above, sizeof(above)))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		const uint64_t interp = slots[i] - in->facts.interp_slot;

		if (!procmem__read(f->mem, interp + f->numbers.own, &numbers[i], 8) ||
		    numbers[i] < 0 || numbers[i] >= above)
			return false;
		above = numbers[i];
	}
	return n && !above;
}

void hook__see_made(struct hook *f)
{
	procmem__read(f->mem, f->numbers.next, &f->next_number, sizeof(f->next_number));
}

static void begin(struct hook *f, bool are_numbered)
{
	if (!are_numbered)
		f->numbers.own = 0;
	f->first_number = f->next_number;
	f->entered_up_to = f->next_number;
}

void hook__note_entered(struct hook *f, const struct interp *in, const uint64_t *slots, uint32_t n)
{
	int64_t numbers[HOOK_SLOTS];
	bool are_numbered = read_numbers(f, in, slots, n, numbers);

	hook__see_made(f);
	if (!f->armed)
		begin(f, are_numbered);
	if (!are_numbered)
		return;
	for (uint32_t i = 0; i < n && numbers[i] >= f->entered_up_to; i++)
		f->entered++;
	if (numbers[0] >= f->entered_up_to)
		f->entered_up_to = numbers[0] + 1;
}

uint64_t hook__never_entered(const struct hook *f, int64_t next)
{
	int64_t made = (next > f->next_number ? next : f->next_number) - f->first_number;

	return f->numbers.own && made > f->entered ? made - f->entered : 0;
}
