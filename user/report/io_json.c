/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The names stand in the order of the struct. */
#include "report/io_json.h"

const char *const io_json_names[PROF_IO_FIGURES] = {
#define ACC_IO(ID, name, what) #name "_reads",
#include "bpfprof/io.def"
#define ACC_IO(ID, name, what) #name "_read_bytes",
#include "bpfprof/io.def"
#define ACC_IO(ID, name, what) #name "_writes",
#include "bpfprof/io.def"
#define ACC_IO(ID, name, what) #name "_written_bytes",
#include "bpfprof/io.def"
	"failed",
};

static int load(struct prof_io *io, const json_t *from)
{
	if (from && !json_is_object(from))
		return -1;
	for (size_t i = 0; i < PROF_IO_FIGURES; i++) {
		const json_t *v = json_object_get(from, io_json_names[i]);
		json_int_t value = json_integer_value(v);

		if ((v && !json_is_integer(v)) || value < 0 || value > PROF_NS_MAX)
			return -1;
		PROF_IO_FIGURE(io, i) = value;
	}
	return 0;
}

int io_json__load(struct profile *p, enum prof_rows of, size_t row, const json_t *object)
{
	const json_t *own = json_object_get(object, "own_io");
	const json_t *cum = json_object_get(object, "cum_io");
	struct prof_ios *io;

	if (!own && !cum)
		return 0;
	io = profile__make_io(p, of, row);
	return load(&io->own, own) || load(&io->cum, cum) ? -1 : 0;
}
