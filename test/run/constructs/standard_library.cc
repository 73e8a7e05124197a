// RUN: %same_output --cxx --plain=-std=c++20 %s "-O0 -std=c++20" "-O1 -fame-mode=always -std=c++20"
// Intent: containers, strings, smart pointers, functions, variants, streams, RTTI and
// exceptions inside blocks, in part code of a foreign library, and constants of
// constexpr: the same objects, each destroyed once.
#include "../second_attempt.h"
#include <algorithm>
#include <any>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <variant>
#include <vector>

static long trace;
static void note(long x) { trace = trace * 31 + x; }

struct Base {
  long b = 1;
  virtual ~Base() { note(1); }
  virtual Base *self() { return this; }
  virtual long f(long x) { return b += x; }
};
struct Left : virtual Base {
  long l = 2;
  Left *self() override { return this; }
  long f(long x) override { return l += x + Base::f(1); }
};
struct Right : virtual Base {
  long r = 3;
  long f(long x) override { return r -= x; }
};
struct Diamond : Left, Right {
  long d = 4;
  ~Diamond() override { note(5); }
  Diamond *self() override { return this; }
  long f(long x) override { return d += Left::f(x) + Right::f(x); }
};
struct Counted {
  static inline long alive;
  std::string name;
  explicit Counted(std::string n) : name(std::move(n)) { alive++; }
  Counted(const Counted &o) : name(o.name + "'") { alive++; }
  ~Counted() { alive--; }
};
struct Leaving {
  long at;
  ~Leaving() { note(at); }
};

static std::map<std::string, std::vector<long>> table;
static std::unordered_map<long, std::string> names;
static std::set<long> numbers;
static std::shared_ptr<Base> shared;
static std::function<long(long)> function;
static std::variant<long, std::string> variant;
static std::optional<std::string> optional;
static std::any any;
static thread_local std::string local("thread");
static constexpr long fixed[] = {3, 1, 4, 1, 5};
static long (Base::*method)(long) = &Base::f;
static long Diamond::*member = &Diamond::d;

static const std::string &lazy() {
  static std::string text = [] {
    note(6);
    return std::string("long enough to be on the heap");
  }();
  return text;
}

static long leaving(long k) {
  try {
    AME_ATOMIC {
      Leaving outer{k};
      AME_ATOMIC {
        Leaving inner{k + 1};
        if (k % 3 == 1)
          throw k;
        if (k % 3 == 2)
          throw std::out_of_range("out " + std::to_string(k));
      }
      note(7);
    }
  } catch (long x) {
    return 10 + x;
  } catch (std::exception &e) {
    return e.what()[4];
  }
  return 0;
}

static long caught_inside(long k) {
  long result = 0;
  AME_ATOMIC {
    try {
      Leaving here{k};
      if (k & 1)
        throw std::string("text that is long enough to be allocated");
      result = 5;
    } catch (const std::string &text) {
      result = (long)text.size();
      try {
        if (k & 2)
          throw;
      } catch (...) {
        result++;
      }
    }
  }
  return result;
}

static void objects(long k) {
  shared = std::make_shared<Diamond>();
  auto again = shared;
  note(again->f(k) + (again.get()->*method)(k));
  if (auto *diamond = dynamic_cast<Diamond *>(again.get())) {
    Base *base = diamond;
    note(diamond->*member + static_cast<Right *>(diamond)->r + (base->self() == base));
  }
  note(typeid(*again) == typeid(Diamond));
  {
    Counted one("one"), copy = one;
    std::vector<Counted> many(3, copy);
    note((long)many.back().name.size() + Counted::alive);
  }
  alignas(16) static char place[sizeof(Counted)];
  (new (place) Counted("placed"))->~Counted();
  delete[] new std::string[5];
}

static void containers(long k) {
  table["key" + std::to_string(k)].push_back(k);
  table["key1"].insert(table["key1"].begin(), {k, k + 1});
  for (auto &[key, values] : table) {
    std::sort(values.begin(), values.end(), std::greater<>());
    note(values.front() + (long)key.size());
  }
  names[k] = "a rather long name, number " + std::to_string(k);
  names.erase(k - 2);
  for (long i = 0; i < 40; i++)
    numbers.insert(i * k % 37);
  for (long number : numbers)
    note(number);
}

static void values(long k) {
  function = [k, text = std::string("captured text that is long"), before = function](long x) {
    return x * k + (long)text.size() + (before && x > 0 ? before(x - 1) : 0);
  };
  note(function(2));
  variant = k;
  if (k & 1)
    variant = std::string(30, 'x');
  note((long)variant.index());
  optional.reset();
  if (k > 1)
    optional = std::string(k * 10, 'o');
  note((long)optional.value_or("none").size());
  any = std::string("anything");
  any = k;
  note(std::any_cast<long>(any));
  local += 'x';
  note((long)local.size() + fixed[k % 5] + (long)lazy().size());
  std::ostringstream out;
  out << k << ' ' << 1.5 * k;
  note((long)out.str().size());
  try {
    note(std::stoi("12x"));
    std::stoi("zz");
  } catch (std::invalid_argument &) {
    note(8);
  }
}

int main() {
  long sum = 0;
  second_attempt_prepare();
  AME_ATOMIC {
    trace++;
    second_attempt_force();
    objects(1);
  }
  second_attempt_check();
  for (long k = 0; k < 7; k++) {
    sum = sum * 3 + leaving(k) + caught_inside(k);
    AME_ATOMIC {
      objects(k);
      containers(k);
      values(k);
    }
  }
  AME_ATOMIC {
    table.clear();
    shared.reset();
    function = nullptr;
  }
  printf("%ld %ld %ld %zu\n", sum, trace, Counted::alive, local.size());
}
