#define _GNU_SOURCE
#include "request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEADER_BYTES_MAX (64 * 1024)

static bool starts(const char *text, const char *end, const char *prefix) {
  size_t length = strlen(prefix);
  return (size_t)(end - text) >= length && !strncasecmp(text, prefix, length);
}

/** Whether the body holds `"name": true` with any white space around the colon. */
static bool is_true(const char *body, size_t count, const char *name) {
  const char *end = body + count;
  const char *at = memmem(body, count, name, strlen(name));
  if (!at) return false;
  at += strlen(name);
  while (at < end && (*at == ' ' || *at == ':' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  return starts(at, end, "true");
}

/** Length of a chunked body including its end, 0 while it is incomplete, -1 when it is malformed. */
static long chunked_length(const char *body, const char *end) {
  const char *at = body;
  for (;;) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (!line_end) return 0;
    char *digits_end;
    unsigned long size = strtoul(at, &digits_end, 16);
    if (digits_end == at) return -1;
    at = line_end + 1;
    if ((size_t)(end - at) < size + 2) return 0;
    at += size + 2;
    if (!size) return at - body;
  }
}

static bool line_has(const char *line, const char *end, const char *needle) {
  const char *line_end = memchr(line, '\r', (size_t)(end - line));
  return line_end && memmem(line, (size_t)(line_end - line), needle, strlen(needle));
}

static enum request_kind kind_of(const char *data, const char *end) {
  if (starts(data, end, "POST ")) {
    bool known = line_has(data, end, "/chat/completions") || line_has(data, end, "/messages");
    return known ? REQUEST_MODEL : REQUEST_UNKNOWN;
  }
  if (starts(data, end, "GET /__control")) return REQUEST_CONTROL;
  if (starts(data, end, "GET /__stats")) return REQUEST_STATS;
  return REQUEST_UNKNOWN;
}

long request_read(const char *data, size_t count, struct request *request) {
  const char *end = data + count;
  const char *head_end = memmem(data, count, "\r\n\r\n", 4);
  if (!head_end) return count > HEADER_BYTES_MAX ? -1 : 0;
  const char *body = head_end + 4;
  const char *target = memchr(data, ' ', (size_t)(head_end - data));
  if (!target) return -1;

  long body_length = 0;
  bool chunked = false;
  for (const char *line = memchr(data, '\n', (size_t)(body - data)); line && line < head_end;
       line = memchr(line + 1, '\n', (size_t)(body - line - 1))) {
    if (starts(line + 1, head_end, "content-length:")) body_length = atol(line + 16);
    if (starts(line + 1, head_end, "transfer-encoding: chunked")) chunked = true;
  }
  if (chunked) {
    body_length = chunked_length(body, end);
    if (body_length <= 0) return body_length;
  }
  if (body_length < 0) return -1;
  if (end - body < body_length) return 0;

  request->kind = kind_of(data, head_end);
  request->target = target + 1;
  request->stream = false;
  request->form = FORM_CHAT;
  if (request->kind == REQUEST_MODEL) {
    size_t length = (size_t)body_length;
    if (!memmem(body, length, "\"messages\"", 10)) request->kind = REQUEST_UNKNOWN;
    request->stream = is_true(body, length, "\"stream\"");
    if (line_has(data, head_end, "/messages")) request->form = FORM_MESSAGES;
    else if (is_true(body, length, "\"include_usage\"")) request->form = FORM_CHAT_USAGE;
  }
  return body - data + body_length;
}

long long request_number(const struct request *request, const char *name, long long otherwise) {
  size_t length = strlen(name);
  for (const char *at = request->target; *at != ' ' && *at != '\r'; at++) {
    bool begins = *at == '?' || *at == '&';
    if (begins && !strncmp(at + 1, name, length) && at[1 + length] == '=')
      return atoll(at + 2 + length);
  }
  return otherwise;
}
