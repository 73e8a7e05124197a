/* The statistics at exit: stats=1 prints text to stderr, stats_file=NAME writes
 * JSON. Both list all threads, each thread, and the regions, those that lost the
 * most time first; and what the runtime itself keeps in memory. */
#include "resident.h"
#include "statistics.h"

#include <errno.h>
#include <mimalloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static unsigned long long number(const _Atomic uint64_t *word) {
  return ame_counted(word);
}

static unsigned long long all_aborts(const struct ame_counters *counters) {
  unsigned long long sum = 0;
  for (int i = 0; i < AME_ABORT_CAUSE_COUNT; i++)
    sum += number(&counters->aborts[i]);
  return sum;
}

static double milliseconds_lost(const struct ame_counters *counters) {
  return (double)ame_counted(&counters->ticks_lost) /
         (double)ame_os_ticks_per_microsecond() / 1000;
}

static void add_up(struct ame_counters *sum, struct ame_counters *one) {
  ame_count(&sum->commits, ame_counted(&one->commits));
  ame_count(&sum->ticks_lost, ame_counted(&one->ticks_lost));
  ame_count(&sum->inevitable, ame_counted(&one->inevitable));
  ame_count_at_least(&sum->attempts_max, ame_counted(&one->attempts_max));
  for (int i = 0; i < AME_ABORT_CAUSE_COUNT; i++)
    ame_count(&sum->aborts[i], ame_counted(&one->aborts[i]));
  for (int i = 0; i < AME_REASONS; i++) {
    const char *text =
        atomic_load_explicit(&one->reasons[i].text, memory_order_acquire);
    if (text)
      ame_count_reason(sum, text, ame_counted(&one->reasons[i].count));
  }
}

/* --- the regions of all threads ---------------------------------------------- */
struct regions {
  struct ame_region *items;
  size_t count, capacity;
};

static struct ame_counters *find_or_add(struct regions *regions, const char *name) {
  name = name ? name : "unnamed";
  for (size_t i = 0; i < regions->count; i++)
    if (strcmp(regions->items[i].name, name) == 0)
      return &regions->items[i].counters;
  regions->items = ame_own_grow(regions->items, regions->count, &regions->capacity,
                                sizeof *regions->items);
  struct ame_region *added = &regions->items[regions->count++];
  memset(added, 0, sizeof *added);
  added->name = name;
  return &added->counters;
}

static int by_time_lost(const void *left, const void *right) {
  const struct ame_counters *a = &((const struct ame_region *)left)->counters;
  const struct ame_counters *b = &((const struct ame_region *)right)->counters;
  const uint64_t lost_a = ame_counted(&a->ticks_lost);
  const uint64_t lost_b = ame_counted(&b->ticks_lost);
  if (lost_a != lost_b)
    return lost_a < lost_b ? 1 : -1;
  const uint64_t commits_a = ame_counted(&a->commits);
  const uint64_t commits_b = ame_counted(&b->commits);
  return commits_a == commits_b ? 0 : commits_a < commits_b ? 1 : -1;
}

static struct regions collect_regions(void) {
  struct regions regions = {0};
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
    for (size_t i = 0; i < AME_REGION_LISTS; i++)
      for (struct ame_region *region = atomic_load_explicit(
               &tx->statistics->regions[i], memory_order_acquire);
           region; region = region->next)
        add_up(find_or_add(&regions, region->name), &region->counters);
  if (regions.count > 1)
    qsort(regions.items, regions.count, sizeof *regions.items, by_time_lost);
  return regions;
}

/* --- text ---------------------------------------------------------------------- */
static void print_text(FILE *out, const char *what, const char *name,
                       const struct ame_counters *c) {
  fprintf(out,
          "ame: %s%s: %llu commits, %llu aborts (%.1f ms lost, at most %llu "
          "failed attempts), %llu inevitable\n",
          what, name, number(&c->commits), all_aborts(c), milliseconds_lost(c),
          number(&c->attempts_max), number(&c->inevitable));
  for (int i = 0; i < AME_ABORT_CAUSE_COUNT; i++)
    if (number(&c->aborts[i]))
      fprintf(out, "ame:   %10llu %s\n", number(&c->aborts[i]), cause_texts[i]);
}

/* Most frequent first. */
static void print_reasons(FILE *out, const struct ame_counters *c) {
  bool shown[AME_REASONS] = {false};
  for (;;) {
    int top = -1;
    for (int i = 0; i < AME_REASONS; i++)
      if (!shown[i] && number(&c->reasons[i].count) &&
          (top < 0 || number(&c->reasons[i].count) > number(&c->reasons[top].count)))
        top = i;
    if (top < 0)
      return;
    shown[top] = true;
    fprintf(out, "ame:   %10llu inevitable: %s\n", number(&c->reasons[top].count),
            atomic_load(&c->reasons[top].text));
  }
}

