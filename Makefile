# tramlab -- `make run` opens the lab, `make test` proves it; both install what is missing first. `make help` lists the rest.

VARIANT ?= release
BUILD   := build/$(VARIANT)
CC      := gcc
PREFIX  ?= /usr/local

DEFAULT_EXPERIMENT := sample-runs/experiments/cross-domain.json

PACKAGES       := gcc libc6-dev make libopenblas-dev libcjson-dev libutf8proc-dev libncurses-dev libreadline-dev libcairo2-dev zlib1g-dev libcmocka-dev
CHECK_PACKAGES := clang-format clang-tidy cppcheck tmux

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wdouble-promotion -Wstrict-prototypes \
            -Wmissing-prototypes -Wold-style-definition -Wundef -Wvla -Wcast-qual -Wwrite-strings -Wformat=2 \
            -Wnull-dereference -Wswitch-enum -Werror
LANGUAGE := -std=gnu11 -D_GNU_SOURCE -Iinclude
# No fast-math anywhere: a NaN must stay a NaN. No contraction: plain, AVX2 and AVX-512 code round alike where they can.
CFLAGS_COMMON  := $(LANGUAGE) -ffp-contract=off -fno-math-errno -fno-trapping-math -g $(WARNINGS) -MMD -MP
CFLAGS_release := -O3 -DTRAMLAB_MULTIVERSION
# As release on a machine without AVX.
CFLAGS_plain   := -O3
CFLAGS_debug   := -Og
CFLAGS_asan    := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
CFLAGS_tsan    := -O1 -fno-omit-frame-pointer -fsanitize=thread
CFLAGS_double  := -O2 -DTRAMLAB_DOUBLE
CFLAGS  = $(CFLAGS_COMMON) $(CFLAGS_$(VARIANT))
LDFLAGS = $(filter -fsanitize=%,$(CFLAGS_$(VARIANT)))
# glibc has its vector maths as a library of its own on some machine types only; elsewhere gcc does not call it.
LIBMVEC := $(if $(filter x86_64,$(shell uname -m)),-lmvec)
LDLIBS  := -lopenblas -lcjson -lutf8proc -lz -lreadline -lncursesw -ltinfo $(LIBMVEC) -lm -lpthread
# The program loads cairo when it is first needed (store/export_image.c); only a test that reads pictures back is linked with it.
TEST_LDLIBS := -Wl,--as-needed -lcairo -Wl,--no-as-needed

