/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Names as the tables hold them, into valid UTF-8. */
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "reader/parts.h"

enum acc_kind code__kind(const struct acc_code *c)
{
	__u8 kind = ONCE(c->kind);

	return kind < ACC_KIND_COUNT ? kind : ACC_KIND_PYTHON;
}

char *name__text(const struct tables *t, const struct acc_name *from)
{
	struct acc_name n = *from;
	char *text, *cut;

	__asm__ volatile("" : "+m"(n));
	if ((n.state != ACC_NAME_READ && n.state != ACC_NAME_CUT) || n.offset >= t->size.names ||
	    n.bytes > ACC_NAME_MAX)
		return xstrdup("<unreadable>");
	text = utf8_from(t->names + n.offset, n.bytes, n.width);
	if (n.state != ACC_NAME_CUT)
		return text;
	cut = strrchr(text, '\\');
	/* the cut may have fallen into a character, whose start then shows as \x.. escapes */
	while (cut && strlen(cut) == 4 && cut[1] == 'x') {
		*cut = '\0';
		cut = strrchr(text, '\\');
	}
	return text;
}

char *name__or_null(const struct tables *t, const struct acc_name *n)
{
	return ONCE(n->state) == ACC_NAME_NONE ? NULL : name__text(t, n);
}
