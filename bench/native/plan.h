// What the load generator is told to do.
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "answer.h"

struct prepared {
  char *data;
  size_t count;
};

struct plan {
  int port;
  bool open_loop;  // arrivals at `rate`, else the next request when an answer is complete
  bool uniform;    // evenly spaced arrivals, else Poisson
  double rate, seconds, warmup_seconds, drain_seconds;
  int connections;
  struct expectation expected;
  struct prepared *requests;  // one per key, used in turn
  int request_count;
};

/** Reads the command line; ends the process with a clear line when it is wrong. */
void plan_read(struct plan *plan, int argc, char **argv);

#endif
