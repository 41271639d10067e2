#define _GNU_SOURCE
#include "answer.h"

#include <stdlib.h>
#include <string.h>

#define STAMP_DIGITS 19
#define INDEX_DIGITS 5

void answer_reset(struct answer *a) {
  a->chunks = a->usages = 0;
  a->finished = a->done = a->disordered = a->foreign = false;
  a->text_count = a->evidence_count = 0;
}

static const char *find(const char *text, size_t count, const char *needle) {
  return memmem(text, count, needle, strlen(needle));
}

static int64_t digits(const char *text, int count) {
  int64_t number = 0;
  for (int i = 0; i < count; i++) number = number * 10 + (text[i] - '0');
  return number;
}

/** The content "@<stamp>#<index> " of a chunk, NULL when the event has none. */
static const char *find_mark(const char *text, size_t count) {
  const char *mark = find(text, count, "\"@");
  const size_t needed = 2 + STAMP_DIGITS + 1 + INDEX_DIGITS;
  if (!mark || (size_t)(text + count - mark) < needed || mark[2 + STAMP_DIGITS] != '#') return NULL;
  return mark + 2;
}

static void find_foreign(struct answer *a, const char *line, size_t count) {
  if (a->foreign) return;
  a->foreign = true;
  a->evidence_count = count < sizeof a->evidence ? count : sizeof a->evidence;
  memcpy(a->evidence, line, a->evidence_count);
}

static void read_event(struct answer *a, const char *data, size_t count) {
  if (a->done) find_foreign(a, data, count);
  const char *mark = find_mark(data, count);
  if (mark) {
    if (digits(mark + STAMP_DIGITS + 1, INDEX_DIGITS) != a->chunks) a->disordered = true;
    a->chunks++;
    a->on_chunk(a->context, digits(mark, STAMP_DIGITS));
    return;
  }
  if (count == 6 && !memcmp(data, "[DONE]", 6)) {
    a->done = true;
    return;
  }
  if (find(data, count, "\"completion_tokens\"")) a->usages++;
  else if (find(data, count, "\"finish_reason\":\"stop\"")) a->finished = true;
  else if (!find(data, count, "\"role\":\"assistant\"")) find_foreign(a, data, count);
}

static void read_line(struct answer *a, const char *line, size_t count) {
  if (count && line[count - 1] == '\r') count--;
  if (!count || line[0] == ':') return;
  if (count > 6 && !memcmp(line, "data: ", 6)) read_event(a, line + 6, count - 6);
  else find_foreign(a, line, count);
}

static void keep(struct answer *a, const char *data, size_t count) {
  size_t room = sizeof a->text - a->text_count;
  if (count > room) count = room;
  memcpy(a->text + a->text_count, data, count);
  a->text_count += count;
}

void answer_read(struct answer *a, int status, const char *data, size_t count) {
  if (!a->expected->stream || status != 200) {
    keep(a, data, count);
    return;
  }
  for (const char *end; (end = memchr(data, '\n', count));) {
    size_t piece = (size_t)(end - data);
    if (a->text_count) {
      keep(a, data, piece);
      read_line(a, a->text, a->text_count);
      a->text_count = 0;
    } else {
      read_line(a, data, piece);
    }
    data += piece + 1;
    count -= piece + 1;
  }
  keep(a, data, count);
}

enum verdict answer_judge(const struct answer *a, int status) {
  if (status != 200) return VERDICT_STATUS;
  if (!a->expected->stream) {
    bool same = a->text_count && a->text[0] == '{' && find(a->text, a->text_count, "bench-answer:") &&
                find(a->text, a->text_count, "\"completion_tokens\"");
    size_t end = a->text_count;
    while (end && (a->text[end - 1] == '\n' || a->text[end - 1] == ' ')) end--;
    return same && a->text[end - 1] == '}' ? VERDICT_GOOD : VERDICT_BODY;
  }
  if (a->foreign || a->text_count) return VERDICT_BODY;
  if (a->disordered) return VERDICT_ORDER;
  if (a->chunks != a->expected->chunks || !a->finished || !a->done) return VERDICT_INCOMPLETE;
  if (a->usages != (a->expected->usage ? 1 : 0)) return VERDICT_USAGE;
  return VERDICT_GOOD;
}
