# make                            the service: build/traild
# make test                       every unit test
# make test T=span ROW='empty*'   one file, one row
# make stories                    the tests against a running server (S=events: one file)
# make check                      all a change must pass: what script/test runs
# make fuzz F=scanner SECONDS=30  one fuzzer (without F: each in turn)
# make generate                   build/generate, the maker of realistic logs
# make clients                    build/ask and build/upload, which the benchmark measures with
# make bench                      measures everything beside its peers (options: bench/run.py)
# make format                     set the layout (format-check: only look)
# make layers                     prove which folder includes which
# make install PREFIX=/usr/local  the service, below DESTDIR
# make clean
#
# CC=clang, SAN=1 (address and undefined behaviour) and SAN=thread each build in a folder of their own.
# V=1 shows whole commands.

VERSION := 0.1.0
PREFIX ?= /usr/local
SECONDS ?= 30
ifeq ($(origin CC),default)
CC := gcc
endif

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wconversion -Wformat=2 -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla -Wundef
CFLAGS ?= -O2 -g
LIBRARIES := -lmicrohttpd -lsqlite3 -lzstd -lz -ldeflate -lcurl -lexpat -ljansson -lgnutls -lnettle \
	-pthread -lm
TEST_LIBRARIES := -lcmocka

# The plain gcc build is the product; the others stand beside it.
OUT := build/$(notdir $(CC))$(addprefix -san-,$(SAN))
ifeq ($(CC)$(SAN),gcc)
OUT := build
endif
ifeq ($(SAN),)
VARIANT := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LINKING := -pie -Wl,-z,relro,-z,now
else ifeq ($(SAN),1)
VARIANT := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g1
else ifeq ($(SAN),thread)
VARIANT := -fsanitize=thread -fno-omit-frame-pointer -g1
else
$(error SAN is 1 or thread)
endif
# Tests are many programs, and lld links one in a third of the usual time.
LINKER := $(if $(shell command -v ld.lld),-fuse-ld=lld)
ALL_CFLAGS := -std=gnu17 -D_GNU_SOURCE -DTRAILD_VERSION='"$(VERSION)"' -I. $(WARNINGS) \
	$(CFLAGS) $(VARIANT) -pthread -MMD -MP

