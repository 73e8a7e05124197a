/* The driver of every benchmark program: arguments, threads, time, result. It
 * is compiled without transactions, whatever the benchmark is built for. */
#include "bench.h"
#include "meeting.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>

enum { MAX_THREADS = 64, MAX_METRICS = 32 };

uint64_t bench_profile_regions, bench_profile_ticks;
int bench_profile_depth;

static const struct benchmark *bench;
static int argument_count;
static char **arguments;
static char used[256];
static struct bench_worker *workers[MAX_THREADS + 1];
static struct meeting begin, phase;
static double started, ended[MAX_THREADS], cpu_before;
static atomic_int stop;
static pthread_mutex_t idle_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t idle_changed = PTHREAD_COND_INITIALIZER;
static int idle_is_registered, idle_may_end;
static struct {
  const char *name;
  double value;
} metrics[MAX_METRICS];
static int metric_count;

void bench_wrong(const char *file, int line, const char *what) {
  fprintf(stderr, "WRONG RESULT: %s:%d: %s\n", file, line, what);
  _exit(1);
}

int bench_stopped(void) {
  return atomic_load_explicit(&stop, memory_order_relaxed);
}

void bench_wait_for_all(void) { bench_meet(&phase); }

void bench_report(const char *name, double value) {
  if (metric_count == MAX_METRICS)
    bench_wrong("bench.c", __LINE__, "too many metrics");
  metrics[metric_count].name = name;
  metrics[metric_count++].value = value;
}

long bench_parameter(const char *name, long default_value) {
  const size_t length = strlen(name);
  for (int i = 1; i < argument_count; i++)
    if (strncmp(arguments[i], name, length) == 0 &&
        arguments[i][length] == '=') {
      used[i] = 1;
      return strtol(arguments[i] + length + 1, NULL, 0);
    }
  return default_value;
}

static void refuse_unknown_arguments(void) {
  for (int i = 1; i < argument_count; i++)
    if (!used[i]) {
      fprintf(stderr, "unknown argument '%s'\n", arguments[i]);
      exit(2);
    }
}

/* Each thread's data lies apart from all others'. */
static struct bench_worker *new_worker(int id, int threads) {
  struct bench_worker *worker = aligned_alloc(4096, 4096);
  if (!worker)
    bench_wrong("bench.c", __LINE__, "out of memory");
  memset(worker, 0, sizeof *worker);
  worker->id = id;
  worker->threads = threads;
  worker->random = bench_seed((uint64_t)id);
  return worker;
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void *work_thread(void *argument) {
  struct bench_worker *worker = argument;
  bench->transaction(); /* a new thread's first transaction sets it up */
  bench_meet_running(&begin, worker->id == 0);
  if (worker->id == 0) {
    bench_profile_regions = bench_profile_ticks = 0;
    cpu_before = cpu_seconds();
    started = bench_now();
  }
  bench->work(worker);
  ended[worker->id] = bench_now();
  return NULL;
}

static void *beside_thread(void *argument) {
  struct bench_worker *worker = argument;
  bench->transaction();
  bench_meet_running(&begin, 0);
  bench->beside(worker);
  return NULL;
}

static void *idle_thread(void *argument) {
  bench->transaction();
  pthread_mutex_lock(&idle_mutex);
  idle_is_registered = 1;
  pthread_cond_broadcast(&idle_changed);
  while (!idle_may_end)
    pthread_cond_wait(&idle_changed, &idle_mutex);
  pthread_mutex_unlock(&idle_mutex);
  return argument;
}

static void start_thread(pthread_t *thread, void *(*body)(void *),
                         void *argument) {
  if (pthread_create(thread, NULL, body, argument) != 0)
    bench_wrong("bench.c", __LINE__, "pthread_create");
}

static void start_idle(pthread_t *thread) {
  start_thread(thread, idle_thread, NULL);
  pthread_mutex_lock(&idle_mutex);
  while (!idle_is_registered)
    pthread_cond_wait(&idle_changed, &idle_mutex);
  pthread_mutex_unlock(&idle_mutex);
}

static void end_idle(pthread_t thread) {
  pthread_mutex_lock(&idle_mutex);
  idle_may_end = 1;
  pthread_cond_broadcast(&idle_changed);
  pthread_mutex_unlock(&idle_mutex);
  pthread_join(thread, NULL);
}

/* Not ru_maxrss: that begins with what the parent had before exec. */
static double peak_megabytes(void) {
  char line[200];
  long kilobytes = 0;
  FILE *status = fopen("/proc/self/status", "r");
  if (!status)
    bench_wrong("bench.c", __LINE__, "no /proc/self/status");
  while (fgets(line, sizeof line, status))
    if (sscanf(line, "VmHWM: %ld", &kilobytes) == 1)
      break;
  fclose(status);
  return (double)kilobytes / 1024;
}

static void print_result(int threads, double seconds, double cpu, int beside) {
  uint64_t operations = 0, attempts = 0;
  for (int i = 0; i < threads; i++) {
    operations += workers[i]->operations;
    if (workers[i]->attempts > attempts)
      attempts = workers[i]->attempts;
  }
  printf("{\"seconds\": %.9f, \"cpu\": %.6f, \"operations\": %llu, "
         "\"attempts\": %llu, \"peak_mb\": %.1f",
         seconds, cpu, (unsigned long long)operations,
         (unsigned long long)attempts, peak_megabytes());
  if (beside)
    printf(", \"beside_operations\": %llu, \"beside_longest\": %.9f",
           (unsigned long long)workers[threads]->operations,
           workers[threads]->longest);
  if (bench_profile_regions)
    printf(", \"regions\": %llu, \"region_ticks\": %llu",
           (unsigned long long)bench_profile_regions,
           (unsigned long long)bench_profile_ticks);
  for (int i = 0; i < metric_count; i++)
    printf(", \"%s\": %.9g", metrics[i].name, metrics[i].value);
  printf("}\n");
}

int bench_main(int argc, char **argv, const struct benchmark *benchmark) {
  pthread_t thread[MAX_THREADS + 1], idle;
  bench = benchmark;
  argument_count = argc;
  arguments = argv;
  const int threads = (int)bench_parameter("threads", 1);
  const int with_idle = (int)bench_parameter("idle", 0);
  const int with_beside = bench->beside && bench_parameter("beside", 0);
  if (argc > (int)sizeof used || threads < 1 || threads > MAX_THREADS) {
    fprintf(stderr, "usage: NAME=NUMBER ..., threads up to %d\n", MAX_THREADS);
    return 2;
  }
  bench->prepare();
  refuse_unknown_arguments();
  for (int i = 0; i <= threads; i++)
    workers[i] = new_worker(i, threads);
  if (with_idle)
    start_idle(&idle);
  bench_meeting_of(&begin, threads + (with_beside != 0));
  bench_meeting_of(&phase, threads);
  for (int i = 0; i < threads; i++)
    start_thread(&thread[i], work_thread, workers[i]);
  if (with_beside)
    start_thread(&thread[threads], beside_thread, workers[threads]);

  double last = 0;
  for (int i = 0; i < threads; i++) {
    pthread_join(thread[i], NULL);
    last = ended[i] > last ? ended[i] : last;
  }
  const double seconds = last - started, cpu = cpu_seconds() - cpu_before;

  atomic_store(&stop, 1);
  if (with_beside)
    pthread_join(thread[threads], NULL);
  if (with_idle)
    end_idle(idle);
  bench->check();
  print_result(threads, seconds, cpu, with_beside);
  return 0;
}
