/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The page of report "html" around its data, as user/report/html/bundle.py joined it. */
	.section .rodata
	.globl	html_before, html_before_end, html_between, html_between_end, html_after, html_after_end
html_before:
	.incbin	"html.before"
html_before_end:
html_between:
	.incbin	"html.between"
html_between_end:
html_after:
	.incbin	"html.after"
html_after_end:
	.section .note.GNU-stack, "", @progbits