FOLDERS := base aws store ingest collect handlers server
SOURCES := $(filter-out server/main.c,$(foreach folder,$(FOLDERS),$(wildcard $(folder)/*.c)))
LIBRARY := $(OUT)/libtraild.a
# What tests share: their own helpers, the generator's records and the clients of the benchmark.
SUPPORT_SOURCES := $(wildcard tests/support_*.c bench/corpus/*.c bench/client/*.c)
SUPPORT := $(OUT)/libsupport.a
TESTS := $(patsubst tests/test_%.c,%,$(wildcard tests/test_*.c))
FUZZERS := $(patsubst tests/fuzz_%.c,%,$(wildcard tests/fuzz_*.c))
LAYOUT := $(wildcard $(foreach folder,$(FOLDERS) tests bench bench/corpus bench/client,$(folder)/*.[ch]))

QUIET := $(if $(V),,@)
SAY = @echo "$(1) $@"

.PHONY: all library tests test stories check fuzzers fuzz generate clients bench format format-check layers install clean
.SECONDARY:
.DELETE_ON_ERROR:

all: $(OUT)/traild

library: $(LIBRARY)

$(OUT)/%.o: %.c Makefile
	$(call SAY,compile)
	@mkdir -p $(@D)
	$(QUIET)$(CC) $(ALL_CFLAGS) -c $< -o $@

# Compiling tests takes longer than running them, and with the checkers in four times as long; what
# they share works harder.
$(OUT)/tests/test_%.o: ALL_CFLAGS += $(if $(SAN),-O0,-O1)

# Fuzzers share the build that checks memory: what reads bytes from outside tells them how far they got.
ifneq ($(and $(findstring clang,$(CC)),$(filter 1,$(SAN))),)
$(foreach folder,base aws ingest collect handlers server,$(OUT)/$(folder)/%.o): ALL_CFLAGS += -fsanitize=fuzzer-no-link
endif

# Its loops over rows are what a search that reads much waits for.
$(OUT)/store/evaluate.o: ALL_CFLAGS += -O3

$(OUT)/openapi/embed.o: openapi/embed.S openapi/openapi.yaml $(OUT)/openapi/openapi.json
	$(QUIET)$(CC) -DOPENAPI_JSON='"$(OUT)/openapi/openapi.json"' -c $< -o $@

$(OUT)/openapi/openapi.json: openapi/openapi.yaml openapi/to_json.py
	@mkdir -p $(@D)
	$(QUIET)python3 openapi/to_json.py $< $@

$(LIBRARY): $(SOURCES:%.c=$(OUT)/%.o) $(OUT)/openapi/embed.o
$(SUPPORT): $(SUPPORT_SOURCES:%.c=$(OUT)/%.o)
$(OUT)/lib%.a:
	@rm -f $@
	$(QUIET)ar rcs $@ $^

$(OUT)/traild: $(OUT)/server/main.o $(LIBRARY)
	$(call SAY,link)
	$(QUIET)$(CC) $(ALL_CFLAGS) $(LINKING) $(if $(SAN),$(LINKER)) $^ $(LDFLAGS) $(LIBRARIES) -o $@

$(OUT)/generate $(OUT)/ask $(OUT)/upload: $(OUT)/%: $(OUT)/bench/%.o $(SUPPORT) $(LIBRARY)
	$(call SAY,link)
	$(QUIET)$(CC) $(ALL_CFLAGS) $(LINKING) $^ $(LDFLAGS) $(LIBRARIES) -o $@

$(OUT)/tests/test_%: $(OUT)/tests/test_%.o $(SUPPORT) $(LIBRARY)
	$(call SAY,link)
	$(QUIET)$(CC) $(ALL_CFLAGS) $(LINKING) $(LINKER) $^ $(LDFLAGS) $(TEST_LIBRARIES) $(LIBRARIES) -o $@

$(OUT)/fuzz_%: $(OUT)/tests/fuzz_%.o $(SUPPORT) $(LIBRARY)
	$(call SAY,link)
	$(QUIET)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(LINKER) $^ $(LDFLAGS) $(TEST_LIBRARIES) $(LIBRARIES) -o $@

tests: $(TESTS:%=$(OUT)/tests/test_%)

fuzzers: $(FUZZERS:%=$(OUT)/fuzz_%)

generate: $(OUT)/generate

ifdef T
test: $(OUT)/tests/test_$(T)
	$<
else
test: tests generate
	script/units $(OUT)
endif

clients: $(OUT)/ask $(OUT)/upload

bench: all generate clients
	BUILD=$(CURDIR)/$(OUT) python3 bench/run.py

# Preloaded into traild by stories; plain, whatever traild is built with.
build/slow_disk.so: tests/slow_disk.c Makefile
	$(call SAY,link)
	@mkdir -p $(@D)
	$(QUIET)$(CC) -std=gnu17 -D_GNU_SOURCE $(WARNINGS) -O2 -fPIC -shared $< -o $@

stories: all generate clients build/slow_disk.so
	TRAILD=$(CURDIR)/$(OUT)/traild python3 -m unittest discover -s tests/stories -p 'test_$(or $(S),*).py'

check:
	script/test

fuzz:
	$(MAKE) CC=clang SAN=1 fuzzers
	script/fuzz $(SECONDS) $(or $(F),$(FUZZERS))

format:
	clang-format -i $(LAYOUT)

format-check:
	clang-format --dry-run -Werror $(LAYOUT)

layers:
	script/layers

install: all
	install -D -m 755 $(OUT)/traild $(DESTDIR)$(PREFIX)/bin/traild

clean:
	rm -rf build

-include $(wildcard $(addprefix $(OUT)/,$(addsuffix /*.d,$(FOLDERS) tests bench bench/corpus bench/client)))
