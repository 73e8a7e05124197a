// Programs on the core of protocol.hpp, each with what must hold.
//
//   protocol SCHEDULES [ORDER...]
//
// Without an ORDER: every program keeps what it promises in so many random schedules.
// With: each of these orders (needed: all that are; unneeded: the others) is broken, and
// the program that needs it must fail; when there is none, all must hold.
#include "kept_stripes.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <streambuf>

namespace {
enum { ATTEMPTS = 3 };
constexpr unsigned PLAIN = 77;

template <typename Body> bool run_once(transaction &tx, Body body, bool owing = false) {
  try {
    tx.begin();
    body(tx);
    tx.commit(owing);
  } catch (aborted &) {
    return false;
  }
  return true;
}

// Until it commits, a few times at most.
template <typename Body> bool run(transaction &tx, Body body, bool owing = false) {
  for (int i = 0; i < ATTEMPTS; i++)
    if (run_once(tx, body, owing))
      return true;
  return false;
}

// A loop of short blocks, whose stripes may be kept from one to the next: how many have
// committed.
template <typename Body> unsigned run_loop(transaction &tx, Body body) {
  unsigned committed = 0;
  for (int i = 0; i < 2; i++)
    committed += run(tx, body, true);
  tx.settle();
  return committed;
}

template <typename Program, int Threads, unsigned Company = transaction::OTHERS>
struct program : rl::test_suite<Program, Threads> {
  world all;
  unsigned done[Threads];
  void start(unsigned x, unsigned y) {
    for (unsigned &one : done)
      one = 0;
    all.begin(Threads, x, y, Company);
  }
};

// Committed transactions leave x == y, and nobody sees anything else.
template <bool Visible, bool Cancels> struct opacity : program<opacity<Visible, Cancels>, 2> {
  void before() { this->start(0, 0); }
  void thread(unsigned id) {
    transaction tx(this->all, id);
    tx.may_turn_visible = Visible && id == 1;
    bool cancelled = !Cancels;
    this->done[id] = run(tx, [&](transaction &tx) {
      if (id == 0) {
        tx.write(0, 9);
        const unsigned y = tx.read(1);
        tx.write(1, y + 1);
        if (!cancelled) {
          cancelled = true;
          tx.abort();
        }
        tx.write(0, y + 1);
      } else {
        const unsigned x = tx.read(0), y = tx.read(1);
        RL_ASSERT(x == y && x != 9);
      }
    });
  }
  void after() {
    RL_ASSERT(this->all.data[0]($).load(rl::mo_relaxed) == this->done[0]);
    RL_ASSERT(this->all.data[1]($).load(rl::mo_relaxed) == this->done[0]);
  }
};

// No increment is lost.
template <int Visible> struct increments : program<increments<Visible>, 2> {
  void before() { this->start(0, 0); }
  void thread(unsigned id) {
    transaction tx(this->all, id);
    tx.may_turn_visible = Visible >> id & 1;
    for (int i = 0; i < 2; i++)
      this->done[id] += run(tx, [&](transaction &tx) { tx.write(0, tx.read(0) + 1); });
  }
  void after() {
    RL_ASSERT(this->all.data[0]($).load(rl::mo_relaxed) == this->done[0] + this->done[1]);
  }
};

// Each clears one when the other is set: never both.
template <int Visible> struct skew : program<skew<Visible>, 2> {
  void before() { this->start(1, 1); }
  void thread(unsigned id) {
    transaction tx(this->all, id);
    tx.may_turn_visible = Visible >> id & 1;
    run(tx, [&](transaction &tx) {
      if (tx.read(id) == 1)
        tx.write(1 - id, 0);
    });
  }
  void after() {
    RL_ASSERT(this->all.data[0]($).load(rl::mo_relaxed) +
                  this->all.data[1]($).load(rl::mo_relaxed) > 0);
  }
};

// 0 takes the node out and then owns it; 1 may be in the middle of using it. With
// three threads 0 goes on, and 2, who learns of it, owns the node.
template <int Threads, bool Visible, bool Cancels>
struct privatization : program<privatization<Threads, Visible, Cancels>, Threads> {
  enum { OWNER = Threads == 2 ? 0 : 2 };
  void before() { this->start(1, 5); }
  void thread(unsigned id) {
    transaction tx(this->all, id);
    tx.may_turn_visible = Visible && id == 1;
    bool cancelled = !Cancels;
    unsigned head = 0;
    const bool committed = run(tx, [&](transaction &tx) {
      if (id == 0) {
        tx.write(0, 0);
        return;
      }
      head = tx.read(0);
      if (id == 2 || head == 0)
        return;
      const unsigned node = tx.read(1);
      RL_ASSERT(node != PLAIN);
      tx.write(1, node + 1);
      if (!cancelled) {
        cancelled = true;
        tx.abort();
      }
      tx.read(0);
    });
    if (id == OWNER && committed && (id == 0 || head == 0)) {
      this->all.store_in_place(1, PLAIN);
      this->done[id] = 1;
    }
  }
  void after() {
    if (this->done[OWNER])
      RL_ASSERT(this->all.data[1]($).load(rl::mo_relaxed) == PLAIN);
  }
};

// At any time of the other's transaction, not mostly at its begin.
void later() {
  for (unsigned later = rl::rand(40); later > 0; later--)
    rl::yield(1, $);
}
void register_late(transaction &tx) {
  later();
  tx.register_thread();
}

// 0 runs alone until 1 registers: the same promises.
struct company : program<company, 2, 0> {
  void before() {
    start(0, 0);
    all.registered = 1;
  }
  void thread(unsigned id) {
    transaction tx(all, id);
    if (id == 1)
      register_late(tx);
    for (int i = 0; i < 2; i++)
      done[id] += run(tx, [&](transaction &tx) {
        const unsigned x = tx.read(0), y = tx.read(1);
        RL_ASSERT(x == y);
        tx.write(0, x + 1);
        tx.write(1, x + 1);
      });
  }
  void after() {
    RL_ASSERT(all.data[0]($).load(rl::mo_relaxed) == done[0] + done[1]);
  }
};
struct company_privatizes : program<company_privatizes, 2, 0> {
  void before() {
    start(1, 5);
    all.registered = 1;
  }
  void thread(unsigned id) {
    transaction tx(all, id);
    if (id == 1)
      register_late(tx);
    const bool committed = run(tx, [&](transaction &tx) {
      if (id == 1) {
        tx.write(0, 0);
      } else if (tx.read(0) == 1) {
        const unsigned node = tx.read(1);
        RL_ASSERT(node != PLAIN);
        tx.write(1, node + 1);
      }
    });
    if (id == 1 && committed) {
      all.store_in_place(1, PLAIN);
      done[1] = 1;
    }
  }
  void after() {
    if (done[1])
      RL_ASSERT(all.data[1]($).load(rl::mo_relaxed) == PLAIN);
  }
};

// Threads that keep their stripes, and lose them: bit mask of who is in a loop.
template <unsigned Loops> struct kept_increments : program<kept_increments<Loops>, 2> {
  void before() { this->start(0, 0); }
  void thread(unsigned id) {
    transaction tx(this->all, id);
    const auto body = [&](transaction &tx) { tx.write(0, tx.read(0) + 1); };
    this->done[id] = Loops >> id & 1 ? run_loop(tx, body) : run(tx, body);
  }
  void after() {
    RL_ASSERT(this->all.data[0]($).load(rl::mo_relaxed) == this->done[0] + this->done[1]);
  }
};
struct kept_opacity : program<kept_opacity, 2> {
  void before() { start(0, 0); }
  void thread(unsigned id) {
    transaction tx(all, id);
    if (id == 0)
      done[0] = run_loop(tx, [&](transaction &tx) {
        tx.write(0, 9);
        const unsigned y = tx.read(1);
        tx.write(1, y + 1);
        tx.write(0, y + 1);
      });
    else
      done[1] = run(tx, [&](transaction &tx) {
        const unsigned x = tx.read(0), y = tx.read(1);
        RL_ASSERT(x == y && x != 9);
      });
  }
  void after() {
    RL_ASSERT(all.data[0]($).load(rl::mo_relaxed) == done[0]);
    RL_ASSERT(all.data[1]($).load(rl::mo_relaxed) == done[0]);
  }
};
template <unsigned Loops> struct kept_skew : program<kept_skew<Loops>, 2> {
  void before() { this->start(1, 1); }
  void thread(unsigned id) {
    transaction tx(this->all, id);
    const auto body = [&](transaction &tx) {
      if (tx.read(id) == 1)
        tx.write(1 - id, 0);
    };
    if (Loops >> id & 1)
      run_loop(tx, body);
    else
      run(tx, body);
  }
  void after() {
    RL_ASSERT(this->all.data[0]($).load(rl::mo_relaxed) +
                  this->all.data[1]($).load(rl::mo_relaxed) > 0);
  }
};
// 0 takes the node out, 1 may be using it; with three threads 2, who learns of it, owns it.
template <int Threads, unsigned Loops>
struct kept_privatization : program<kept_privatization<Threads, Loops>, Threads> {
  enum { OWNER = Threads == 2 ? 0 : 2 };
  void before() { this->start(1, 5); }
  void thread(unsigned id) {
    transaction tx(this->all, id);
    unsigned head = 1, turns = 0;
    const auto body = [&](transaction &tx) {
      if (id == 0) {
        tx.write(0, turns == 0 && Loops & 1 ? 1 : 0);
        return;
      }
      head = tx.read(0);
      if (id == 2 || head == 0)
        return;
      const unsigned node = tx.read(1);
      RL_ASSERT(node != PLAIN);
      tx.write(1, node + 1);
      tx.read(0);
    };
    bool committed = true;
    for (; turns < (Loops >> id & 1 ? 2 : 1); turns++)
      committed &= run(tx, body, Loops >> id & 1);
    tx.settle();
    if (id == OWNER && committed && (id == 0 || head == 0)) {
      this->all.store_in_place(1, PLAIN);
      this->done[id] = 1;
    }
  }
  void after() {
    if (this->done[OWNER])
      RL_ASSERT(this->all.data[1]($).load(rl::mo_relaxed) == PLAIN);
  }
};

// The table is cleared and the clock begins anew beside a thread that begins.
template <bool Loop> struct new_start : program<new_start<Loop>, 2> {
  void before() {
    this->start(0, 0);
    this->all.clock($).store(5, rl::mo_relaxed);
    this->all.clears_table = true;
  }
  void thread(unsigned id) {
    transaction tx(this->all, id);
    const auto body = [&](transaction &tx) {
      const unsigned x = tx.read(0), y = tx.read(1);
      RL_ASSERT(x == y);
      tx.write(0, x + 1);
      tx.write(1, x + 1);
    };
    if (id == 1) {
      if (rl::rand(2))
        later();
      tx.new_start_of_the_clock();
    }
    this->done[id] = Loop && id == 0 ? run_loop(tx, body) : run(tx, body);
  }
  void after() {
    RL_ASSERT(this->all.data[0]($).load(rl::mo_relaxed) == this->done[0] + this->done[1]);
  }
};

// Who goes to sleep on another's attempt is woken, or has seen its end.
struct sleep : program<sleep, 2> {
  void before() { start(0, 0); }
  void thread(unsigned id) {
    transaction tx(all, id);
    done[id] = id == 0 ? tx.announce_end() : tx.sleeps_on(0, 0);
  }
  void after() { RL_ASSERT(!(done[1] && !done[0])); }
};

// Who waits for a change of what it has read is woken, or has seen the change.
struct retry : program<retry, 2> {
  void before() { start(0, 0); }
  void thread(unsigned id) {
    transaction tx(all, id);
    if (id == 0) {
      run(tx, [&](transaction &tx) { tx.write(0, 1); });
      done[0] = tx.woken();
      return;
    }
    bool over = false;
    while (!over)
      over = run_once(tx, [&](transaction &tx) {
        if (tx.read(0) != 0)
          return;
        done[1] = tx.retry_prepare();
        tx.abort();
      }) || done[1];
  }
  void after() {
    RL_ASSERT(!(done[1] && all.data[0]($).load(rl::mo_relaxed) == 1 && !done[0]));
  }
};

unsigned long iterations;

// Relacy has replaced the allocator: its output must not need one.
struct : std::streambuf {
  int overflow(int c) override { return c; }
} nowhere;

template <typename Program> bool holds(const char *name) {
  std::ostream said(&nowhere);
  rl::test_params parameters;
  parameters.iteration_count = iterations;
  parameters.execution_depth_limit = 20000;
  parameters.output_stream = parameters.progress_stream = &said;
  parameters.progress_output_period = 1000000;
  const bool good = rl::simulate<Program>(parameters);
  if (broken == rule::NONE) {
    std::printf("%s: %s\n", name, good ? "OK" : "FAIL");
    if (!good) {
      parameters.initial_state = parameters.final_state;
      parameters.collect_history = parameters.output_history = true;
      parameters.output_stream = &std::cout;
      rl::simulate<Program>(parameters);
    }
  } else if (!good) {
    std::printf("error in `%s` after %lu schedules", name, (unsigned long)parameters.stop_iteration);
  }
  std::fflush(stdout);
  return good;
}

struct entry {
  const char *name;
  bool (*holds)(const char *name);
};
const entry programs[] = {
    {"opacity", holds<opacity<false, false>>},
    {"opacity, a cancelled writer", holds<opacity<false, true>>},
    {"opacity, a visible reader", holds<opacity<true, true>>},
    {"increments", holds<increments<0>>},
    {"increments, one visible", holds<increments<2>>},
    {"increments, both visible", holds<increments<3>>},
    {"write skew", holds<skew<0>>},
    {"write skew, both visible", holds<skew<3>>},
    {"privatization", holds<privatization<2, false, true>>},
    {"privatization, the victim only writes", holds<privatization<2, false, false>>},
    {"privatization, a visible victim", holds<privatization<2, true, true>>},
    {"privatization by proxy", holds<privatization<3, false, true>>},
    {"alone, then company", holds<company>},
    {"alone, then company that privatizes", holds<company_privatizes>},
    {"kept increments", holds<kept_increments<1>>},
    {"kept increments, both", holds<kept_increments<3>>},
    {"kept opacity", holds<kept_opacity>},
    {"kept write skew", holds<kept_skew<1>>},
    {"kept write skew, both", holds<kept_skew<3>>},
    {"kept privatization", holds<kept_privatization<2, 1>>},
    {"kept privatization, of a victim that keeps", holds<kept_privatization<2, 2>>},
    {"kept privatization, both", holds<kept_privatization<2, 3>>},
    {"kept privatization by proxy", holds<kept_privatization<3, 3>>},
    {"a new start of the clock", holds<new_start<false>>},
    {"a new start of the clock, kept", holds<new_start<true>>},
    {"sleep", holds<sleep>},
    {"retry", holds<retry>},
};

struct tested_order {
  const char *name, *program;
};
const tested_order orders[] = {
#define X(name, program) {#name, program},
    ORDERS(X)
#undef X
};
constexpr unsigned ORDER_COUNT = sizeof orders / sizeof *orders;

bool all_hold() {
  bool good = true;
  for (const entry &one : programs)
    good &= one.holds(one.name);
  return good;
}

// The program that is to fail does, or there is none and all hold.
bool as_expected(unsigned number) {
  const tested_order &order = orders[number];
  bool good = true, known = !*order.program;
  broken = rule(number);
  std::printf("%s: ", order.name);
  for (const entry &one : programs)
    if (good && (!*order.program || std::strcmp(order.program, one.name) == 0)) {
      known = true;
      good = one.holds(one.name);
    }
  if (good)
    std::printf("%s", *order.program ? "NOT FOUND" : "no program needs it");
  std::printf("%s\n", known ? "" : ": NO SUCH PROGRAM");
  return known && good == !*order.program;
}
} // namespace

int main(int count, char **arguments) {
  int wrong = 0;
  iterations = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 10000;
  if (count <= 2)
    wrong = !all_hold();
  for (int i = 2; i < count; i++)
    for (unsigned k = 1; k < ORDER_COUNT; k++)
      if (std::strcmp(arguments[i], orders[k].name) == 0 ||
          std::strcmp(arguments[i], *orders[k].program ? "needed" : "unneeded") == 0)
        wrong += !as_expected(k);
  if (wrong)
    std::printf("relacy: %d NOT AS EXPECTED\n", wrong);
  else
    std::printf("relacy: OK\n");
  return wrong != 0;
}
