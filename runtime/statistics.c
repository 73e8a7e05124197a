/* What happened: commits, aborts by cause, time lost, and why transactions
 * became inevitable; per thread block and in all.
 *
 * Each thread counts in a block of its own without synchronisation (relaxed
 * atomic words, so that the report at exit may read them while daemon threads
 * run). stats=1 prints a table to stderr, stats_file=NAME writes JSON. Counting
 * is always on: it costs a few increments per transaction. */
#include "transaction.h"

#include <errno.h>
#include <mimalloc.h>
#include <stdio.h>
#include <string.h>

enum { REASONS = 32 };

struct reason {
  _Atomic(const char *) text;
  _Atomic uint64_t count;
};

struct ame_statistics {
  _Atomic uint64_t commits;
  _Atomic uint64_t aborts[AME_ABORT_CAUSE_COUNT];
  _Atomic uint64_t ticks_lost;
  _Atomic uint64_t attempts_max;
  _Atomic uint64_t inevitable;
  struct reason reasons[REASONS]; /* the last one collects the rest */
};

static const char *const cause_texts[] = {
#define X(name, text) text,
    AME_ABORT_CAUSES(X)
#undef X
};
static const char *const cause_names[] = {
#define X(name, text) #name,
    AME_ABORT_CAUSES(X)
#undef X
};

