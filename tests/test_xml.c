#include "tests/rows.h"

#include "aws/xml.h"
#include "base/buffer.h"
#include "base/limits.h"

/* Writes `path=text;` for every element. */
static bool write_element(void *context, struct span path, struct span text, struct err *err) {
    struct buffer *out = context;

    if (span_ends_with(path, SPAN("/stop")))
        return err_set(err, ERR_TOO_LARGE, "stop here");
    buffer_append_format(out, "%.*s=%.*s;", SPAN_ARGS(path), SPAN_ARGS(text));
    return true;
}

static const struct document_row {
    const char *name;
    const char *document;
    const char *elements; /* NULL: refused */
    const char *says;
} documents[] = {
    {"values", "<a><b>1</b><c>2</c></a>", "/a/b=1;/a/c=2;/a=;", ""},
    {"with a declaration and a namespace",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a xmlns=\"http://x/\"><b>1</b></a>\n",
     "/a/b=1;/a=;", ""},
    {"spaces between elements", "<a>\n  <b> 1 </b>\n</a>", "/a/b= 1 ;/a=\n;", ""},
    {"escapes", "<a>&lt;&amp;&gt;&quot;&#39;&#xe4;&#10;</a>", "/a=<&>\"'\xc3\xa4\n;", ""},
    {"a section of characters", "<a><![CDATA[<b>]]></a>", "/a=<b>;", ""},
    {"an empty element", "<a><b/></a>", "/a/b=;/a=;", ""},
    {"a comment in a value", "<a>1<!-- x -->2</a>", "/a=12;", ""},
    {"attributes say nothing", "<a b=\"c\">1</a>", "/a=1;", ""},
    {"other encodings", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe4</a>",
     "/a=\xc3\xa4;", ""},
    {"nothing", "", NULL, "0 bytes"},
    {"no XML", "SlowDown", NULL, "no XML"},
    {"JSON", "{\"a\":1}", NULL, "no XML"},
    {"cut off", "<a><b>1</b>", NULL, "no XML"},
    {"something behind", "<a/><b/>", NULL, "no XML"},
    {"crossed ends", "<a><b></a></b>", NULL, "mismatched"},
    {"bytes that are no UTF-8", "<a>\xff\xfe</a>", NULL, "no XML"},
    {"a document type", "<!DOCTYPE a><a/>", NULL, "document type"},
    {"a bomb of entities", "<!DOCTYPE a [<!ENTITY x \"yyyy\"><!ENTITY z \"&x;&x;&x;\">]><a>&z;</a>",
     NULL, "document type"},
    {"a file of ours", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", NULL,
     "document type"},
    {"an entity of nobody's", "<a>&x;</a>", NULL, "undefined entity"},
    {"sixteen deep",
     "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>1</a></a></a></a></a></a></a></a></a></a></a>"
     "</a></a></a></a></a>",
     "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a=1;", ""},
    {"seventeen deep",
     "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>1</a></a></a></a></a></a></a></a></a></a>"
     "</a></a></a></a></a></a></a>",
     NULL, "too deep"},
    {"the reader has enough", "<a><stop/></a>", NULL, "stop here"},
};

static void test_document(void **state) {
    const struct document_row *row = *state;
    struct buffer CLEANUP(buffer_clear) out;
    struct err err = {0};

    buffer_init(&out, 0);
    bool good = xml_read(span_of(row->document), write_element, &out, &err);
    assert_int_equal(good, row->elements != NULL);
    if (good)
        assert_true(span_starts_with(buffer_span(&out), span_of(row->elements)));
    else
        assert_non_null(strstr(err.text, row->says));
}

static void test_a_long_value(void **state) {
    struct buffer CLEANUP(buffer_clear) text;
    struct buffer CLEANUP(buffer_clear) out;
    struct err err = {0};

    (void)state;
    buffer_init(&out, 0);
    buffer_init(&text, 0);
    buffer_append_text(&text, "<a>");
    for (int i = 0; i < LIMIT_XML_TEXT; i++)
        buffer_append_byte(&text, 'x');
    buffer_append_text(&text, "</a>");
    assert_true(xml_read(buffer_span(&text), write_element, &out, &err));
    text.length -= 4;
    buffer_append_text(&text, "y</a>");
    assert_false(xml_read(buffer_span(&text), write_element, &out, &err));
    assert_int_equal(err.kind, ERR_REMOTE);
    assert_non_null(strstr(err.text, "too long"));
}

static const struct value_row {
    const char *name;
    const char *document;
    const char *path;
    const char *expected; /* NULL: none */
} values[] = {
    {"a value", "<Error><Code>NoSuchKey</Code></Error>", "/Error/Code", "NoSuchKey"},
    {"the first one", "<a><b>1</b><b>2</b></a>", "/a/b", "1"},
    {"an empty one", "<a><b/></a>", "/a/b", ""},
    {"another depth", "<a><c><b>1</b></c></a>", "/a/b", NULL},
    {"no document", "<a><b>1</b>", "/a/b", NULL},
};

static void test_value(void **state) {
    const struct value_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};

    struct span found = xml_value(span_of(row->document), row->path, &arena);
    assert_int_equal(found.data != NULL, row->expected != NULL);
    assert_true(span_equal(found, span_of(row->expected)));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_document, documents),
        TEST(test_a_long_value),
        ROWS(test_value, values),
    };

    return rows_run("xml", all, ARRAY_LENGTH(all));
}
