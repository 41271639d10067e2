#define _GNU_SOURCE
#include "response.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool starts(const char *text, const char *end, const char *prefix) {
  size_t length = strlen(prefix);
  return (size_t)(end - text) >= length && !strncasecmp(text, prefix, length);
}

void response_reset(struct response *r) {
  r->head_read = r->closes = false;
  r->status = 0;
  r->framing = FRAMING_UNTIL_CLOSE;
  r->chunk_state = CHUNK_SIZE;
  r->left = 0;
  r->head_count = r->line_count = 0;
}

static bool parse_head(struct response *r, const char *head, const char *head_end) {
  if (!starts(head, head_end, "HTTP/1.1 ")) return false;
  r->status = atoi(head + 9);
  for (const char *line = memchr(head, '\n', (size_t)(head_end - head)); line;
       line = memchr(line + 1, '\n', (size_t)(head_end - line - 1))) {
    if (starts(line + 1, head_end, "content-length:")) {
      r->framing = FRAMING_LENGTH;
      r->left = atoll(line + 16);
    }
    if (starts(line + 1, head_end, "transfer-encoding: chunked")) r->framing = FRAMING_CHUNKED;
    if (starts(line + 1, head_end, "connection: close")) r->closes = true;
  }
  if (r->framing == FRAMING_CHUNKED) r->left = 0;
  if (r->framing == FRAMING_UNTIL_CLOSE) r->closes = true;
  r->head_read = true;
  return r->left >= 0;
}

/** Collects the head; returns how many of the new bytes belong to it, -1 when it is malformed. */
static long read_head(struct response *r, const char *data, size_t count) {
  size_t room = sizeof r->head - r->head_count;
  size_t copied = count < room ? count : room;
  size_t before = r->head_count;
  memcpy(r->head + before, data, copied);
  r->head_count += copied;
  const char *end = memmem(r->head, r->head_count, "\r\n\r\n", 4);
  if (!end) return r->head_count == sizeof r->head ? -1 : (long)count;
  if (!parse_head(r, r->head, end + 2)) return -1;
  return (long)((size_t)(end + 4 - r->head) - before);
}

/** One byte of the framing between two pieces of data; false when it is malformed. */
static bool read_framing(struct response *r, char byte, bool *complete) {
  switch (r->chunk_state) {
    case CHUNK_SIZE:
      if (isxdigit((unsigned char)byte)) {
        r->left = r->left * 16 + (byte <= '9' ? byte - '0' : (byte | 32) - 'a' + 10);
        return r->left < (1LL << 40);
      }
      if (byte == '\n') r->chunk_state = r->left ? CHUNK_DATA : CHUNK_TRAILER;
      if (byte == ';') r->chunk_state = CHUNK_EXTENSION;
      return byte == '\n' || byte == '\r' || byte == ';';
    case CHUNK_EXTENSION:
      if (byte == '\n') r->chunk_state = r->left ? CHUNK_DATA : CHUNK_TRAILER;
      return true;
    case CHUNK_DATA_END:
      if (byte == '\n') r->chunk_state = CHUNK_SIZE;
      return byte == '\n' || byte == '\r';
    case CHUNK_TRAILER:
      if (byte == '\n' && r->line_count == 0) *complete = true;
      if (byte == '\n') r->line_count = 0;
      else if (byte != '\r') r->line_count++;
      return true;
    case CHUNK_DATA: break;
  }
  return false;
}

static enum progress read_chunked(struct response *r, const char *data, size_t count,
                                  body_sink *sink, void *context) {
  const char *at = data;
  const char *end = data + count;
  bool complete = false;
  while (at < end && !complete) {
    if (r->chunk_state == CHUNK_DATA) {
      size_t piece = (size_t)(end - at);
      if ((int64_t)piece > r->left) piece = (size_t)r->left;
      sink(context, at, piece);
      at += piece;
      r->left -= (int64_t)piece;
      if (!r->left) r->chunk_state = CHUNK_DATA_END;
    } else if (!read_framing(r, *at++, &complete)) {
      return PROGRESS_BROKEN;
    }
  }
  if (at < end) return PROGRESS_BROKEN;
  return complete ? PROGRESS_COMPLETE : PROGRESS_MORE;
}

enum progress response_read(struct response *r, const char *data, size_t count, body_sink *sink,
                            void *context) {
  if (!r->head_read) {
    long used = read_head(r, data, count);
    if (used < 0) return PROGRESS_BROKEN;
    data += used;
    count -= (size_t)used;
    if (!r->head_read) return PROGRESS_MORE;
  }
  if (r->framing == FRAMING_CHUNKED) return read_chunked(r, data, count, sink, context);
  if (r->framing == FRAMING_UNTIL_CLOSE) {
    sink(context, data, count);
    return PROGRESS_MORE;
  }
  if ((int64_t)count > r->left) return PROGRESS_BROKEN;
  sink(context, data, count);
  r->left -= (int64_t)count;
  return r->left ? PROGRESS_MORE : PROGRESS_COMPLETE;
}
