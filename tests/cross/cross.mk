# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Another processor: built with its compiler against a tree of Debian for it, run by qemu. Its unit
# tests have no sanitizers, which qemu would not run.
CROSS_TREE := $(CACHE)/aarch64
CROSS_MAKE = $(MAKE) --no-print-directory O=$(O)/aarch64 ARCH=aarch64 \
             CC='aarch64-linux-gnu-gcc --sysroot=$(CROSS_TREE)' LD=aarch64-linux-gnu-ld \
             AR=aarch64-linux-gnu-ar OBJCOPY=aarch64-linux-gnu-objcopy
# On a mirror that has nothing for it: against this machine's headers, linked where no library is wanted.
CROSS_MAKE_BARE = $(CROSS_MAKE) CC='aarch64-linux-gnu-gcc -idirafter /usr/include -idirafter /usr/include/$(shell uname -m)-linux-gnu' LIBS=-lm

CROSS_UNIT := $(patsubst tests/unit/%.c,$(O)/tests/plain/%,$(UNIT_SRC))
cross-programs: $(O)/bpfprof $(LIBRARY) $(O)/tests/markers/example $(CROSS_UNIT)

cross-objects: $(USER_OBJ) $(LIBRARY) $(O)/tests/markers/example $(filter-out %/test_base %/test_top,$(CROSS_UNIT))

$(O)/libunit.a: $(UNIT_LIB:%.c=$(O)/%.o) $(O)/user/marker/marker.o $(PAGE)
	$(call msg,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(O)/tests/plain/test_%: $(O)/tests/unit/test_%.o $(O)/libunit.a
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $^ $(LIBS) -o $@

cross-checked:
	@BPFPROF_CACHE=$(CACHE) tests/fetch-aarch64.sh || echo 'so it is built as far as that goes without'
	+@[ -e $(CROSS_TREE)/.complete ] && exec $(CROSS_MAKE) cross-programs || exec $(CROSS_MAKE_BARE) cross-objects
