// RUN: %same_output --cxx %s -O0 -O2 --always
// Intent: C++ objects in blocks: members, static members, inheritance, several
// and virtual bases, virtual calls and thunks, references, pointers to members,
// templates, lambdas, new and delete, annotated members and member functions.
#include "../second_attempt.h"
#include <utility>

static long log_sum;

struct Shape {
  long id;
  static int made;
  AME_IMMUTABLE int sides;
  mutable long asked AME_NOTRACK;
  explicit Shape(long id, int sides) : id(id), sides(sides), asked(0) { made++; }
  virtual ~Shape() { made--, log_sum += id; }
  virtual long area() const = 0;
  AME_PURE int pure(int x) const { return x * 2; }
  long describe() const { return asked++, area() * 100 + sides + pure(1); }
};
int Shape::made;
struct Named {
  char name[8] = "none";
  virtual const char *title() { return name; }
  virtual ~Named() {}
};
struct Square : Shape, Named {
  long side;
  explicit Square(long side) : Shape(side, 4), side(side) { name[0] = 'S'; }
  long area() const override { return side * side; }
  const char *title() override { return side++, name; }
};
struct Base { long b = 1; virtual long value() { return b; } };
struct Left : virtual Base { long l = 2; long value() override { return b + l; } };
struct Right : virtual Base { long r = 3; };
struct Bottom : Left, Right {
  long value() override { return ++b * 100 + ++l * 10 + ++r; }
};

template <typename T> struct Stack {
  T *items = new T[1];
  int size = 0, room = 1;
  ~Stack() { delete[] items; }
  void push(T item) {
    if (size == room) {
      T *more = new T[room *= 2];
      for (int i = 0; i < size; i++)
        more[i] = std::move(items[i]);
      delete[] items;
      items = more;
    }
    items[size++] = std::move(item);
  }
  template <typename F> void each(F &&f) {
    for (int i = 0; i < size; i++)
      f(items[i]);
  }
};

static Square square(5);
static Bottom bottom;
static Stack<long> *stack;
static long total;
static long Bottom::*const member = &Bottom::r;
static long (Base::*const method)() = &Base::value;

static long &reference_to(Bottom &object) { return object.*member; }

static void change() {
  Shape *shape = &square;
  Named *named = &square;
  total += shape->describe() + named->title()[0];
  Base *base = &bottom;
  total += (base->*method)();
  reference_to(bottom) += 7;
  if (!stack)
    stack = new Stack<long>;
  for (int i = 0; i < 10; i++)
    stack->push(i * total);
  long factor = total % 7;
  stack->each([&](long &item) { item += factor; total ^= item; });
  Shape *temporary = new Square(total % 100);
  total += temporary->area() + Shape::made;
  delete temporary;
}

/* The C++ library's own functions: from here on it cannot be undone. */
static void change_inevitably() {
  static Square once(9); // guarded
  total += once.area();
  once.side++;
  Base *base = &bottom;
  total += dynamic_cast<Right *>(base)->r;
}

int main() {
  second_attempt_prepare();
  AME_ATOMIC {
    change();
    second_attempt_force();
    change();
    change_inevitably();
    change_inevitably();
  }
  second_attempt_check();
  printf("%ld %ld %d %ld %ld %s\n", total, log_sum, Shape::made, square.side,
         bottom.r, square.title());
  long sum = 0;
  stack->each([&sum](long item) { sum = sum * 31 + item; });
  printf("%d %ld\n", stack->size, sum);
  return 0;
}
