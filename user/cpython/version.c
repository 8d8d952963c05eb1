/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Before 3.11 there is no version symbol. Py_GetVersion has the version as a string beside its
 * format, but the linker may have made it the tail of another: the installation's prefix, where
 * that is called by its version. Builds with all modules inside hold strings like it that are
 * others' (SQLite's, and a version of Unicode), so a name is heard too.
 */
#include "cpython/version.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The minor versions that the strings are asked for. */
#define OLDEST 6
#define NEWEST 10

/* What the strings say. */
struct evidence {
	unsigned int minors; /* a bit each */
	bool several;	     /* different texts of the wanted minor version */
	char text[VERSION_TEXT];
};

/* "3.9.2", "3.10.0rc1", "3.11.0+": the whole of s. The minor version; -1: it is none. */
static int minor_of(const char *s, size_t len)
{
	char buf[VERSION_TEXT];
	unsigned int major, minor, micro;
	int at = 0;

	if (len < 5 || len >= sizeof(buf) || s[0] != '3' || s[1] != '.')
		return -1;
	memcpy(buf, s, len);
	buf[len] = '\0';
	if (sscanf(buf, "%u.%u.%u%n", &major, &minor, &micro, &at) < 3 || minor > 99)
		return -1;
	return buf[at + strspn(buf + at, "abrc+0123456789")] ? -1 : (int)minor;
}

/* Hears one string, of which the part behind the last slash counts; wanted: a minor version, or 0
 * for any. */
static void hear(struct evidence *v, const char *s, size_t len, int wanted)
{
	const char *slash = memrchr(s, '/', len), *tail = slash ? slash + 1 : s;
	size_t n = s + len - tail;
	int minor = minor_of(tail, n);

	if (minor < OLDEST || minor > NEWEST)
		return;
	v->minors |= 1u << minor;
	if (wanted && minor != wanted)
		return;
	v->several |= *v->text && (strlen(v->text) != n || memcmp(v->text, tail, n));
	snprintf(v->text, sizeof(v->text), "%.*s", (int)n, tail);
}

static void hear_strings(struct evidence *v, struct elf *e, int wanted)
{
	size_t size;
	uint64_t addr;
	const char *p = elf__section(e, ".rodata", &size, &addr), *end = p ? p + size : NULL, *nul;

	for (; p && p < end; p = nul + 1) {
		nul = memchr(p, 0, end - p);
		if (!nul)
			return;
		hear(v, p, nul - p, wanted);
	}
}

/* The minor version in "libpython3.10.so.1.0" or "/usr/bin/python3.10"; 0: none. */
static int minor_of_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL, *name = slash ? slash + 1 : path;
	unsigned int minor;

	if (!name || (sscanf(name, "libpython3.%2u", &minor) != 1 &&
		      sscanf(name, "python3.%2u", &minor) != 1))
		return 0;
	return minor;
}

static uint16_t by_evidence(struct elf *e, const char *path, char text[VERSION_TEXT])
{
	int of_library = minor_of_name(elf__soname(e)), of_file = minor_of_name(path);
	int named = of_library ? of_library : of_file;
	struct evidence v = {};

	if ((of_file && of_file != named) || named > NEWEST)
		return 0;
	hear_strings(&v, e, named);
	if (v.minors && (v.minors & (v.minors - 1)) && !named)
		return 0; /* of two minor versions, and no name */
	if (v.minors && named && !(v.minors & 1u << named))
		return 0; /* of another than the name's */
	if (!named && (!v.minors || v.several))
		return 0;
	if (!named)
		named = __builtin_ctz(v.minors);
	if (*v.text && !v.several)
		snprintf(text, VERSION_TEXT, "%s", v.text);
	else
		snprintf(text, VERSION_TEXT, "3.%d", named);
	return 0x0300 | named;
}

uint16_t version__of(struct elf *e, const char *path, char text[VERSION_TEXT])
{
	static const char *const levels[16] = {[0xa] = "a", [0xb] = "b", [0xc] = "rc"};
	uint64_t addr, size, hex = 0;

	*text = '\0';
	if (!elf__symbol(e, "Py_Version", &addr, &size) || !elf__read(e, addr, &hex, 8))
		return by_evidence(e, path, text);
	snprintf(text, VERSION_TEXT, "%u.%u.%u", (unsigned)(hex >> 24) & 255,
		 (unsigned)(hex >> 16) & 255, (unsigned)(hex >> 8) & 255);
	if (levels[hex >> 4 & 15])
		snprintf(text + strlen(text), 8, "%s%u", levels[hex >> 4 & 15], (unsigned)hex & 15);
	return hex >> 16;
}
