#include "aws/profile.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "aws/small_file.h"
#include "base/limits.h"

/* HOME, else what the system knows of the user: services are often started without HOME. */
static struct span home_directory(char *(*variable)(const char *name), struct arena *arena) {
    struct span home = span_of(variable("HOME"));
    struct passwd entry;
    struct passwd *found = NULL;
    char room[4096];

    if (home.length > 0)
        return home;
    if (getpwuid_r(getuid(), &entry, room, sizeof(room), &found) != 0 || found == NULL)
        return SPAN_NONE;
    return arena_copy(arena, span_of(found->pw_dir));
}

static struct span join(struct arena *arena, struct span home, const char *behind) {
    return home.data == NULL ? SPAN_NONE : arena_format(arena, "%.*s%s", SPAN_ARGS(home), behind);
}

/* `~/x` is taken as a shell would take it, since no shell sees what stands in a unit file. */
static struct span expand(struct arena *arena, struct span home, const char *path) {
    if (path[0] == '~' && path[1] == '/' && home.data != NULL)
        return join(arena, home, path + 1);
    return span_of(path);
}

static bool parse_file(struct profile_file *file, struct span text, struct arena *arena,
                       struct err *err) {
    if (!ini_parse(text, arena, &file->ini, err))
        return err_add(err, "%.*s", SPAN_ARGS(file->path));
    return true;
}

static bool read_file(struct profile_file *file, bool named, struct arena *arena, struct err *err) {
    struct span text;
    struct err why = {0};

    if (file->path.data == NULL) {
        file->note = SPAN("no home directory");
        return true;
    }
    if (small_file_read(file->path, LIMIT_AWS_FILE_BYTES, arena, &text, &why))
        return parse_file(file, text, arena, err);
    if (named && why.kind != ERR_NOT_FOUND) {
        *err = why;
        return false;
    }
    file->note = arena_copy(arena, span_of(why.text));
    return true;
}

static bool find_and_read(char *(*variable)(const char *name), const char *name, const char *usual,
                          struct arena *arena, struct profile_file *out, struct err *err) {
    const char *told = variable(name);
    bool named = told != NULL && told[0] != '\0';
    struct span home = home_directory(variable, arena);

    out->path = named ? expand(arena, home, told) : join(arena, home, usual);
    if (read_file(out, named, arena, err))
        return true;
    return named ? err_add(err, "%s", name) : false;
}

bool profiles_read(char *(*variable)(const char *name), struct arena *arena, struct profiles *out,
                   struct err *err) {
    struct profiles profiles = {0};

    if (!find_and_read(variable, "AWS_CONFIG_FILE", "/.aws/config", arena, &profiles.config, err) ||
        !find_and_read(variable, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials", arena,
                       &profiles.credentials, err))
        return false;
    *out = profiles;
    return true;
}

/* `profile x` and `services x`, where x may stand in quotes. */
static bool is_section(struct span section, struct span kind, struct span name) {
    if (!span_starts_with(section, kind) || section.length == kind.length)
        return false;
    struct span rest = span_skip(section, kind.length);
    if (rest.data[0] != ' ' && rest.data[0] != '\t')
        return false;
    rest = span_trim(rest);
    char first = rest.length >= 2 ? rest.data[0] : '\0';
    if ((first == '"' || first == '\'') && rest.data[rest.length - 1] == first)
        rest = (struct span){rest.data + 1, rest.length - 2};
    return span_equal(rest, name);
}

/* As the section is written in the file; SPAN_NONE when there is none. `[profile default]` goes
 * before `[default]`. */
static struct span section_of(const struct ini *ini, struct span kind, struct span name) {
    for (size_t i = 0; i < ini->count; i++) {
        if (is_section(ini->values[i].section, kind, name))
            return ini->values[i].section;
    }
    bool plain = span_equal(kind, SPAN("profile")) && span_equal(name, SPAN("default"));
    return plain && ini_has(ini, name) ? name : SPAN_NONE;
}

static struct span not_empty(struct span value) {
    return value.length > 0 ? value : SPAN_NONE;
}

bool profile_exists(const struct profiles *profiles, struct span name) {
    return ini_has(&profiles->credentials.ini, name) ||
           section_of(&profiles->config.ini, SPAN("profile"), name).data != NULL;
}

static struct span from_config(const struct profiles *profiles, struct span name, const char *key,
                               const char *inner) {
    const struct ini *ini = &profiles->config.ini;
    struct span section = section_of(ini, SPAN("profile"), name);

    if (section.data == NULL)
        return SPAN_NONE;
    return not_empty(ini_get_inner(ini, section, span_of(key), span_of(inner)));
}

static struct span from_credentials(const struct profiles *profiles, struct span name,
                                    const char *key, const char *inner) {
    return not_empty(ini_get_inner(&profiles->credentials.ini, name, span_of(key), span_of(inner)));
}

struct span profile_get_inner(const struct profiles *profiles, struct span name, const char *key,
                              const char *inner) {
    struct span value = from_credentials(profiles, name, key, inner);

    return value.data != NULL ? value : from_config(profiles, name, key, inner);
}

struct span profile_get(const struct profiles *profiles, struct span name, const char *key) {
    return profile_get_inner(profiles, name, key, NULL);
}

struct span profile_credentials_get(const struct profiles *profiles, struct span name,
                                    const char *key) {
    return from_credentials(profiles, name, key, NULL);
}

struct span profile_config_get(const struct profiles *profiles, struct span name, const char *key) {
    return from_config(profiles, name, key, NULL);
}

/* As it is written in the config file; SPAN_NONE: none is named, or it is not there. */
static struct span services_section(const struct profiles *profiles, struct span name) {
    struct span services = profile_get(profiles, name, "services");

    if (services.data == NULL)
        return SPAN_NONE;
    return section_of(&profiles->config.ini, SPAN("services"), services);
}

bool profile_services_exist(const struct profiles *profiles, struct span name) {
    return profile_get(profiles, name, "services").data == NULL ||
           services_section(profiles, name).data != NULL;
}

struct span profile_service_endpoint(const struct profiles *profiles, struct span name,
                                     const char *service) {
    struct span section = services_section(profiles, name);

    if (section.data == NULL)
        return SPAN_NONE;
    return not_empty(
        ini_get_inner(&profiles->config.ini, section, span_of(service), SPAN("endpoint_url")));
}
