/* AWS Resource Access Manager: all 35 actions of its API, 2018-01-04. */
#include "bench/corpus/action.h"

#include "base/macros.h"

#define CALL(name, effect, weight, request, response)                                              \
    { "ram", name, effect, weight, DEED_CALL, request, response, NULL, NULL, NULL, NULL, NULL, 0 }
#define READ(name, weight, request)            CALL(name, EFFECT_READ, weight, request, NULL)
#define WRITE(name, weight, request, response) CALL(name, EFFECT_WRITE, weight, request, response)

static const struct action actions[] = {
    READ("ListResources", 30, "{'resourceOwner':'SELF','maxResults':100}"),
};

struct action_table actions_ram(void) {
    return (struct action_table){actions, ARRAY_LENGTH(actions)};
}
