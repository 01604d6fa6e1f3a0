#include "aws/credentials.h"

#include <stdlib.h>

#include "aws/clock.h"
#include "aws/credential_cache.h"
#include "aws/credential_search.h"
#include "aws/settings.h"
#include "base/memory.h"

struct credential_chain {
    char *(*variable)(const char *name);
    struct aws_clock *clock; /* borrowed */
    struct credential_cache *cache;
};

/* What one call of credential_chain_get searches with. */
struct chain_search {
    struct credential_source source;
    struct credential_chain *chain;
    struct transport *transport;
    const atomic_bool *cancel;
};

struct credential_chain *credential_chain_open(char *(*variable)(const char *name),
                                               struct aws_clock *clock) {
    struct credential_chain *chain = memory_new(1, sizeof(*chain));

    chain->variable = variable;
    chain->clock = clock;
    chain->cache = credential_cache_open();
    return chain;
}

void credential_chain_close(struct credential_chain *chain) {
    if (chain == NULL)
        return;
    credential_cache_close(chain->cache);
    free(chain);
}

static bool search_anew(struct credential_source *source, struct arena *arena,
                        struct credentials *out, struct err *err) {
    struct chain_search *call = (struct chain_search *)source;
    struct aws_settings *settings;

    if (!aws_settings_open(call->chain->variable, &settings, err)) {
        err->kind = ERR_REMOTE;
        return false;
    }
    const struct credential_search search = {
        .settings = settings,
        .transport = call->transport,
        .clock = call->chain->clock,
        .cancel = call->cancel,
        .arena = arena,
    };
    bool good = credential_search_run(&search, out, err);
    if (good) /* the spans may point into the settings */
        *out = (struct credentials){
            .access_key = arena_copy(arena, out->access_key),
            .secret = arena_copy(arena, out->secret),
            .token = arena_copy(arena, out->token),
            .expires_ms = out->expires_ms,
            .region = arena_copy(arena, out->region),
            .origin = arena_format(arena, "%s", out->origin).data,
        };
    aws_settings_close(settings);
    return good;
}

bool credential_chain_get(struct credential_chain *chain, struct transport *transport,
                          const atomic_bool *cancel, struct arena *arena, struct credentials *out,
                          struct err *err) {
    struct chain_search call = {{search_anew}, chain, transport, cancel};

    return credential_cache_get(chain->cache, aws_clock_now_ms(chain->clock), &call.source, cancel,
                                arena, out, err);
}

void credential_chain_refuse(struct credential_chain *chain, struct span access_key) {
    credential_cache_refuse(chain->cache, aws_clock_now_ms(chain->clock), access_key);
}