static uint64_t all_parts(const struct ame_resident *resident) {
  uint64_t sum = 0;
#define X(part, text) sum += resident->part;
  AME_RESIDENT_PARTS(X)
#undef X
  return sum;
}

static void print_resident(FILE *out) {
  struct ame_resident resident;
  if (!ame_resident_measure(&resident))
    return;
  fprintf(out, "ame: runtime's own memory: %llu kB (",
          (unsigned long long)all_parts(&resident) / 1024);
  const char *comma = "";
#define X(part, text)                                                          \
  if (resident.part) {                                                         \
    fprintf(out, "%s" text " %llu", comma,                                     \
            (unsigned long long)resident.part / 1024);                         \
    comma = ", ";                                                              \
  }
  AME_RESIDENT_PARTS(X)
#undef X
  fprintf(out, ")\n");
}

static void print_json_resident(FILE *out) {
  struct ame_resident resident;
  if (!ame_resident_measure(&resident))
    return;
  fprintf(out, ",\n \"resident\": {\"all\": %llu",
          (unsigned long long)all_parts(&resident));
#define X(part, text)                                                          \
  fprintf(out, ", \"" #part "\": %llu", (unsigned long long)resident.part);
  AME_RESIDENT_PARTS(X)
#undef X
  fputc('}', out);
}

static void write_text(FILE *out, const struct ame_counters *all,
                       const struct regions *regions) {
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next) {
    char slot[16];
    snprintf(slot, sizeof slot, "%u", tx->slot);
    print_text(out, "thread ", slot, ame_statistics_of(tx));
  }
  for (size_t i = 0; i < regions->count; i++) {
    print_text(out, "region ", regions->items[i].name, &regions->items[i].counters);
    print_reasons(out, &regions->items[i].counters);
  }
  print_text(out, "all threads", "", all);
  print_reasons(out, all);
  print_resident(out);
}

/* --- JSON ------------------------------------------------------------------------ */
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

/* The members of an object, without its braces. */
static void print_json(FILE *out, const struct ame_counters *c) {
  fprintf(out,
          "\"commits\": %llu, \"aborts\": %llu, \"ms_lost\": %.3f, "
          "\"attempts_max\": %llu, \"inevitable\": %llu, \"causes\": {",
          number(&c->commits), all_aborts(c), milliseconds_lost(c),
          number(&c->attempts_max), number(&c->inevitable));
  for (int i = 0; i < AME_ABORT_CAUSE_COUNT; i++)
    fprintf(out, "%s\"%s\": %llu", i ? ", " : "", cause_names[i],
            number(&c->aborts[i]));
  fprintf(out, "}, \"reasons\": [");
  const char *comma = "";
  for (int i = 0; i < AME_REASONS; i++)
    if (number(&c->reasons[i].count)) {
      fprintf(out, "%s{\"count\": %llu, \"reason\": ", comma,
              number(&c->reasons[i].count));
      print_json_text(out, atomic_load(&c->reasons[i].text));
      fputc('}', out);
      comma = ", ";
    }
  fputc(']', out);
}

static void write_json(FILE *out, const struct ame_counters *all,
                       const struct regions *regions) {
  fprintf(out, "{\"all\": {");
  print_json(out, all);
  fprintf(out, "},\n \"threads\": [");
  const char *comma = "";
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next) {
    fprintf(out, "%s{", comma);
    print_json(out, ame_statistics_of(tx));
    fputc('}', out);
    comma = ",\n  ";
  }
  fprintf(out, "],\n \"regions\": [");
  comma = "";
  for (size_t i = 0; i < regions->count; i++) {
    fprintf(out, "%s{\"name\": ", comma);
    print_json_text(out, regions->items[i].name);
    fprintf(out, ", ");
    print_json(out, &regions->items[i].counters);
    fputc('}', out);
    comma = ",\n  ";
  }
  fputc(']', out);
  print_json_resident(out);
  fprintf(out, "}\n");
}

static void write_json_file(const struct ame_counters *all,
                            const struct regions *regions) {
  FILE *out = fopen(ame_options.stats_file, "we");
  if (out)
    write_json(out, all, regions);
  if (!out || fclose(out) != 0)
    fprintf(stderr, "ame: warning: cannot write %s: %s\n",
            ame_options.stats_file, strerror(errno));
}

AME_HIDDEN void ame_statistics_report_at_exit(void);
void ame_statistics_report_at_exit(void) {
  if (!ame_options.stats && !ame_options.stats_file)
    return;
  static struct ame_counters all;
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
    add_up(&all, ame_statistics_of(tx));
  struct regions regions = collect_regions();
  if (ame_options.stats_file)
    write_json_file(&all, &regions);
  if (ame_options.stats)
    write_text(stderr, &all, &regions);
  mi_free(regions.items);
}
