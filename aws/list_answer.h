/* What S3 answers to ListObjectsV2. It is checked to be what was asked for, so that a server that
 * talks nonsense can neither make a listing go round in circles nor put in other keys. */
#ifndef TRAILD_AWS_LIST_ANSWER_H
#define TRAILD_AWS_LIST_ANSWER_H

#include "aws/s3.h"

/* Objects and folders of a page have the list's prefix, 1 to LIMIT_KEY_BYTES bytes and the order of
 * their bytes; objects lie behind its start. The token leads to the next page; SPAN_NONE: none was
 * told. All of it in the arena. ERR_REMOTE when the answer is anything else. */
MUST_USE bool list_answer_read(struct span body, const struct s3_list *list, struct arena *arena,
                               struct s3_page *out, struct span *out_token, struct err *err);

#endif
