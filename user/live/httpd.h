/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libmicrohttpd, loaded where something is served: it brings nine other libraries along, for which
 * a run that only measures would wait, and which root would have in it for nothing.
 */
#ifndef BPFPROF_HTTPD_H
#define BPFPROF_HTTPD_H

#include <microhttpd.h>

/* Its functions, by their names without MHD_; NULL before httpd__load. */
extern struct httpd {
#define HTTPD(name) __typeof__(MHD_##name) *name;
#include "live/httpd.def"
#undef HTTPD
} httpd;

/* 0; -1 after one line. It stays loaded. */
int httpd__load(void);

#endif
