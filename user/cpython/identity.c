/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The same arithmetic on the same words as in the process and in the kernel. */
#include "cpython/identity.h"

#include <linux/types.h>
#include <string.h>

#define ACC_INLINE static inline
#include "bpfprof/abi.h"
#include "bpfprof/key.h"

/* The process that is looked at, and whether all of it could be read. */
static const struct py_live *looked_at;
static bool is_read;

static __u64 word_at(__u64 addr)
{
	uint64_t word = 0;

	is_read &= py_live__word(looked_at, addr, &word);
	return word;
}

static __u32 half_at(__u64 addr)
{
	int32_t half = 0;

	is_read &= py_live__int(looked_at, addr, &half);
	return half;
}

#define AT(p, o)   word_at((p) + (o))
#define AT32(p, o) half_at((p) + (o))
#define config	   (*looked_at->layout)
#include "bpfprof/content.h"

bool py_identity__is_dynamic(const char *file)
{
	return file[0] == '<' && file[1] != 'f';
}

/* The first words of an ASCII string, zeros behind its end. */
static void read_start(__u64 str, __u64 words[ACC_CONTENT_WORDS])
{
	const __u64 most = ACC_CONTENT_WORDS * sizeof(*words) - 1;
	__u64 length = AT(str, config.str_length);

	memset(words, 0, ACC_CONTENT_WORDS * sizeof(*words));
	is_read &= pages__read(looked_at->pages, str + config.str_ascii, words,
			       length < most ? length : most);
}

/* As edge_closely of usdt.bpf.h: what comes from no file is told apart by content too. */
static __u64 ident_at_probes(__u64 code)
{
	struct acc_call c = {.code = code};
	__u64 words[2][ACC_CONTENT_WORDS], key = 0;

	c.line = AT32(code, config.code_firstlineno);
	c.names[0] = AT(code, config.code_filename);
	c.names[1] = AT(code, config.code_name);
	c.names[2] = config.code_qualname ? AT(code, config.code_qualname) : 0;
	c.version = config.code_version ? AT32(code, config.code_version) : 0;
	c.ident = acc_ident_of_probes(&c);
	for (int i = 0; i < 2 && is_read; i++) {
		read_start(c.names[i], words[i]);
		key = acc_key_of_content(key, words[i]);
	}
	if (!is_read || c.version || !py_identity__is_dynamic((const char *)words[0]))
		return c.ident;
	return acc_key(c.ident, key);
}

bool py_identity__of(struct py_live *live, uint64_t code, enum py_identity_by by,
		     struct py_identity *id)
{
	__u64 cheap;

	looked_at = live;
	is_read = true;
	id->flags = AT32(code, config.code_flags);
	if (by == PY_BY_PROBE) {
		id->cheap = 0;
		id->ident = ident_at_probes(code);
		return is_read;
	}
	cheap = cheap_of_number(code);
	if (!cheap)
		cheap = cheap_of_content(code);
	id->ident = ident_of(cheap);
	id->cheap = by == PY_BY_STUB ? cheap : id->ident;
	return is_read;
}
