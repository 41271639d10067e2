#include "tally.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static const char *const NAMES[VERDICTS] = {
    [VERDICT_STATUS] = "status",         [VERDICT_BODY] = "body",
    [VERDICT_INCOMPLETE] = "incomplete", [VERDICT_ORDER] = "order",
    [VERDICT_USAGE] = "usage",           [VERDICT_PROTOCOL] = "protocol",
    [VERDICT_CONNECTION] = "connection", [VERDICT_UNFINISHED] = "unfinished",
};

void tally_fail(struct tally *t, enum verdict verdict, int status, const struct answer *answer) {
  t->failures[verdict]++;
  if (t->sample[0]) return;
  t->failed_status = status;
  const char *text = answer->evidence_count ? answer->evidence : answer->text;
  size_t count = answer->evidence_count ? answer->evidence_count : answer->text_count;
  snprintf(t->sample, sizeof t->sample, "%s: %.*s", NAMES[verdict], (int)count, text);
  for (char *at = t->sample; *at; at++)
    if (*at == '"' || *at == '\\' || (unsigned char)*at < ' ' || (unsigned char)*at > '~') *at = '\'';
}

static double cpu_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void tally_print(const struct tally *t, double seconds) {
  printf("{\"seconds\":%.3f,\"started\":%ld,\"completed\":%ld,\"completedInWindow\":%ld,", seconds,
         t->started, t->completed, t->completed_in_window);
  printf("\"chunks\":%ld,\"chunksInWindow\":%ld,\"openMax\":%ld,\"connects\":%ld,"
         "\"reconnects\":%ld,\"cpuSeconds\":%.3f,",
         t->chunks, t->chunks_in_window, t->open_max, t->connects, t->reconnects, cpu_seconds());
  histogram_print(stdout, "latencyUs", &t->latency);
  putchar(',');
  histogram_print(stdout, "firstByteUs", &t->first_byte);
  putchar(',');
  histogram_print(stdout, "chunkDelayUs", &t->chunk_delay);
  printf(",\"failures\":{");
  for (int i = VERDICT_GOOD + 1; i < VERDICTS; i++)
    printf("%s\"%s\":%ld", i > VERDICT_GOOD + 1 ? "," : "", NAMES[i], t->failures[i]);
  printf("},\"failedStatus\":%d,\"sample\":\"%s\"}\n", t->failed_status, t->sample);
}
