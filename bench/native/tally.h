// What a run of the load generator counted.
#ifndef BENCH_TALLY_H
#define BENCH_TALLY_H

#include <stdint.h>

#include "answer.h"
#include "histogram.h"

#define SAMPLE_BYTES_MAX 400

struct tally {
  long started, completed, completed_in_window, chunks, chunks_in_window;
  long open, open_max, connects, reconnects;
  long failures[VERDICTS];
  int failed_status;
  char sample[SAMPLE_BYTES_MAX];  // the beginning of the first failed answer
  struct histogram latency, first_byte, chunk_delay;
};

/** Counts a failure and keeps the first one's text. */
void tally_fail(struct tally *tally, enum verdict verdict, int status, const struct answer *answer);

/** Prints everything as one line of JSON. */
void tally_print(const struct tally *tally, double window_seconds);

#endif
