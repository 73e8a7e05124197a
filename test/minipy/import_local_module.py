# import of a file beside the script: once only, aliases, from-import, shared globals.
# RUN: %run_script %s

print("before")
import imported_shapes
import imported_shapes as again
from imported_shapes import Square, circle as round_area
import math as m, sys
from math import pi, floor as down
from math import (
    sqrt,
    ceil,
)

print(imported_shapes is again, imported_shapes.__name__, imported_shapes.__doc__, type(m).__name__)
print(Square(4).area(), round_area(1), Square is again.Square, imported_shapes.created)
imported_shapes.created += 10
again.Square(1)
print(imported_shapes.how_many(), again.created)
imported_shapes.extra = "set from outside"
print(again.extra, hasattr(m, "no_such"), down(pi), sqrt(9), ceil(0.5), m.pi == pi)


def local_import():
    import imported_shapes as local
    from imported_shapes import how_many
    return local is imported_shapes, how_many()


print(local_import(), "local" in globals())
for attempt in ["no_such_module", "from_math", "attribute"]:
    try:
        if attempt == "no_such_module":
            import no_such_module
        elif attempt == "from_math":
            from math import no_such_name
        else:
            imported_shapes.no_such_attribute
    except ModuleNotFoundError as error:
        print("ModuleNotFoundError", error)
    except ImportError as error:
        print("ImportError", "no_such_name" in str(error))
    except AttributeError as error:
        print(error)


class Body:
    from math import floor
    import math

    root = math.sqrt(16)


print(Body.root, Body.math is m, __name__, len(sys.argv))
created = "own global"
print(imported_shapes.how_many(), created)
