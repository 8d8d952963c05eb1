/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Figures for people: units by size, three digits. All return text to be freed. */
#ifndef BPFPROF_UNITS_H
#define BPFPROF_UNITS_H

#include <stdint.h>

char *units__time(int64_t ns);		   /* "5.34 ms", "267 ms", "-12 ns" */
char *units__bytes(int64_t n);		   /* "512 B", "1.50 KiB" */
char *units__count(uint64_t n);		   /* "15,050" */
char *units__share(double share);	   /* of 1: "46 %", "<1 %", "" for none */
char *units__bar(double share, int width); /* of 1, in eighths of a column */

#endif
