# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What tests run, and the libraries of ours that they have in them, built to be watched. The variables
# are the Makefile's.

$(O)/asan/%.o: %.c
	$(call msg,CC-SAN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 $(CPPFLAGS) -O1 -g -fPIC $(SAN) $(WARN) -MMD -MP -c $< -o $@

# One library for all of them: a change links it anew, and none of the tests.
$(O)/asan/libunit.so: $(UNIT_LIB:%.c=$(O)/asan/%.o) $(O)/user/marker/marker.o $(PAGE)
	$(call msg,LINK,$@)
	$(Q)$(CC) -shared -Wl,-z,defs -Wl,-soname,$(@F) $(SAN) $^ $(LIBS) -o $@

# The program too: what works on a live process and a kernel no unit test can try.
$(patsubst %.c,$(O)/asan/%.o,$(wildcard user/probe/*.c)): $(O)/bpfprof.skel.h $(O)/relay.skel.h
$(O)/bpfprof-sanitized: $(USER_SRC:%.c=$(O)/asan/%.o) $(O)/user/hook/stubimage.o $(O)/user/bias/loops.o $(PAGE)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(SAN) $^ $(LIBS) -o $@

$(O)/tests/unit/test_%: $(O)/asan/tests/unit/test_%.o | $(O)/asan/libunit.so
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(SAN) $^ $(O)/asan/libunit.so -Wl,-rpath,'$$ORIGIN/../../asan' $(LIBS) -o $@

FUZZ := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
$(O)/fuzzed/%.o: %.c
	$(call msg,CC-FUZZ,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) -std=gnu11 $(CPPFLAGS) -O1 -g -fPIC $(FUZZ) -MMD -MP -c $< -o $@

$(O)/fuzzed/libfuzzed.so: $(FUZZ_LIB:%.c=$(O)/fuzzed/%.o) $(PAGE)
	$(call msg,LINK,$@)
	$(Q)$(CLANG) -shared -Wl,-soname,$(@F) $(FUZZ) $^ $(LIBS) -o $@

$(O)/tests/fuzz/fuzz_%: $(O)/fuzzed/tests/fuzz/fuzz_%.o | $(O)/fuzzed/libfuzzed.so
	$(call msg,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) -fsanitize=fuzzer,address,undefined $^ $(O)/fuzzed/libfuzzed.so \
	      -Wl,-rpath,'$$ORIGIN/../../fuzzed' $(LIBS) -o $@

CPPFLAGS_TESTS := -Itests
$(O)/asan/tests/%.o: CPPFLAGS += $(CPPFLAGS_TESTS)
$(O)/fuzzed/tests/%.o: CPPFLAGS += $(CPPFLAGS_TESTS)
$(O)/tests/%.o: CPPFLAGS += $(CPPFLAGS_TESTS)

$(patsubst %,$(O)/tests/replay/%.o,replay gil): $(O)/replay/replay.skel.h
$(O)/tests/replay/replay: $(patsubst %,$(O)/tests/replay/%.o,replay gil naive scripts)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ $(LIBS) -o $@

CYCLES_SRC := $(filter-out user/python/%,$(UNIT_LIB)) $(wildcard user/hook/*.c) user/process/inject.c user/process/owntrap.c \
              user/process/halt.c user/process/guard.c user/process/handover.c user/process/stops.c user/process/others.c
$(O)/tests/e2e/cycles $(O)/tests/e2e/layout: %: %.o $(CYCLES_SRC:%.c=$(O)/%.o) \
                       $(O)/user/hook/stubimage.o $(PAGE)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ $(LIBS) -o $@

$(O)/tests/bench/floor.o: $(O)/bench/floor.skel.h $(O)/bench/plain.skel.h
$(O)/tests/bench/floor: $(O)/tests/bench/floor.o $(CYCLES_SRC:%.c=$(O)/%.o) \
                        $(O)/user/hook/stubimage.o $(PAGE)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ $(LIBS) -o $@
