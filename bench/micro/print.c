/* Blocks of about 50 µs of work, each of which prints one line to a file. The
 * file must hold each block's line, whole. */
#include "../harness/bench.h"

enum { WORDS = 1024 };

static long blocks, passes;
static FILE *output;
static char name[] = "/tmp/ame-bench-print-XXXXXX";

static void prepare(void) {
  blocks = bench_parameter("blocks", 4000);
  passes = bench_parameter("passes", 200);
  const int descriptor = mkstemp(name);
  BENCH_EXPECT(descriptor >= 0);
  output = fdopen(descriptor, "w");
  BENCH_EXPECT(output != NULL);
}

static long mix(long *words) {
  long sum = 0;
  for (long pass = 0; pass < passes; pass++)
    for (long i = 0; i < WORDS; i++) {
      words[i] = (words[i] ^ pass) + (words[i] >> 3);
      sum += words[i];
    }
  return sum;
}

static void work(struct bench_worker *worker) {
  long *words = bench_allocate(2 * WORDS * sizeof *words);
  for (long i = bench_first(worker, blocks); i < bench_end(worker, blocks);
       i++) {
    for (long word = 0; word < WORDS; word++)
      words[word] = word;
    BENCH_ATOMIC_WITH_OUTPUT {
      const long sum = mix(words);
      fprintf(output, "block %ld has %ld\n", i, sum & 0xffff);
    }
    worker->operations++;
  }
  free(words);
}

static void check(void) {
  char *seen = bench_allocate((size_t)blocks);
  char line[100];
  long lines = 0, number, sum;
  BENCH_EXPECT(fclose(output) == 0);
  FILE *input = fopen(name, "r");
  BENCH_EXPECT(input != NULL);
  while (fgets(line, sizeof line, input)) {
    BENCH_EXPECT(sscanf(line, "block %ld has %ld\n", &number, &sum) == 2);
    BENCH_EXPECT(number >= 0 && number < blocks && !seen[number]);
    seen[number] = 1;
    lines++;
  }
  BENCH_EXPECT(lines == blocks);
  fclose(input);
  unlink(name);
  free(seen);
}

BENCHMARK(prepare, work, NULL, check)
