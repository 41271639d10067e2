// Reads the requests that arrive at the fake upstream.
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum request_kind { REQUEST_MODEL, REQUEST_CONTROL, REQUEST_STATS, REQUEST_UNKNOWN };

/** How an answer of a model is written: as OpenAI does without or with usage, or as Anthropic does. */
enum form { FORM_CHAT, FORM_CHAT_USAGE, FORM_MESSAGES, FORMS };

struct request {
  enum request_kind kind;
  const char *target;  // request target; ends at the first blank
  bool stream;
  enum form form;
};

/**
 * Reads one whole request from the front of `data`. Returns its length in bytes, 0 while it is
 * incomplete, -1 when it is no HTTP/1.1 request.
 */
long request_read(const char *data, size_t count, struct request *request);

/** The number behind `name=` in the query of a request target, else `otherwise`. */
long long request_number(const struct request *request, const char *name, long long otherwise);

#endif
