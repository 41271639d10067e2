// Reads HTTP/1.1 responses piece by piece, as they arrive.
#ifndef BENCH_RESPONSE_H
#define BENCH_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESPONSE_HEAD_BYTES_MAX 8192

enum progress { PROGRESS_MORE, PROGRESS_COMPLETE, PROGRESS_BROKEN };

enum framing { FRAMING_LENGTH, FRAMING_CHUNKED, FRAMING_UNTIL_CLOSE };

enum chunk_state { CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_DATA, CHUNK_DATA_END, CHUNK_TRAILER };

struct response {
  bool head_read;
  bool closes;  // the server will close the connection behind this answer
  int status;
  enum framing framing;
  enum chunk_state chunk_state;
  int64_t left;  // bytes of the body, or of the chunk
  size_t head_count, line_count;
  char head[RESPONSE_HEAD_BYTES_MAX];
};

/** Receives the decoded body piece by piece. */
typedef void body_sink(void *context, const char *data, size_t count);

/** Makes the struct ready for the next response of its connection. */
void response_reset(struct response *response);

/** Reads the next bytes of a response; nothing may follow it, as requests are not pipelined. */
enum progress response_read(struct response *response, const char *data, size_t count,
                            body_sink *sink, void *context);

#endif
