// The bytes that the fake upstream answers with.
#ifndef BENCH_REPLIES_H
#define BENCH_REPLIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "request.h"

#define REPLY_PROMPT_TOKENS 19
#define REPLY_WHOLE_TOKENS 24
/** No head, chunk or ending of a stream is longer. */
#define REPLY_PIECE_BYTES_MAX 2048

/** Renders the static parts; call once before the others. */
void replies_prepare(void);

/** The whole answer, head and body. */
const char *reply_whole(enum form form, size_t *count);

/** Each writes one piece of a streamed answer to `out` and returns its length. */
size_t reply_stream_head(char *out, enum form form);
size_t reply_stream_chunk(char *out, enum form form, long index, int64_t at_ns);
size_t reply_stream_end(char *out, enum form form, long chunks);

/** A small JSON answer with any body. */
size_t reply_json(char *out, int status, const char *body);

#endif
