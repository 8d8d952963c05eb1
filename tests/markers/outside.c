/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The control object as somebody outside finds it: by the notes in the program headers of what is
 * mapped, without symbols, written through /proc/self/mem. It must be the one that the inline half
 * reads, however the library was linked.
 */
#include <bpfprof.h>

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(struct bpfprof_control) == BPFPROF_CONTROL_BYTES, "bytes");
_Static_assert(offsetof(struct bpfprof_control, off) == 12, "off");
_Static_assert(offsetof(struct bpfprof_control, clears) == 16, "clears");
_Static_assert(offsetof(struct bpfprof_control, track_off) == 24, "track_off");
_Static_assert(offsetof(struct bpfprof_control, track_name) == 1048, "track_name");
_Static_assert(sizeof(struct bpfprof_block) == 32, "block");
_Static_assert(offsetof(struct bpfprof_block, name) == 8, "name");
_Static_assert(offsetof(struct bpfprof_block, group) == 24, "group");

static uintptr_t found;
static int n_found;

static void look_at(const char *note, const char *end)
{
	while (note + sizeof(ElfW(Nhdr)) <= end) {
		const ElfW(Nhdr) *head = (const void *)note;
		const char *name = note + sizeof(*head);
		const char *desc = name + ((head->n_namesz + 3) & ~3u);
		int64_t distance;

		note = desc + ((head->n_descsz + 3) & ~3u);
		if (head->n_type != BPFPROF_NOTE_CONTROL || head->n_namesz != 8 ||
		    memcmp(name, "bpfprof", 8))
			continue;
		memcpy(&distance, desc, 8);
		found = (uintptr_t)desc + (uintptr_t)distance;
		n_found++;
	}
}

static int each_object(struct dl_phdr_info *info, size_t size, void *ctx)
{
	(void)size;
	(void)ctx;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		const char *start = (const char *)(info->dlpi_addr + p->p_vaddr);

		if (p->p_type == PT_NOTE && p->p_align == 4)
			look_at(start, start + p->p_memsz);
	}
	return 0;
}

static int outside_write(size_t offset, const void *value, size_t size)
{
	int fd = open("/proc/self/mem", O_WRONLY);
	ssize_t n = pwrite(fd, value, size, (off_t)(found + offset));

	close(fd);
	return n == (ssize_t)size;
}

static int try_switches(void)
{
	const uint32_t one = 1, zero = 0;
	const uint8_t off = 1;

	if (!bpfprof_is_on(7))
		return 1;
	if (!outside_write(offsetof(struct bpfprof_control, off), &one, 4) || bpfprof_is_on(7))
		return 2;
	if (!outside_write(offsetof(struct bpfprof_control, off), &zero, 4) || !bpfprof_is_on(7))
		return 3;
	if (!outside_write(offsetof(struct bpfprof_control, track_off) + 7, &off, 1) ||
	    bpfprof_is_on(7) || !bpfprof_is_on(8))
		return 4;
	return 0;
}

int main(void)
{
	const struct bpfprof_control *control;
	int step;

	dl_iterate_phdr(each_object, NULL);
	control = (const struct bpfprof_control *)found;
	if (n_found != 1 || control->magic != BPFPROF_CONTROL_MAGIC ||
	    control->bytes != sizeof(*control)) {
		printf("%d notes\n", n_found);
		return 1;
	}
	step = try_switches();
	bpfprof_track_name(7, "seven");
	if (step || strcmp(control->track_name[7], "seven")) {
		printf("step %d\n", step);
		return 1;
	}
	return 0;
}
