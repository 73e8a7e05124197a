/* Blocks of about 50 µs of work, each of which prints one line to a file. Every
 * tenth of a thread also takes the next number and prints it. The file must
 * hold each block's line, whole, and the numbers in their order, which is the
 * order of the commits. */
#include "../harness/bench.h"

enum { WORDS = 1024, NUMBERED = 10 };

static long blocks, passes;
static FILE *output;
static char name[] = "/tmp/ame-bench-print-XXXXXX";
static struct { long next; } number __attribute__((aligned(64)));

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
      if (i % NUMBERED == 0)
        fprintf(output, "block %ld has %ld, number %ld\n", i, sum & 0xffff,
                number.next++);
      else
        fprintf(output, "block %ld has %ld\n", i, sum & 0xffff);
    }
    worker->operations++;
  }
  free(words);
}

/* The line says so much and no more. */
static void check_line(const char *line, char *seen) {
  static long first_sum = -1, next_number = 0;
  long block, sum, taken;
  int length = 0;
  BENCH_EXPECT(sscanf(line, "block %ld has %ld%n", &block, &sum, &length) == 2);
  BENCH_EXPECT(block >= 0 && block < blocks && !seen[block]);
  seen[block] = 1;
  if (first_sum < 0)
    first_sum = sum;
  BENCH_EXPECT(sum == first_sum); /* every block does the same */
  line += length;
  if (block % NUMBERED == 0) {
    BENCH_EXPECT(sscanf(line, ", number %ld%n", &taken, &length) == 1);
    BENCH_EXPECT(taken == next_number++);
    line += length;
  }
  BENCH_EXPECT(strcmp(line, "\n") == 0);
}

static void check(void) {
  char *seen = bench_allocate((size_t)blocks);
  char line[100];
  long lines = 0;
  BENCH_EXPECT(fclose(output) == 0);
  FILE *input = fopen(name, "r");
  BENCH_EXPECT(input != NULL);
  for (; fgets(line, sizeof line, input); lines++)
    check_line(line, seen);
  BENCH_EXPECT(lines == blocks);
  fclose(input);
  unlink(name);
  free(seen);
}

BENCHMARK(prepare, work, NULL, check)