/* Written by one thread only: a load and a store, no locked instruction. */
static void add(_Atomic uint64_t *word, uint64_t amount) {
  atomic_store_explicit(
      word, atomic_load_explicit(word, memory_order_relaxed) + amount,
      memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *word) {
  return atomic_load_explicit(word, memory_order_relaxed);
}

void ame_statistics_thread_start(struct transaction *tx) {
  tx->statistics = mi_zalloc(sizeof *tx->statistics);
  if (!tx->statistics)
    ame_fatal("out of memory for another thread");
}

void ame_statistics_commit(struct transaction *tx) {
  add(&tx->statistics->commits, 1);
}

void ame_statistics_abort(struct transaction *tx, enum abort_cause cause) {
  struct ame_statistics *statistics = tx->statistics;
  add(&statistics->aborts[cause], 1);
  add(&statistics->ticks_lost, ame_os_ticks() - tx->begin_time);
  if (tx->attempts + 1 > get(&statistics->attempts_max))
    atomic_store_explicit(&statistics->attempts_max, tx->attempts + 1,
                          memory_order_relaxed);
}

static void count_reason(struct ame_statistics *statistics, const char *text,
                         uint64_t amount) {
  for (size_t i = 0; i < REASONS; i++) {
    struct reason *reason = &statistics->reasons[i];
    const char *known = atomic_load_explicit(&reason->text, memory_order_relaxed);
    if (!known || i == REASONS - 1) {
      known = i == REASONS - 1 ? "other reasons" : text;
      atomic_store_explicit(&reason->text, known, memory_order_release);
    } else if (known != text && strcmp(known, text) != 0) {
      continue;
    }
    add(&reason->count, amount);
    return;
  }
}

void ame_statistics_inevitable(struct transaction *tx, const char *reason) {
  add(&tx->statistics->inevitable, 1);
  count_reason(tx->statistics, reason ? reason : "unnamed", 1);
}

static uint64_t all_aborts(const struct ame_statistics *statistics) {
  uint64_t sum = 0;
  for (int i = 0; i < AME_ABORT_CAUSE_COUNT; i++)
    sum += get(&statistics->aborts[i]);
  return sum;
}

static void add_up(struct ame_statistics *sum, struct ame_statistics *one) {
  add(&sum->commits, get(&one->commits));
  add(&sum->ticks_lost, get(&one->ticks_lost));
  add(&sum->inevitable, get(&one->inevitable));
  if (get(&one->attempts_max) > get(&sum->attempts_max))
    atomic_init(&sum->attempts_max, get(&one->attempts_max));
  for (int i = 0; i < AME_ABORT_CAUSE_COUNT; i++)
    add(&sum->aborts[i], get(&one->aborts[i]));
  for (int i = 0; i < REASONS; i++) {
    const char *text =
        atomic_load_explicit(&one->reasons[i].text, memory_order_acquire);
    if (text)
      count_reason(sum, text, get(&one->reasons[i].count));
  }
}

static double milliseconds(uint64_t ticks) {
  return (double)ticks / (double)ame_os_ticks_per_microsecond() / 1000;
}

static void print_text(FILE *out, const char *who,
                       const struct ame_statistics *s) {
  fprintf(out, "ame: %s: %llu commits, %llu aborts (%.1f ms lost, at most %llu "
               "failed attempts), %llu inevitable\n",
          who, (unsigned long long)get(&s->commits),
          (unsigned long long)all_aborts(s), milliseconds(get(&s->ticks_lost)),
          (unsigned long long)get(&s->attempts_max),
          (unsigned long long)get(&s->inevitable));
  for (int i = 0; i < AME_ABORT_CAUSE_COUNT; i++)
    if (get(&s->aborts[i]))
      fprintf(out, "ame:   %10llu %s\n", (unsigned long long)get(&s->aborts[i]),
              cause_texts[i]);
}

static void print_reasons(FILE *out, struct ame_statistics *sum) {
  for (int shown = 0; shown < 10; shown++) {
    struct reason *top = &sum->reasons[0];
    for (int i = 1; i < REASONS; i++)
      if (get(&sum->reasons[i].count) > get(&top->count))
        top = &sum->reasons[i];
    if (!get(&top->count))
      return;
    fprintf(out, "ame:   %10llu inevitable: %s\n",
            (unsigned long long)get(&top->count), atomic_load(&top->text));
    atomic_init(&top->count, 0);
  }
}

static void print_json_text(FILE *out, const char *text) {
  fputc('"', out);
  for (; *text; text++)
    if (*text == '"' || *text == '\\')
      fprintf(out, "\\%c", *text);
    else if ((unsigned char)*text < ' ')
      fprintf(out, "\\u%04x", (unsigned)(unsigned char)*text);
    else
      fputc(*text, out);
  fputc('"', out);
}

static void print_json(FILE *out, struct ame_statistics *s) {
  fprintf(out,
          "{\"commits\": %llu, \"aborts\": %llu, \"ms_lost\": %.3f, "
          "\"attempts_max\": %llu, \"inevitable\": %llu, \"causes\": {",
          (unsigned long long)get(&s->commits),
          (unsigned long long)all_aborts(s), milliseconds(get(&s->ticks_lost)),
          (unsigned long long)get(&s->attempts_max),
          (unsigned long long)get(&s->inevitable));
  for (int i = 0; i < AME_ABORT_CAUSE_COUNT; i++)
    fprintf(out, "%s\"%s\": %llu", i ? ", " : "", cause_names[i],
            (unsigned long long)get(&s->aborts[i]));
  fprintf(out, "}, \"reasons\": [");
  bool first = true;
  for (int i = 0; i < REASONS; i++)
    if (get(&s->reasons[i].count)) {
      fprintf(out, "%s{\"count\": %llu, \"reason\": ", first ? "" : ", ",
              (unsigned long long)get(&s->reasons[i].count));
      print_json_text(out, atomic_load(&s->reasons[i].text));
      fputc('}', out);
      first = false;
    }
  fprintf(out, "]}");
}

static void write_json(struct ame_statistics *sum) {
  FILE *out = fopen(ame_options.stats_file, "we");
  if (!out) {
    fprintf(stderr, "ame: warning: cannot write %s: %s\n",
            ame_options.stats_file, strerror(errno));
    return;
  }
  fprintf(out, "{\"all\": ");
  print_json(out, sum);
  fprintf(out, ",\n \"threads\": [");
  const char *comma = "";
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next) {
    fputs(comma, out);
    print_json(out, tx->statistics);
    comma = ",\n  ";
  }
  fprintf(out, "]}\n");
  if (fclose(out) != 0)
    fprintf(stderr, "ame: warning: cannot write %s: %s\n",
            ame_options.stats_file, strerror(errno));
}

AME_HIDDEN void ame_statistics_report_at_exit(void);
void ame_statistics_report_at_exit(void) {
  struct ame_statistics sum;
  memset(&sum, 0, sizeof sum);
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
    add_up(&sum, tx->statistics);
  if (ame_options.stats_file)
    write_json(&sum);
  if (!ame_options.stats)
    return;
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next) {
    char who[32];
    snprintf(who, sizeof who, "thread %u", tx->slot);
    print_text(stderr, who, tx->statistics);
  }
  print_text(stderr, "all threads", &sum);
  print_reasons(stderr, &sum);
}
