# The % operator of strings: conversions, flags, widths, mappings and errors.
# RUN: %run_script %s

print("%s is %d years" % ("Ann", 30), "%s" % "one", "%s %s" % (1, [2]), "100%%" % (), "%r" % "q'")
print("[%5d] [%-5d] [%05d] [%+d] [% d] [%d]" % (42, 42, 42, 42, 42, -42))
print("[%10s] [%-10s] [%.2s] [%10.3s]" % ("text", "text", "text", "text"))
print("[%f] [%.2f] [%8.3f] [%-8.1f] [%+.1f] [%08.2f] [%.0f]" % (3.14159, 3.14159, 3.14159, 3.14159, 2.5, -2.5, 2.5))
print("%e %.3E %g %g %g %G" % (12345.678, 0.00012, 1e10, 1234567.0, 0.0001, 1e-10))
print("%x %X %#x %o %#o %c %c" % (255, 255, 255, 8, 8, "A", 66))
print("%*d|%-*d|%.*f" % (6, 42, 6, 42, 2, 3.14159))
print("%(name)s has %(count)03d %(name)s" % {"name": "x", "count": 7, "other": 1})
print("%d %d %d" % (True, 3.99, -3.99), "%i" % 5, "%5s|%-6r|" % (None, "é"))
print("%s" % ((1, 2),), "%s %s" % ("a", (1,)), "%s" % {"k": 1}, "%s" % None)
print("%5.1f%%" % 99.44, "%%%s%%" % "x", "%a" % "é")

for template, values in [("%d", "x"), ("%d %d", (1,)), ("%d", (1, 2)), ("%(a)s", {"b": 1}), ("%z", 1),
                         ("%", 1), ("%c", "ab"), ("no", 1), ("%(a)s", 5), ("%f", "x"), ("%x", 1.5)]:
    try:
        print(template % values)
    except (TypeError, ValueError, KeyError) as error:
        print(type(error).__name__ + ":", error)


class Shape:
    def __str__(self):
        return "a shape"

    def __repr__(self):
        return "Shape()"


print("%s %r %10s|" % (Shape(), Shape(), Shape()))
line = "%-12s|%8.2f|%6d"
for row in [("rent", 1200, 1), ("food", 345.678, 42), ("fun", 0.005, -3)]:
    print(line % row)
template = "%s"
template %= "augmented"
print(template)
