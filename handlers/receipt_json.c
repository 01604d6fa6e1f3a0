#include "handlers/receipt_json.h"

#include "base/json_text.h"

static void write_id(struct buffer *out, const char *name, int64_t id) {
    if (id != 0) {
        json_text_integer_member(out, name, id);
        return;
    }
    json_text_name(out, name);
    buffer_append_text(out, "null");
}

static void write_origin(const struct receipt *receipt, struct buffer *out) {
    char digest[SHA256_HEX_TEXT];

    sha256_to_hex(receipt->sha256, digest);
    json_text_integer_member(out, "id", receipt->id);
    write_id(out, "parent", receipt->parent);
    json_text_string_member(out, "source", receipt->source);
    json_text_string_member(out, "kind", receipt->kind);
    json_text_string_member(out, "status", span_of(import_status_text(receipt->status)));
    json_text_string_member(out, "sha256", span_of(digest));
    json_text_integer_member(out, "bytes", receipt->bytes);
}

void receipt_json_write(const struct receipt *receipt, struct buffer *out) {
    buffer_append_byte(out, '{');
    write_origin(receipt, out);
    json_text_integer_member(out, "records", receipt->records);
    json_text_integer_member(out, "inserted", receipt->inserted);
    json_text_integer_member(out, "duplicates", receipt->duplicates);
    json_text_integer_member(out, "rejected", receipt->rejected);
    json_text_time_member(out, "first_event_time", receipt->first_event_ms);
    json_text_time_member(out, "last_event_time", receipt->last_event_ms);
    json_text_time_member(out, "received_at", receipt->received_ms);
    if (receipt->duplicate_of != 0)
        json_text_integer_member(out, "duplicate_of", receipt->duplicate_of);
    buffer_append_byte(out, '}');
}
