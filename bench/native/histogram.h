// A log-linear histogram of nanoseconds: 256 steps per power of two, so 0.4 % wide.
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>
#include <stdio.h>

#define HISTOGRAM_BITS 8
#define HISTOGRAM_STEPS (1 << HISTOGRAM_BITS)

struct histogram {
  uint64_t buckets[(64 - HISTOGRAM_BITS + 1) * HISTOGRAM_STEPS];
  uint64_t count;
  int64_t max;
  double sum;
};

static inline int histogram_bucket(int64_t value) {
  if (value < HISTOGRAM_STEPS) return (int)value;
  int shift = 63 - __builtin_clzll((uint64_t)value) - HISTOGRAM_BITS;
  return (shift + 1) * HISTOGRAM_STEPS + (int)((value >> shift) & (HISTOGRAM_STEPS - 1));
}

static inline double histogram_middle(int bucket) {
  if (bucket < HISTOGRAM_STEPS) return bucket;
  int shift = bucket / HISTOGRAM_STEPS - 1;
  int64_t low = (int64_t)(HISTOGRAM_STEPS + bucket % HISTOGRAM_STEPS) << shift;
  return (double)low + (double)(1LL << shift) / 2;
}

static inline void histogram_add(struct histogram *h, int64_t value) {
  if (value < 0) value = 0;
  h->buckets[histogram_bucket(value)]++;
  h->count++;
  h->sum += (double)value;
  if (value > h->max) h->max = value;
}

static inline double histogram_quantile(const struct histogram *h, double quantile) {
  double wanted = quantile * (double)h->count;
  double seen = 0;
  int buckets = sizeof h->buckets / sizeof h->buckets[0];
  for (int i = 0; h->count && i < buckets; i++) {
    seen += (double)h->buckets[i];
    if (h->buckets[i] && seen >= wanted) return histogram_middle(i);
  }
  return (double)h->max;
}

/** Prints the percentiles in microseconds as one JSON member. */
static inline void histogram_print(FILE *out, const char *name, const struct histogram *h) {
  fprintf(out, "\"%s\":{\"count\":%llu,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,",
          name, (unsigned long long)h->count, histogram_quantile(h, 0.5) / 1e3,
          histogram_quantile(h, 0.9) / 1e3, histogram_quantile(h, 0.99) / 1e3,
          histogram_quantile(h, 0.999) / 1e3);
  fprintf(out, "\"max\":%.1f,\"mean\":%.1f}", (double)h->max / 1e3,
          h->count ? h->sum / (double)h->count / 1e3 : 0.0);
}

#endif
