#include "aws/xml.h"

#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "base/macros.h"

#define PATH_BYTES 512

struct reading {
    XML_Parser parser;
    xml_element element;
    void *context;
    struct buffer path;
    struct buffer text; /* of the innermost element, so far */
    size_t depth;
    bool failed; /* err tells why */
    struct err *err;
};

static void stop(struct reading *reading) {
    reading->failed = true;
    XML_StopParser(reading->parser, XML_FALSE);
}

static void refuse(struct reading *reading, const char *why) {
    if (reading->failed)
        return;
    err_set(reading->err, ERR_REMOTE, "the answer's XML %s", why);
    stop(reading);
}

static void start_element(void *context, const char *name, const char **attributes) {
    struct reading *reading = context;

    (void)attributes;
    reading->text.length = 0;
    buffer_append_byte(&reading->path, '/');
    buffer_append_text(&reading->path, name);
    if (++reading->depth > LIMIT_XML_DEPTH || reading->path.overflowed)
        refuse(reading, "is nested too deep");
}

/* expat sees to it that each end belongs to the last start. */
static void end_element(void *context, const char *name) {
    struct reading *reading = context;

    if (reading->failed)
        return;
    struct span text = reading->text.length == 0 ? SPAN("") : buffer_span(&reading->text);
    if (!reading->element(reading->context, buffer_span(&reading->path), text, reading->err)) {
        stop(reading);
        return;
    }
    reading->path.length -= strlen(name) + 1;
    reading->text.length = 0;
    reading->depth--;
}

static void add_text(void *context, const char *bytes, int length) {
    struct reading *reading = context;

    buffer_append(&reading->text, (struct span){bytes, (size_t)length});
    if (reading->text.overflowed)
        refuse(reading, "has a value that is too long");
}

static void refuse_type(void *context, const char *name, const char *system, const char *public,
                        int has_subset) {
    (void)name;
    (void)system;
    (void)public;
    (void)has_subset;
    refuse(context, "declares a document type");
}

static bool parse(struct reading *reading, struct span document) {
    XML_SetUserData(reading->parser, reading);
    XML_SetElementHandler(reading->parser, start_element, end_element);
    XML_SetCharacterDataHandler(reading->parser, add_text);
    XML_SetStartDoctypeDeclHandler(reading->parser, refuse_type);
    enum XML_Status status =
        XML_Parse(reading->parser, document.data, (int)document.length, XML_TRUE);
    if (reading->failed)
        return false;
    return status == XML_STATUS_OK ||
           err_set(reading->err, ERR_REMOTE, "the answer is no XML: %s in line %lu",
                   XML_ErrorString(XML_GetErrorCode(reading->parser)),
                   (unsigned long)XML_GetCurrentLineNumber(reading->parser));
}

bool xml_read(struct span document, xml_element element, void *context, struct err *err) {
    struct reading reading = {.element = element, .context = context, .err = err};

    if (document.length == 0 || document.length > LIMIT_ANSWER_BYTES)
        return err_set(err, ERR_REMOTE, "the answer is no XML: it has %zu bytes", document.length);
    reading.parser = XML_ParserCreate(NULL);
    if (reading.parser == NULL)
        abort();
    buffer_init(&reading.path, PATH_BYTES);
    buffer_init(&reading.text, LIMIT_XML_TEXT);
    bool good = parse(&reading, document);
    buffer_clear(&reading.path);
    buffer_clear(&reading.text);
    XML_ParserFree(reading.parser);
    return good;
}

struct wanted {
    struct span path;
    struct arena *arena;
    struct span found;
};

static bool look_at(void *context, struct span path, struct span text, struct err *err) {
    struct wanted *wanted = context;

    (void)err;
    if (wanted->found.data == NULL && span_equal(path, wanted->path))
        wanted->found = arena_copy(wanted->arena, text);
    return true;
}

struct span xml_value(struct span document, const char *path, struct arena *arena) {
    struct wanted wanted = {.path = span_of(path), .arena = arena};
    struct err ignored = {0};

    return xml_read(document, look_at, &wanted, &ignored) ? wanted.found : SPAN_NONE;
}
