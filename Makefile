# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# bpfprof: "make help" names the targets.

V       ?= 0
O       ?= build
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
DESTDIR ?=
CLANG   ?= clang
BPFTOOL ?= $(firstword $(shell command -v bpftool /usr/sbin/bpftool 2>/dev/null) bpftool)
VMLINUX_H ?= vmlinux/vmlinux.h
RING    ?=
T       ?=
ARCH    ?= $(shell uname -m)
OBJCOPY ?= objcopy
STRIP_BPF ?= llvm-strip
CACHE   ?= /var/cache/bpfprof
PYTHON  ?= /usr/bin/python3

CFLAGS   ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Werror
VERSION  := $(shell sed -n 's/^.define BPFPROF_VERSION "\(.*\)"/\1/p' include/bpfprof/version.h)
# What only one processor has: user/arch/$(ARCH), whose headers are included as "arch/...".
ARCH_DIR := user/arch/$(ARCH)
CPPFLAGS += -D_GNU_SOURCE -Iuser -Iinclude -I$(ARCH_DIR) -I$(O)
LIBS     := -lbpf -lelf -ljansson -lpcre2-8 -lz -lncursesw -ltinfo -lm
SAN      := -fsanitize=address,undefined -fno-sanitize-recover=all

PAGE     := $(O)/user/report/page.o
USER_SRC := $(filter-out user/stub/% user/python/%,$(wildcard user/*/*.c $(ARCH_DIR)/*.c))
USER_OBJ := $(USER_SRC:%.c=$(O)/%.o) $(O)/user/hook/stubimage.o $(O)/user/bias/loops.o $(PAGE)
# What does not work on a live process or a kernel, built again with sanitizers for the unit ring.
TARGET_SRC := user/process/spawn.c user/process/stopat.c user/process/inject.c user/process/owntrap.c user/process/others.c \
              user/process/halt.c user/process/guard.c user/process/handover.c user/process/take.c user/process/stops.c \
              user/process/family.c user/process/familyhold.c user/process/putoff.c user/hook/% \
              user/cpython/moment.c \
              user/probe/% user/blocks/blocks.c user/bias/sibling.c user/bias/calibrate.c \
              user/backend/% user/live/live.c user/cli/%
UNIT_LIB := $(filter-out $(TARGET_SRC),$(USER_SRC)) \
            user/python/record.c user/python/clock.c
# A test of the name of a processor is that one's.
OTHER_ARCH := $(filter-out $(ARCH),$(notdir $(patsubst %/,%,$(wildcard user/arch/*/))))
UNIT_SRC := $(filter-out $(OTHER_ARCH:%=tests/unit/test_%.c),$(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:%.c=$(O)/%)
# What reads what anybody may have written, and what prints what came of it.
FUZZ_LIB := $(filter-out user/python/%,$(UNIT_LIB)) tests/fuzz/fuzz.c
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$(O)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

ifeq ($(V),1)
  Q :=
  msg :=
else
  Q := @
  msg = @printf '  %-8s %s\n' "$(1)" "$(2)";
endif

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all cross cross-checked cross-programs cross-objects python wheel demo check check-only kernels readers soak fuzz bench install uninstall static deb sbom packages deps deps-check deps-bench deps-python \
        clean help vmlinux format readme

LIBRARY := $(O)/libbpfprof.a $(O)/libbpfprof.so

# A page for each command, by main.c's table of them.
VERBS  := $(shell sed -n 's/^\t{"\([a-z][a-z]*\)", ".*/\1/p' user/cli/main.c)
PAGES  := $(O)/bpfprof.8 $(VERBS:%=$(O)/bpfprof-%.8)
SHELLS := $(patsubst %,$(O)/bpfprof.%,bash zsh fish)

all: $(O)/bpfprof $(PAGES) $(SHELLS) $(LIBRARY) $(O)/tests/markers/example

help:
	@echo 'make          build $(O)/bpfprof and libbpfprof'
	@echo 'make python   build the Python package in $(O)/python (use: PYTHONPATH=$(O)/python)'
	@echo 'make wheel    the same as a wheel in $(O)/wheel'
	@echo 'make demo     install what is missing, build, profile a real script, print its table'
	@echo 'make check    the same and run every test (root); RING=unit: one ring, T=names: one file'
	@echo 'make cross    build for aarch64 in $(O)/aarch64, with Debian'"'"'s cross compiler'
	@echo 'make fuzz     feed broken input to every reader, FUZZ_SECONDS=3600 in all'
	@echo 'make soak     in and out a thousand times on every interpreter here (root; half an hour or more)'
	@echo 'make readers  what npm has reads our files: speedscope, axe, DuckDB (npm)'
	@echo 'make kernels  every backend on Debian'"'"'s kernels, x86-64 and arm64, under qemu (root)'
	@echo 'make bench    measure the cost, as ratios (root)'
	@echo 'make deps     install the Debian packages that building needs'
	@echo 'make install  to $$DESTDIR$$PREFIX'
	@echo 'make static   $(O)/bpfprof-static, which needs no library but the C library'
	@echo 'make deb      Debian packages in $(O)/deb'
	@echo 'make packages build them twice, compare, check and try them on Debian 12, 13 and testing (root)'
	@echo 'make sbom     what the program is made of, in $(O)/bpfprof.cdx.json (CycloneDX)'
	@echo 'make vmlinux  write the running kernel'"'"'s types to $(O)/vmlinux.h (use: VMLINUX_H=)'
	@echo 'make format   clang-format the sources'
	@echo 'make readme   print the examples of README.md anew (root)'
	@echo 'knobs: V=1 O=DIR ARCH= CFLAGS= CLANG= BPFTOOL= VMLINUX_H= CACHE=DIR PYTHON='

# --- dependencies -------------------------------------------------------------------------------

deps:
	@tests/deps.sh build
deps-check:
	@tests/deps.sh build check cross python
deps-bench:
	@tests/deps.sh build bench
deps-python:
	@tests/deps.sh build python

# --- BPF ----------------------------------------------------------------------------------------

BPF_ARCH_x86_64  := x86
BPF_ARCH_aarch64 := arm64
BPF_ARCH := $(BPF_ARCH_$(ARCH))
BPF_CFLAGS := -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) -Wall -Werror \
              -I$(dir $(VMLINUX_H)) -Iinclude -Ibpf -Iuser -I$(ARCH_DIR) -ffile-prefix-map=$(CURDIR)=.
