// Checks one answer against what the fake upstream sent: nothing may be lost, doubled or reordered.
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANSWER_TEXT_BYTES_MAX 4096
#define EVIDENCE_BYTES_MAX 300

enum verdict {
  VERDICT_GOOD,
  VERDICT_STATUS,      // another status than 200
  VERDICT_BODY,        // not the upstream's JSON, or text in a stream that is no event of it
  VERDICT_INCOMPLETE,  // chunks, the finish reason or [DONE] are missing
  VERDICT_ORDER,       // chunks doubled or out of order
  VERDICT_USAGE,       // no usage where it was asked for, or usage unasked
  VERDICT_PROTOCOL,    // not HTTP/1.1, or cut off in the middle
  VERDICT_CONNECTION,  // refused, reset, or closed before the answer
  VERDICT_UNFINISHED,  // still open when the time to drain was over
  VERDICTS
};

struct expectation {
  bool stream;
  bool usage;
  long chunks;
};

struct answer {
  const struct expectation *expected;
  void (*on_chunk)(void *context, int64_t stamp_ns);
  void *context;
  long chunks, usages;
  bool finished, done, disordered, foreign;
  size_t text_count;  // of the line being read in a stream, else of the body
  size_t evidence_count;
  char text[ANSWER_TEXT_BYTES_MAX];
  char evidence[EVIDENCE_BYTES_MAX];  // the first line of a stream that does not belong there
};

/** Makes the struct ready for the next answer. */
void answer_reset(struct answer *answer);

/** Takes the next bytes of the body. `status` decides whether they are read as a stream. */
void answer_read(struct answer *answer, int status, const char *data, size_t count);

/** Judges the answer after its last byte. */
enum verdict answer_judge(const struct answer *answer, int status);

#endif
