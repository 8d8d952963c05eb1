/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The file that a process says it runs: as one on disk, and as the kernel's library in memory. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arch/regs.h"
#include "base/mem.h"
#include "cpython/interp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_probes(struct elf *e)
{
	struct usdt_sites sites = {0};

	elf__usdt(e, "python", "function__entry", &sites);
	for (size_t i = 0; i < sites.n; i++) {
		for (unsigned int n = 0; n < 4; n++)
			usdt_arg__reg(sites.v[i].args, n);
		free(sites.v[i].args);
	}
	free(sites.v);
}

static void read_all(struct elf *e)
{
	struct elf_segment s;
	uint64_t addr = 0, size;
	size_t bytes;
	char buf[64], *text = NULL;

	if (!e)
		return;
	for (size_t n = 0; n < 64 && elf__segment(e, n, &s); n++) {
		elf__load(e, s.addr + s.size - sizeof(buf), buf, sizeof(buf));
		elf__address(e, elf__offset(e, s.addr));
	}
	if (elf__symbol(e, "Py_Version", &addr, &size))
		elf__read(e, addr, buf, sizeof(buf));
	if (elf__needed_libpython(e) || elf__soname(e))
		text = xstrdup("named");
	free(text);
	if (elf__section(e, ".PyRuntime", &bytes, &addr))
		elf__offset(e, addr);
	read_probes(e);
	elf__close(e);
}

/* The whole of discovery, from a file of those bytes. */
static void discover(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[64];
	struct interp in = {0};
	const char *why = NULL;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	read_all(elf__open(path));
	if (interp__of_file(&in, path, &why) && !why)
		abort();
	interp__close(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *image = xcalloc(1, size + 1);

	memcpy(image, data, size);
	read_all(elf__of_memory(image, size));
	free(image);
	discover(data, size);
	return 0;
}
