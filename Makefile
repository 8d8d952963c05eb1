# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# bpfprof: "make help" names the targets.

V       ?= 0
O       ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CLANG   ?= clang
BPFTOOL ?= $(firstword $(shell command -v bpftool /usr/sbin/bpftool 2>/dev/null) bpftool)
VMLINUX_H ?= vmlinux/vmlinux.h
OBJCOPY ?= objcopy
CACHE   ?= /var/cache/bpfprof

CFLAGS   ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Werror
CPPFLAGS += -D_GNU_SOURCE -Iuser -Iinclude -I$(O)
LIBS     := -lbpf -lelf -ljansson -lpcre2-8 -lm
SAN      := -fsanitize=address,undefined -fno-sanitize-recover=all

USER_SRC := $(wildcard user/base/*.c user/model/*.c user/discover/*.c user/capture/*.c \
                       user/report/*.c user/cli/*.c)
USER_OBJ := $(USER_SRC:%.c=$(O)/%.o) $(O)/user/capture/stubimage.o
# What works on a live process or a kernel.
TARGET_SRC := session spawn capture usdt eval marks foothold inject
# What does not, built a second time with sanitizers for the unit ring.
UNIT_LIB := $(filter-out user/cli/%,$(filter-out $(TARGET_SRC:%=user/capture/%.c),$(USER_SRC)))
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_BIN := $(UNIT_SRC:%.c=$(O)/%)

ifeq ($(V),1)
  Q :=
  msg :=
else
  Q := @
  msg = @printf '  %-8s %s\n' "$(1)" "$(2)";
endif

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all demo check check-only bench install deps deps-check deps-bench clean help vmlinux format

all: $(O)/bpfprof $(O)/bpfprof.8

help:
	@echo 'make          build $(O)/bpfprof'
	@echo 'make demo     install what is missing, build, profile a real script, print its table'
	@echo 'make check    the same and run every test (root)'
	@echo 'make bench    measure the cost, as ratios (root)'
	@echo 'make deps     install the Debian packages that building needs'
	@echo 'make install  to $$DESTDIR$$PREFIX'
	@echo 'make vmlinux  write the running kernel'"'"'s types to $(O)/vmlinux.h (use: VMLINUX_H=)'
	@echo 'make format   clang-format the sources'
	@echo 'knobs: V=1 O=DIR CFLAGS= CLANG= BPFTOOL= VMLINUX_H= CACHE=DIR'

# --- dependencies -------------------------------------------------------------------------------

deps:
	@tests/deps.sh build
deps-check:
	@tests/deps.sh build check
deps-bench:
	@tests/deps.sh build bench

# --- BPF ----------------------------------------------------------------------------------------

BPF_CFLAGS := -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -Wall -Werror \
              -I$(dir $(VMLINUX_H)) -Iinclude -Ibpf

$(O)/%.bpf.o: bpf/%.bpf.c
	$(call msg,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c $< -o $@

$(O)/%.bpf.o: tests/%.bpf.c
	$(call msg,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c $< -o $@

$(O)/%.skel.h: $(O)/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $(notdir $*)_bpf > $@

vmlinux:
	$(Q)mkdir -p $(O)
	$(Q)$(BPFTOOL) btf dump file /sys/kernel/btf/vmlinux format c > $(O)/vmlinux.h

# --- user space ---------------------------------------------------------------------------------

$(O)/user/capture/session.o: $(O)/bpfprof.skel.h

# The stub: code for another process, so nothing of ours may be called or needed there.
STUB_CFLAGS := -std=gnu11 -O2 -ffreestanding -fPIE -fno-plt -mno-red-zone -mgeneral-regs-only \
               -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables \
               -fno-omit-frame-pointer -fno-jump-tables \
               -fno-tree-loop-distribute-patterns

$(O)/user/stub/%.o: user/stub/%.c
	$(call msg,STUB,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(STUB_CFLAGS) $(WARN) -Iinclude -MMD -MP -c $< -o $@

$(O)/%.o: %.S
	$(call msg,AS,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -Wa,-I$(O) -MMD -MP -c $< -o $@

$(O)/stub.bin: $(O)/user/stub/head.o $(O)/user/stub/stub.o user/stub/stub.ld
	$(call msg,STUB,$@)
	$(Q)$(LD) -T user/stub/stub.ld $(filter %.o,$^) -o $(O)/stub.elf
	$(Q)$(OBJCOPY) -O binary -j .text $(O)/stub.elf $@

$(O)/user/capture/stubimage.o: $(O)/stub.bin

$(O)/%.o: %.c
	$(call msg,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 $(CPPFLAGS) $(CFLAGS) $(WARN) -MMD -MP -c $< -o $@

$(O)/bpfprof: $(USER_OBJ)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LIBS) -o $@

$(O)/bpfprof.8: $(O)/bpfprof
	$(call msg,MAN,$@)
	$(Q)$< man > $@

install: all
	install -D -m 755 $(O)/bpfprof $(DESTDIR)$(PREFIX)/sbin/bpfprof
	install -D -m 644 $(O)/bpfprof.8 $(DESTDIR)$(PREFIX)/share/man/man8/bpfprof.8

# --- tests --------------------------------------------------------------------------------------

$(O)/san/%.o: %.c
	$(call msg,CC-SAN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 $(CPPFLAGS) -O1 -g $(SAN) $(WARN) -MMD -MP -c $< -o $@

$(O)/tests/unit/test_%: $(O)/san/tests/unit/test_%.o $(UNIT_LIB:%.c=$(O)/san/%.o)
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(SAN) $^ $(LIBS) -o $@

CPPFLAGS_TESTS := -Itests
$(O)/san/tests/%.o: CPPFLAGS += $(CPPFLAGS_TESTS)
$(O)/tests/%.o: CPPFLAGS += $(CPPFLAGS_TESTS)

$(O)/tests/replay/replay.o: $(O)/replay/replay.skel.h
$(O)/tests/replay/replay: $(O)/tests/replay/replay.o
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ $(LIBS) -o $@

CYCLES_SRC := $(UNIT_LIB) user/capture/foothold.c user/capture/inject.c
$(O)/tests/e2e/cycles: $(O)/tests/e2e/cycles.o $(CYCLES_SRC:%.c=$(O)/%.o) \
                       $(O)/user/capture/stubimage.o
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ $(LIBS) -o $@

$(O)/tests/bench/floor.o: $(O)/bench/floor.skel.h
$(O)/tests/bench/floor: $(O)/tests/bench/floor.o $(CYCLES_SRC:%.c=$(O)/%.o) \
                        $(O)/user/capture/stubimage.o
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ $(LIBS) -o $@

check:
	@tests/deps.sh build check
	@$(MAKE) --no-print-directory check-only

check-only: all $(UNIT_BIN) $(O)/tests/replay/replay $(O)/tests/e2e/cycles
	@BPFPROF_CACHE=$(CACHE) tests/run.sh $(O)

demo:
	@tests/deps.sh build
	@$(MAKE) --no-print-directory all
	@BPFPROF_CACHE=$(CACHE) tests/demo.sh $(O)/bpfprof

bench:
	@tests/deps.sh build check bench
	@$(MAKE) --no-print-directory all $(O)/tests/bench/floor
	@BPFPROF_CACHE=$(CACHE) tests/bench/run.sh $(O)

format:
	clang-format -i $(shell find bpf user include tests vmlinux -name '*.[ch]')

clean:
	rm -rf $(O)

-include $(shell find $(O) -name '*.d' 2>/dev/null)