# A loader reads BTF, not DWARF: without it the program is a third smaller.
BUILD_BPF = $(Q)mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) -MMD -MP -c $< -o $@ && $(STRIP_BPF) -g $@

$(O)/%.bpf.o: bpf/%.bpf.c
	$(call msg,BPF,$@)
	$(BUILD_BPF)

$(O)/%.bpf.o: tests/%.bpf.c
	$(call msg,BPF,$@)
	$(BUILD_BPF)

$(O)/%.skel.h: $(O)/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $(notdir $*)_bpf > $@

vmlinux:
	$(Q)mkdir -p $(O)
	$(Q)$(BPFTOOL) btf dump file /sys/kernel/btf/vmlinux format c > $(O)/vmlinux.h

# --- user space ---------------------------------------------------------------------------------

$(patsubst %.c,$(O)/%.o,$(wildcard user/probe/*.c)): $(O)/bpfprof.skel.h $(O)/relay.skel.h

# The stub: code for another process, so nothing of ours may be called or needed there. It leaves
# the frame pointer as it was, so that a walk by frame pointers finds the frames above it.
STUB_CFLAGS_x86_64 := -fno-plt -mno-red-zone -fcf-protection=none -ffixed-rbp
STUB_CFLAGS_aarch64 := -mno-outline-atomics -mbranch-protection=none -ffixed-x29
STUB_CFLAGS := -std=gnu11 -O2 -ffreestanding -fPIE -mgeneral-regs-only \
               -fno-stack-protector -fno-asynchronous-unwind-tables \
               -fomit-frame-pointer -fno-jump-tables \
               -fno-tree-loop-distribute-patterns $(STUB_CFLAGS_$(ARCH))

$(O)/user/stub/%.o: user/stub/%.c
	$(call msg,STUB,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(STUB_CFLAGS) $(WARN) -Iinclude -Iuser -I$(ARCH_DIR) -MMD -MP -c $< -o $@

$(O)/%.o: %.S
	$(call msg,AS,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -Wa,-I$(O) -Iinclude -Iuser -I$(ARCH_DIR) -MMD -MP -c $< -o $@

$(O)/stub.bin: $(O)/$(ARCH_DIR)/stub.o $(patsubst %,$(O)/user/stub/%.o,slot table cnames) user/stub/stub.ld
	$(call msg,STUB,$@)
	$(Q)$(LD) -T user/stub/stub.ld $(filter %.o,$^) -o $(O)/stub.elf
	$(Q)$(OBJCOPY) -O binary -j .text $(O)/stub.elf $@

$(O)/user/hook/stubimage.o: $(O)/stub.bin
$(O)/user/bias/loops.o: user/bias/loops.py

# The page of report "html": one file, which stands in the program in three parts.
$(O)/html.before: $(wildcard user/report/html/*)
	$(call msg,PAGE,$@)
	$(Q)mkdir -p $(@D)
	$(Q)python3 user/report/html/bundle.py $(O)
$(PAGE): $(O)/html.before

$(O)/%.o: %.c
	$(call msg,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 $(CPPFLAGS) $(CFLAGS) $(WARN) -MMD -MP -c $< -o $@

$(O)/bpfprof: $(USER_OBJ)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LIBS) -o $@

# For systems without these libraries: all but the C library's are in it (glibc 2.34 or later).
$(O)/bpfprof-static: $(USER_OBJ)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -Wl,-Bstatic $(filter-out -lm,$(LIBS)) -Wl,-Bdynamic -lm -o $@

$(O)/bpfprof.8: $(O)/bpfprof
	$(call msg,MAN,$@)
	$(Q)$< man > $@

$(O)/bpfprof-%.8: $(O)/bpfprof
	$(call msg,MAN,$@)
	$(Q)$< man $* > $@

$(SHELLS): $(O)/bpfprof.%: $(O)/bpfprof
	$(call msg,SHELL,$@)
	$(Q)$< completion $* > $@

# --- markers --------------------------------------------------------------------------------------

$(O)/libbpfprof.a: $(O)/user/marker/marker.o
	$(call msg,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(O)/libbpfprof.so.0: $(O)/user/marker/marker.o
	$(call msg,LINK,$@)
	$(Q)$(CC) -shared -nostdlib -Wl,-soname,$(@F) $(LDFLAGS) $^ -o $@

$(O)/libbpfprof.so: $(O)/libbpfprof.so.0
	$(Q)ln -sf $(<F) $@

$(O)/tests/markers/example $(O)/tests/bench/markers: %: %.o $(O)/libbpfprof.a
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@

# The package and its wheel, by way of setuptools. Objects are always made anew: it does not know
# of headers.
PYTHON_SRC := $(shell find user/python -type f ! -name '*.pyc') user/base/ticks.c user/base/ticks.h \
              $(wildcard user/marker/* $(ARCH_DIR)/arch/*) $(wildcard include/*.h include/bpfprof/*.h include/bpfprof/*.def)
SETUP = cd user/python && CFLAGS='$(WARN)' PYTHONWARNINGS=ignore $(PYTHON) setup.py -q egg_info --egg-base=$(TMP_PYTHON) \
        build --build-base=$(TMP_PYTHON) --force
TMP_PYTHON = $(abspath $(O))/setup

python: $(O)/python/.built
wheel: $(O)/wheel/.built

$(O)/python/.built: $(PYTHON_SRC)
	$(call msg,PYTHON,$(@D))
	$(Q)rm -rf $(@D) $(TMP_PYTHON) && mkdir -p $(@D) $(TMP_PYTHON)
	$(Q)$(SETUP) --build-lib=$(abspath $(@D))
	$(Q)touch $@

$(O)/wheel/.built: $(PYTHON_SRC) $(O)/python/.built
	$(call msg,WHEEL,$(@D))
	$(Q)rm -rf $(@D)
	$(Q)$(SETUP) bdist_wheel --bdist-dir=$(TMP_PYTHON)/wheel --dist-dir=$(abspath $(@D))
	$(Q)touch $@

install: all
	install -D -m 755 $(O)/bpfprof $(DESTDIR)$(PREFIX)/sbin/bpfprof
	install -d $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 644 $(PAGES) $(DESTDIR)$(PREFIX)/share/man/man8
	install -D -m 644 $(O)/bpfprof.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/bpfprof
	install -D -m 644 $(O)/bpfprof.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_bpfprof
	install -D -m 644 $(O)/bpfprof.fish \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/bpfprof.fish
	install -D -m 644 user/share/grafana/bpfprof.json \
		$(DESTDIR)$(PREFIX)/share/bpfprof/grafana/bpfprof.json
	install -D -m 644 user/share/grafana/bpfprof-json.json \
		$(DESTDIR)$(PREFIX)/share/bpfprof/grafana/bpfprof-json.json
	install -D -m 644 user/share/prometheus/bpfprof.rules.yml \
		$(DESTDIR)$(PREFIX)/share/bpfprof/prometheus/bpfprof.rules.yml
	install -d $(DESTDIR)$(PREFIX)/share/bpfprof/systemd
	sed 's|/usr/local|$(PREFIX)|' user/share/systemd/bpfprof-agent.service > \
		$(DESTDIR)$(PREFIX)/share/bpfprof/systemd/bpfprof-agent.service
	install -D -m 644 user/share/kubernetes/bpfprof-agent.yaml \
		$(DESTDIR)$(PREFIX)/share/bpfprof/kubernetes/bpfprof-agent.yaml
	install -D -m 644 include/bpfprof.h $(DESTDIR)$(PREFIX)/include/bpfprof.h
	install -D -m 644 $(O)/libbpfprof.a $(DESTDIR)$(LIBDIR)/libbpfprof.a
	install -D -m 755 $(O)/libbpfprof.so.0 $(DESTDIR)$(LIBDIR)/libbpfprof.so.0
	ln -sf libbpfprof.so.0 $(DESTDIR)$(LIBDIR)/libbpfprof.so
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig
	sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|' user/marker/bpfprof.pc.in > \
		$(DESTDIR)$(LIBDIR)/pkgconfig/bpfprof.pc

uninstall:
	@+user/share/uninstall.sh '$(MAKE)' '$(and $(DESTDIR),$(abspath $(DESTDIR)))' '$(PREFIX)'

static: $(O)/bpfprof-static

packages: all
	@tests/deps.sh build check python package
	@tests/packages.sh $(O)

deb:
	@tests/deps.sh build python package
	@user/share/package.sh $(O)/deb

sbom: all
	@python3 user/share/sbom.py $(O)/bpfprof > $(O)/bpfprof.cdx.json

# --- tests --------------------------------------------------------------------------------------

include tests/programs.mk
include tests/cross/cross.mk

cross:
	@tests/deps.sh build cross
	@BPFPROF_CACHE=$(CACHE) tests/fetch-aarch64.sh
	+@$(CROSS_MAKE) cross-programs

check:
	@tests/deps.sh build check cross python
	@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) check-only

# What each ring needs beside the program; a name that is a file of e2e alone needs no other ring.
NEEDS_unit   := $(UNIT_BIN)
NEEDS_fuzz   := $(FUZZ_BIN)
NEEDS_cross  := cross-checked
NEEDS_replay := $(O)/tests/replay/replay
NEEDS_e2e    := $(O)/bpfprof-static $(O)/bpfprof-sanitized $(O)/tests/e2e/cycles $(O)/tests/e2e/layout
E2E_ALONE    := $(and $(T),$(wildcard tests/e2e/$(T) tests/e2e/$(T).sh tests/e2e/*/$(T).sh),$\
                $(if $(wildcard tests/*/test_$(T).c tests/*/fuzz_$(T).c),,yes))
