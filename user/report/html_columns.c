/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Times and counts, reasons, reads and writes, coroutines. */
#include "report/html_columns.h"

#include "model/profile.h"

const struct html_column html_columns[] = {
#define AT(field) offsetof(struct prof_stat, field), false
	{"calls", AT(ncalls), true},
	{"primitive", AT(primitive_calls), true},
	{"open", AT(open), true},
	{"own_wall", AT(tottime_ns), true},
	{"own_off", AT(own_away.off_ns), true},
	{"own_wait", AT(own_away.wait_ns), true},
	{"cum_wall", AT(cumtime_ns), false},
	{"cum_off", AT(cum_away.off_ns), false},
	{"cum_wait", AT(cum_away.wait_ns), false},
#define ACC_REASON(ID, name, what)                                                                 \
	{"own_" #name, AT(own_away.reason_ns[PROF_REASON_##ID]), true},                            \
		{"cum_" #name, AT(cum_away.reason_ns[PROF_REASON_##ID]), false},
#include "bpfprof/reasons.def"
#define IO_AT(field) offsetof(struct prof_ios, field), true, false
#define IO_COLUMNS(kind, which, i)                                                                 \
	{#which "_" #kind "_reads", IO_AT(which.reads[i])},                                        \
		{#which "_" #kind "_read", IO_AT(which.read_bytes[i])},                            \
		{#which "_" #kind "_writes", IO_AT(which.writes[i])},                              \
		{#which "_" #kind "_written", IO_AT(which.written_bytes[i])},
#define ACC_IO(ID, name, what)                                                                     \
	IO_COLUMNS(name, own, PROF_IO_##ID) IO_COLUMNS(name, cum, PROF_IO_##ID)
#include "bpfprof/io.def"
	{"own_failed", IO_AT(own.failed)},
#define LIFE_COUNT(name) {"life_" #name, AT(life.name), false},
#define LIFE_TIME(name)	 {"life_" #name, AT(life.name##_ns), false},
	PROF_LIFE_MEMBERS(LIFE_COUNT, LIFE_TIME){0},
};
