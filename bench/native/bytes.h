// A growing queue of bytes: appended at the end, taken from the front.
#ifndef BENCH_BYTES_H
#define BENCH_BYTES_H

#include <stdlib.h>
#include <string.h>

struct bytes {
  char *data;
  size_t start, end, capacity;
};

static inline size_t bytes_count(const struct bytes *b) { return b->end - b->start; }
static inline char *bytes_front(const struct bytes *b) { return b->data + b->start; }

/** Room for at least `wanted` more bytes at the end; returns where they go. */
static inline char *bytes_room(struct bytes *b, size_t wanted) {
  if (b->start && b->start == b->end) b->start = b->end = 0;
  if (b->end + wanted > b->capacity) {
    if (b->start) memmove(b->data, b->data + b->start, b->end - b->start);
    b->end -= b->start;
    b->start = 0;
    if (b->end + wanted > b->capacity) {
      b->capacity = 2 * (b->end + wanted);
      b->data = realloc(b->data, b->capacity);
      if (!b->data) abort();
    }
  }
  return b->data + b->end;
}

static inline void bytes_append(struct bytes *b, const char *data, size_t count) {
  memcpy(bytes_room(b, count), data, count);
  b->end += count;
}

static inline void bytes_take(struct bytes *b, size_t count) {
  b->start += count;
  if (b->start == b->end) b->start = b->end = 0;
}

#endif
