/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Fields of CSV files. */
#include "report/csvout.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

void csv__field(const char *text, FILE *out)
{
	char *safe = escaped(text, ESCAPE_CSV);

	if (!strpbrk(safe, ",\"\r\n")) {
		fputs(safe, out);
		free(safe);
		return;
	}
	putc('"', out);
	for (const char *c = safe; *c; c++) {
		if (*c == '"')
			putc('"', out);
		putc(*c, out);
	}
	putc('"', out);
	free(safe);
}
