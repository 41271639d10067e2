// A binary heap of due times. A timer sits inside the thing that it wakes.
#ifndef BENCH_TIMERS_H
#define BENCH_TIMERS_H

#include <stdint.h>
#include <stdlib.h>

struct timer {
  int64_t due_ns;
  int place;  // index in the heap plus one; 0 = not waiting
};

struct timers {
  struct timer **heap;
  int count, capacity;
};

static inline void timers_put(struct timers *t, int index, struct timer *timer) {
  t->heap[index] = timer;
  timer->place = index + 1;
}

static inline void timers_rise(struct timers *t, int index) {
  struct timer *timer = t->heap[index];
  while (index > 0 && t->heap[(index - 1) / 2]->due_ns > timer->due_ns) {
    timers_put(t, index, t->heap[(index - 1) / 2]);
    index = (index - 1) / 2;
  }
  timers_put(t, index, timer);
}

static inline void timers_sink(struct timers *t, int index) {
  struct timer *timer = t->heap[index];
  for (int child = 2 * index + 1; child < t->count; child = 2 * index + 1) {
    if (child + 1 < t->count && t->heap[child + 1]->due_ns < t->heap[child]->due_ns) child++;
    if (t->heap[child]->due_ns >= timer->due_ns) break;
    timers_put(t, index, t->heap[child]);
    index = child;
  }
  timers_put(t, index, timer);
}

static inline void timers_add(struct timers *t, struct timer *timer, int64_t due_ns) {
  if (t->count == t->capacity) {
    t->capacity = t->capacity ? 2 * t->capacity : 1024;
    t->heap = realloc(t->heap, (size_t)t->capacity * sizeof *t->heap);
    if (!t->heap) abort();
  }
  timer->due_ns = due_ns;
  t->heap[t->count++] = timer;
  timers_rise(t, t->count - 1);
}

static inline void timers_remove(struct timers *t, struct timer *timer) {
  if (!timer->place) return;
  int index = timer->place - 1;
  timer->place = 0;
  struct timer *last = t->heap[--t->count];
  if (index == t->count) return;
  timers_put(t, index, last);
  timers_rise(t, index);
  timers_sink(t, last->place - 1);
}

/** The timer that is due first, NULL when none waits. */
static inline struct timer *timers_first(const struct timers *t) {
  return t->count ? t->heap[0] : NULL;
}

#endif
