// The load generator: one epoll thread, keep-alive connections, every answer checked.
//   closed loop   as many requests in flight as connections: what can the target do at most?
//   open loop     arrivals at a fixed rate; the clock of a request starts when it was due, also when
//                 it had to queue, so a slow target cannot hide its waits (coordinated omission)
// Requests take the keys in turn. Behind the last one it waits for the answers still open, so that
// nothing is abandoned. Prints one line of JSON.
#define _GNU_SOURCE
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "client.h"
#include "clock.h"

#define EVENTS_MAX 512
#define FAILURES_MAX 2000  // then the run ends early: a broken target is no load

static struct plan plan;
static struct tally tally;
static struct client client = {.plan = &plan, .tally = &tally};
static struct connection **idle;
static int idle_count;
static struct {
  int64_t *due_ns;
  long first, last, capacity;
} waiting;  // arrivals that found no free connection
static bool ending;

static long failures(void) {
  long sum = 0;
  for (int i = VERDICT_GOOD + 1; i < VERDICTS; i++) sum += tally.failures[i];
  return sum;
}

/** The connection is free: the next request of the loop, if there is one. */
static void on_free(struct connection *c) {
  bool broken = failures() >= FAILURES_MAX;
  if (broken) ending = true;
  if (!plan.open_loop && !ending) connection_start(c, now_ns());
  else if (!broken && waiting.first < waiting.last) {
    connection_start(c, waiting.due_ns[waiting.first++]);
  } else {
    idle[idle_count++] = c;
  }
}

static double random_unit(void) {
  static uint64_t state = 0x9e3779b97f4a7c15ULL;  // fixed: each target sees the same arrivals
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (double)(state >> 11) * 0x1.0p-53;
}

static int64_t next_gap_ns(void) {
  double mean = (double)NS_PER_S / plan.rate;
  return (int64_t)(plan.uniform ? mean : -log(1 - random_unit()) * mean);
}

static void arrive(int64_t due_ns) {
  if (idle_count) connection_start(idle[--idle_count], due_ns);
  else if (waiting.last < waiting.capacity) waiting.due_ns[waiting.last++] = due_ns;
  else ending = true;
}

/** Starts what is due and returns when the next start is, INT64_MAX for never. */
static int64_t start_due(int64_t next_ns, int64_t now) {
  // A closed loop opens its connections over half of the warm-up, so that streams are not in step.
  int64_t gap_ns = (int64_t)(plan.warmup_seconds * 0.5 * NS_PER_S) / plan.connections;
  while (next_ns <= now && !ending) {
    if (plan.open_loop) {
      arrive(next_ns);
      next_ns += next_gap_ns();
    } else {
      if (!idle_count) return INT64_MAX;
      connection_start(idle[--idle_count], now);
      next_ns += gap_ns;
    }
  }
  return next_ns;
}

static void run(void) {
  int64_t next_ns = now_ns();
  client.window_start_ns = next_ns + (int64_t)(plan.warmup_seconds * NS_PER_S);
  client.window_end_ns = client.window_start_ns + (int64_t)(plan.seconds * NS_PER_S);
  int64_t give_up_ns = client.window_end_ns + (int64_t)(plan.drain_seconds * NS_PER_S);
  struct epoll_event events[EVENTS_MAX];
  for (int64_t now = next_ns; now < give_up_ns; now = now_ns()) {
    // What was due in the window starts, also when this process itself is late.
    bool over = now >= client.window_end_ns;
    if (!ending) next_ns = start_due(next_ns, over ? client.window_end_ns - 1 : now);
    if (over) ending = true;
    if (ending && !tally.open) break;
    int64_t wake_ns = ending ? give_up_ns : client.window_end_ns;
    if (!ending && next_ns < wake_ns) wake_ns = next_ns;
    struct timespec wait = to_timespec(wake_ns - now_ns());
    int count = epoll_pwait2(client.poll_fd, events, EVENTS_MAX, &wait, NULL);
    for (int i = 0; i < count; i++) connection_handle(events[i].data.ptr, events[i].events);
  }
  tally.failures[VERDICT_UNFINISHED] = tally.open + (waiting.last - waiting.first);
}

static void allocate(void) {
  size_t count = (size_t)plan.connections;
  struct connection *connections = calloc(count, sizeof *connections);
  double seconds = plan.seconds + plan.warmup_seconds;
  waiting.capacity = plan.open_loop ? (long)(2 * plan.rate * seconds) + 10000 : 1;
  waiting.due_ns = calloc((size_t)waiting.capacity, sizeof *waiting.due_ns);
  idle = calloc(count, sizeof *idle);
  if (!connections || !idle || !waiting.due_ns) abort();
  for (size_t i = 0; i < count; i++) {
    connection_prepare(&connections[i], &client);
    idle[idle_count++] = &connections[i];
  }
}

static void allow_many_sockets(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv) {
  plan_read(&plan, argc, argv);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_TIMERSLACK, 1UL);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  allow_many_sockets();
  client.poll_fd = epoll_create1(0);
  client.on_free = on_free;
  allocate();
  run();
  tally_print(&tally, plan.seconds);
  return 0;
}