RINGS        := $(or $(RING),$(if $(E2E_ALONE),e2e,unit fuzz cross replay e2e))

check-only: all python wheel $(foreach ring,$(RINGS),$(NEEDS_$(ring)))
	@BPFPROF_CACHE=$(CACHE) tests/run.sh $(O) '$(RING)' '$(T)'

fuzz: $(FUZZ_BIN)
	@tests/fuzz/run.sh $(O) $(or $(FUZZ_SECONDS),3600)

soak:
	@tests/deps.sh build check
	@$(MAKE) --no-print-directory all $(O)/tests/e2e/cycles
	@BPFPROF_CACHE=$(CACHE) tests/soak.sh $(O)

readers:
	@tests/deps.sh build check
	@$(MAKE) --no-print-directory all
	@BPFPROF_CACHE=$(CACHE) tests/fetch-modules.sh
	@BPFPROF_CACHE=$(CACHE) /usr/bin/python3 tests/golden/readers.py $(O)/bpfprof

kernels:
	@tests/deps.sh build kernels
	@BPFPROF_CACHE=$(CACHE) tests/fetch-pythons.sh bullseye bullseye-aarch64
	@$(MAKE) --no-print-directory all cross
	@BPFPROF_CACHE=$(CACHE) tests/kernels/run.sh $(O)

demo:
	@tests/deps.sh build
	@$(MAKE) --no-print-directory all
	@BPFPROF_CACHE=$(CACHE) tests/demo.sh $(O)/bpfprof

bench:
	@tests/deps.sh build check bench python
	@$(MAKE) --no-print-directory all python $(O)/tests/bench/floor \
		$(O)/tests/bench/markers
	@BPFPROF_CACHE=$(CACHE) tests/bench/run.sh $(O)
	@BPFPROF_CACHE=$(CACHE) tests/bench/markers.sh $(O)

readme: all
	python3 tests/e2e/readme.py $(O)/bpfprof --write

format:
	clang-format -i $(shell find bpf user include tests vmlinux -name '*.[ch]')

clean:
	rm -rf $(O)

-include $(shell find $(O) -path $(O)/deb -prune -o -name '*.d' -print 2>/dev/null)