# Lowest layer first; a layer is one static library, linked with those below it.
LAYERS := base records kernels data model optim probe channel store lab tui app
SOURCES := $(wildcard src/*/*.c)
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/obj/%.o)
LIBRARY_OBJECTS := $(filter-out $(BUILD)/obj/app/main.o,$(OBJECTS))
LIBRARIES := $(LAYERS:%=$(BUILD)/lib/%.a)
PROGRAM := $(BUILD)/tramlab

TESTS := $(patsubst tests/%.c,%,$(foreach layer,$(LAYERS),$(wildcard tests/$(layer)/test_*.c)))
# Damaged files of all kinds; FUZZ_ROUNDS says how often (some hundred times if it is not set).
FUZZERS := $(patsubst tests/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
TESTS += $(FUZZERS)
# In double, only what computes is of interest.
DOUBLE_TESTS := $(filter kernels/% model/% optim/% lab/test_text_passes lab/test_window_loss,$(TESTS))
PLAIN_TESTS := $(filter kernels/% model/% optim/% lab/%,$(TESTS))
VARIANT_TESTS = $(if $(filter double,$(VARIANT)),$(DOUBLE_TESTS),$(if $(filter plain,$(VARIANT)),$(PLAIN_TESTS),$(TESTS)))
TEST_PROGRAMS = $(addprefix $(BUILD)/tests/,$(VARIANT_TESTS))
BENCH_OBJECTS := $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,$(wildcard tests/bench/*.c))
BENCH_PROGRAM := $(BUILD)/tests/bench/bench

# V=1 shows whole commands.
QUIET := $(if $(V),,@)
say = $(if $(V),@:,@printf '  %-4s %s\n' $(1) $(2))

# Every target for users builds through this, after the packages are there: on all cores, unless make was told otherwise.
# A make of its own, not one of a jobserver: so `make -n test` does not run anything.
SUB_MAKEFLAGS = $(filter-out -j% --jobserver%,$(MAKEFLAGS))
SUB_MAKE      = $(MAKE) --no-print-directory $(or $(filter -j%,$(MAKEFLAGS)),-j$(shell nproc))
BUILD_MAKE    = MAKEFLAGS='$(SUB_MAKEFLAGS)' $(SUB_MAKE)

.PHONY: all run test check bench bench-json cast install clean deps check-deps help programs test-programs bench-programs objects run-tests \
        tidy FORCE
.SECONDARY:
.DELETE_ON_ERROR:

all: programs ## build ./tramlab (VARIANT=release|plain|debug|asan|tsan|double; V=1 shows the commands)
	@ln -sfn $(PROGRAM) tramlab

run: deps ## build and open the lab; without a terminal, run the default experiment in plain text
	@$(BUILD_MAKE) VARIANT=release all
	@if [ -t 0 ] && [ -t 1 ]; then \
	    exec ./tramlab $(DEFAULT_EXPERIMENT); \
	else \
	    exec ./tramlab run $(DEFAULT_EXPERIMENT) --plain --out runs/cross-domain-$$(date +%Y%m%d-%H%M%S); \
	fi

test: deps ## build and run all tests; the last line is `N passed, N failed`
	@unbuilt=; \
	$(BUILD_MAKE) -k VARIANT=release programs test-programs || unbuilt="--unbuilt release"; \
	$(BUILD_MAKE) -k VARIANT=double test-programs || unbuilt="$$unbuilt --unbuilt double"; \
	tests/run_tests.sh $$unbuilt $(TESTS:%=build/release/tests/%) $(DOUBLE_TESTS:%=build/double/tests/%) \
	    tests/check_layers.sh tests/test_check_layers.sh

check: check-deps ## format, clang-tidy, cppcheck, layers, and the tests under debug, asan+ubsan, tsan, double and plain (no AVX)
	@MAKEFLAGS='$(SUB_MAKEFLAGS)' MAKE='$(SUB_MAKE)' tests/run_checks.sh $(PARTS)

# BENCH_SECTIONS="steps race" measures only these; BENCH_QUICK=1 only shows that everything runs.
bench: deps ## measure: every figure with its goal (BENCH_SECTIONS=... for a part); also into build/bench.md
	@$(BUILD_MAKE) VARIANT=release programs bench-programs
	@OPENBLAS_NUM_THREADS=1 build/release/tests/bench/bench --markdown build/bench.md $(BENCH_SECTIONS)

bench-json: deps ## the same for machines
	@$(BUILD_MAKE) VARIANT=release programs bench-programs >&2
	@OPENBLAS_NUM_THREADS=1 build/release/tests/bench/bench --json $(BENCH_SECTIONS)

cast: all ## record the default race for sample-runs/recorded (needs python3; some minutes)
	tests/record_cast.py

install: deps ## install to PREFIX (/usr/local), below DESTDIR if given
	@$(BUILD_MAKE) VARIANT=release programs
	install -D -m 755 build/release/tramlab $(DESTDIR)$(PREFIX)/bin/tramlab
	install -D -m 644 src/app/tramlab.1 $(DESTDIR)$(PREFIX)/share/man/man1/tramlab.1
	install -d $(DESTDIR)$(PREFIX)/share/tramlab/themes $(DESTDIR)$(PREFIX)/share/tramlab/sample-runs
	install -m 644 themes/*.theme $(DESTDIR)$(PREFIX)/share/tramlab/themes
	cp -R --no-preserve=ownership sample-runs/. $(DESTDIR)$(PREFIX)/share/tramlab/sample-runs

clean: ## remove all that was built; runs stay
	rm -rf build tramlab

deps: ## install missing Debian packages (silent where all are there)
	$(call install_missing,$(PACKAGES))

check-deps: deps
	$(call install_missing,$(CHECK_PACKAGES))

help: ## show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r target meaning; do \
	    printf '  make %-9s %s\n' "$$target" "$$meaning"; \
	done

# install_missing PACKAGES: says what is missing and gets it; needs apt-get, and to be root or to have sudo.
define install_missing
@command -v dpkg-query > /dev/null || { \
    echo "deps: this is not Debian, so the packages are not checked; needed: $(1)"; exit 0; }; \
present=" $$(dpkg-query -W -f='$${Package}:$${db:Status-Status} ' $(1) 2> /dev/null)"; \
missing=; \
for package in $(1); do \
    case "$$present" in *" $$package:installed "*) ;; *) missing="$$missing $$package" ;; esac; \
done; \
[ -n "$$missing" ] || exit 0; \
if ! command -v apt-get > /dev/null; then \
    echo "deps: these packages are missing and there is no apt-get to install them:$$missing"; exit 1; \
elif [ "$$(id -u)" -eq 0 ]; then \
    as_root=; \
elif command -v sudo > /dev/null; then \
    as_root=sudo; \
else \
    echo "deps: these packages are missing; install them as root (there is no sudo here):"; \
    echo "    apt-get install$$missing"; exit 1; \
fi; \
echo "deps: installing the Debian packages that are missing:$$missing$${as_root:+ (with sudo)}"; \
$$as_root apt-get -qq update || echo "deps: apt-get update failed; trying with the package lists as they are"; \
$$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 install --no-install-recommends $$missing \
    > /dev/null || { echo "deps: could not install:$$missing"; exit 1; }
endef

# ---- What follows builds one VARIANT.

# The empty recipes keep make from saying that there is nothing to be done.
programs: $(PROGRAM) ; @:
test-programs: $(TEST_PROGRAMS) ; @:
bench-programs: $(BENCH_PROGRAM) ; @:
objects: $(OBJECTS) ; @:

run-tests:
	@unbuilt=; $(BUILD_MAKE) -k test-programs || unbuilt="--unbuilt $(VARIANT)"; tests/run_tests.sh $$unbuilt $(TEST_PROGRAMS)

$(PROGRAM): $(BUILD)/obj/app/main.o $(LIBRARIES)
	$(call say,LD,$@)
	$(QUIET)$(CC) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# The flags as of the last build: what was built with others is built again.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS)' | cmp -s - $@ || echo '$(CC) $(CFLAGS)' > $@

# Put in place whole: somebody else may be linking with it.
define LAYER_LIBRARY
$(BUILD)/lib/$(1).a: $(filter $(BUILD)/obj/$(1)/%,$(LIBRARY_OBJECTS))
	@mkdir -p $$(@D)
	@rm -f $$@.part && ar rcs $$@.part $$^ && mv $$@.part $$@
endef
$(foreach layer,$(LAYERS),$(eval $(call LAYER_LIBRARY,$(layer))))

$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(QUIET)$(CC) $(CFLAGS) -c -o $@ $<

$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(QUIET)$(CC) $(CFLAGS) -Itests -c -o $@ $<

# A test of a layer is linked with that layer and the ones below, never with those above.
below = $(if $(filter $(1),$(firstword $(2))),$(1),$(firstword $(2)) $(call below,$(1),$(wordlist 2,99,$(2))))
define LAYER_TESTS
$(BUILD)/tests/$(1)/%: $(BUILD)/obj/tests/$(1)/%.o $(foreach l,$(call below,$(1),$(LAYERS)),$(BUILD)/lib/$(l).a)
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(QUIET)$(CC) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -lcmocka $(LDLIBS) $(TEST_LDLIBS)
endef
$(foreach layer,$(LAYERS),$(eval $(call LAYER_TESTS,$(layer))))

$(FUZZERS:%=$(BUILD)/tests/%): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(LIBRARIES)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(QUIET)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group -lcmocka $(LDLIBS)

# --wrap: the benchmark notes down which matrix products a step asks for.
$(BENCH_PROGRAM): $(BENCH_OBJECTS) $(LIBRARIES)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(QUIET)$(CC) $(LDFLAGS) -Wl,--wrap=gemm -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# clang-tidy reads a file again when it, any header or the settings have changed.
tidy: $(SOURCES:%.c=build/tidy/%.ok)
build/tidy/%.ok: %.c .clang-tidy $(wildcard include/*/*.h)
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(QUIET)clang-tidy --quiet --warnings-as-errors='*' $< -- $(LANGUAGE) 2> $@.err || { cat $@.err; exit 1; }
	@touch $@

-include $(OBJECTS:.o=.d) $(TESTS:%=$(BUILD)/obj/tests/%.d) $(BENCH_OBJECTS:.o=.d)
