# make                          the service: build/traild
# make test                     every test
# make test T=span ROW='empty*' one file, one row
# make check                    all a change must pass: layers, format, tests with gcc, clang, sanitizers
# make fuzz F=records SECONDS=30  one fuzzer (without F: each in turn)
# make generate                 build/generate, the maker of realistic logs
# make format                   set the layout
# make layers                   prove which folder includes which
# make clean
#
# CC=clang, SAN=1 (address and undefined behaviour) and SAN=thread each build in a folder of their own.

VERSION := 0.1.0
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wconversion -Wformat=2 -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla -Wundef
CFLAGS ?= -O2 -g
ALL_CFLAGS := -std=gnu17 -D_GNU_SOURCE -DTRAILD_VERSION='"$(VERSION)"' -I. -Ibuild $(WARNINGS) $(CFLAGS) -pthread -MMD -MP
LIBRARIES := -lmicrohttpd -ljansson -lsqlite3 -lzstd -lz -lnettle -pthread -lm

ifeq ($(SAN),1)
ALL_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifeq ($(SAN),thread)
ALL_CFLAGS += -fsanitize=thread -fno-omit-frame-pointer
else ifneq ($(SAN),)
$(error SAN is 1 or thread)
endif

# The plain gcc build is the product; the others stand beside it.
ifeq ($(CC)$(SAN),gcc)
OUT := build
else
OUT := build/$(notdir $(CC))$(addprefix -san-,$(SAN))
endif

FOLDERS := base store ingest handlers server
SOURCES := $(filter-out server/main.c,$(foreach folder,$(FOLDERS),$(wildcard $(folder)/*.c)))
LIBRARY := $(OUT)/libtraild.a
TESTS := $(patsubst tests/test_%.c,%,$(wildcard tests/test_*.c))

.PHONY: all library tests test check fuzz generate format format-check layers clean
.SECONDARY:

all: $(OUT)/traild

library: $(LIBRARY)

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c $< -o $@

$(LIBRARY): $(SOURCES:%.c=$(OUT)/%.o)
	@rm -f $@
	ar rcs $@ $^

$(OUT)/traild: $(OUT)/server/main.o $(LIBRARY)
	$(CC) $(ALL_CFLAGS) $^ $(LDFLAGS) $(LIBRARIES) -o $@

$(OUT)/tests/test_%: $(OUT)/tests/test_%.o $(LIBRARY)
	$(CC) $(ALL_CFLAGS) $^ $(LDFLAGS) -lcmocka $(LIBRARIES) -o $@

tests: $(TESTS:%=$(OUT)/tests/test_%)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
