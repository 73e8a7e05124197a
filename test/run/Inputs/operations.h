typedef int operation(int);
struct named {
  const char *name;
  operation *run;
};
extern int total;
int add(int x);
int subtract(int x);
const struct named *by_name(const char *name);
int apply(operation *run, int x);
