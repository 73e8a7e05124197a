/* Calls of json-c that read, write, build and take apart values. Its headers need one
 * that its build generates, after this. */
#include "transaction_calls.h"
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct json_tokener;
struct printbuf;
typedef struct json_object object;
typedef struct json_tokener tokener;

CALL(object *, json_tokener_parse, (const char *s), (s))
CALL(object *, json_tokener_parse_verbose, (const char *s, int *e), (s, e))
CALL(object *, json_tokener_parse_ex, (tokener *t, const char *s, int n), (t, s, n))
CALL(tokener *, json_tokener_new, (void), ())
CALL_VOID(json_tokener_free, (tokener *t), (t))
CALL(const char *, json_object_to_json_string, (object *o), (o))
CALL(const char *, json_object_to_json_string_ext, (object *o, int f), (o, f))
CALL(object *, json_object_get, (object *o), (o))
CALL(int, json_object_put, (object *o), (o))
CALL(object *, json_object_new_object, (void), ())
CALL(object *, json_object_new_array, (void), ())
CALL(object *, json_object_new_boolean, (int b), (b))
CALL(object *, json_object_new_int, (int32_t i), (i))
CALL(object *, json_object_new_int64, (int64_t i), (i))
CALL(object *, json_object_new_uint64, (uint64_t i), (i))
CALL(object *, json_object_new_double, (double d), (d))
CALL(object *, json_object_new_string, (const char *s), (s))
CALL(int, json_object_object_add, (object *o, const char *k, object *v), (o, k, v))
CALL(int, json_object_object_get_ex, (const object *o, const char *k, object **v), (o, k, v))
CALL_VOID(json_object_object_del, (object *o, const char *k), (o, k))
CALL(size_t, json_object_array_length, (const object *o), (o))
CALL(int, json_object_array_add, (object *o, object *v), (o, v))
CALL(int, json_object_array_put_idx, (object *o, size_t i, object *v), (o, i, v))
CALL(object *, json_object_array_get_idx, (const object *o, size_t i), (o, i))
CALL(int, json_object_array_del_idx, (object *o, size_t i, size_t n), (o, i, n))
CALL_VOID(json_object_array_sort, (object *o, int (*f)(const void *, const void *)), (o, f))
CALL(int32_t, json_object_get_int, (const object *o), (o))
CALL(int64_t, json_object_get_int64, (const object *o), (o))
CALL(uint64_t, json_object_get_uint64, (const object *o), (o))
CALL(double, json_object_get_double, (const object *o), (o))
CALL(const char *, json_object_get_string, (object *o), (o))
CALL(int, json_object_set_int, (object *o, int v), (o, v))
CALL(int, json_object_int_inc, (object *o, int64_t v), (o, v))
CALL(int, json_object_set_double, (object *o, double v), (o, v))
CALL(int, json_object_set_string, (object *o, const char *v), (o, v))
CALL(int, json_object_equal, (object *a, object *b), (a, b))
CALL(int, json_object_deep_copy,
     (object *o, object **c, int (*f)(object *, object *, const char *, size_t, object **)),
     (o, c, f))
CALL(int, json_c_visit,
     (object *o, int n, int (*f)(object *, int, object *, const char *, size_t *, void *), void *a),
     (o, n, f, a))
CALL(int, json_pointer_get, (object *o, const char *p, object **r), (o, p, r))
CALL(int, json_pointer_set, (object **o, const char *p, object *v), (o, p, v))
CALL(object *, json_object_from_file, (const char *f), (f))
CALL(object *, json_object_from_fd, (int d), (d))
CALL(int, json_object_to_file, (const char *f, object *o), (f, o))
CALL(int, json_object_to_file_ext, (const char *f, object *o, int n), (f, o, n))
CALL(int, json_object_to_fd, (int d, object *o, int f), (d, o, f))
CALL(struct printbuf *, printbuf_new, (void), ())
CALL(int, printbuf_memappend, (struct printbuf *p, const char *s, int n), (p, s, n))
CALL(int, printbuf_memset, (struct printbuf *p, int o, int c, int n), (p, o, c, n))
CALL_VOID(printbuf_free, (struct printbuf *p), (p))
