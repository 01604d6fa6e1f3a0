/* Reads the same text with jansson and with ingest/scanner.c and ingest/record.c, and says what
 * they do not agree on. */
#ifndef TRAILD_TESTS_SUPPORT_DIFFER_H
#define TRAILD_TESTS_SUPPORT_DIFFER_H

#include "base/span.h"

/* NULL when they agree about one value with blanks around it: whether it is JSON at all, where it
 * ends or breaks, each member and element, and the event that a record makes.
 *
 * They may disagree, and that is known, about lone surrogates and NUL in names (jansson takes
 * none), numbers beyond its own, depth, and NUL behind a number or behind the value (jansson
 * overlooks it). */
const char *reading_difference(struct span text);

#endif
