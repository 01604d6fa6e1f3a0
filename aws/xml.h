/* XML of AWS's services, element by element, without a tree: the only user of expat. Attributes and
 * namespaces say nothing there and are left out; a document type is refused, and with it every
 * entity of its own. Depth, text of an element: base/limits.h. */
#ifndef TRAILD_AWS_XML_H
#define TRAILD_AWS_XML_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* Called at the end of every element, inner ones first. `path` is `/ListBucketResult/Name`, `text`
 * what stands in the element behind the last one inside it: its value when it has none inside.
 * Both are borrowed until it returns. A false ends the reading, with its failure. */
typedef bool (*xml_element)(void *context, struct span path, struct span text, struct err *err);

/* ERR_REMOTE when the document is none, is cut off or over a limit. */
MUST_USE bool xml_read(struct span document, xml_element element, void *context, struct err *err);

/* A copy of the first value at a path; SPAN_NONE when there is none, or no document. For the few
 * values of an error or of credentials. */
struct span xml_value(struct span document, const char *path, struct arena *arena);

#endif
