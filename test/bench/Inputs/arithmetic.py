import sys

sys.path.insert(0, sys.argv[1])
import goals
from results import Results, Spread


def sample(seconds, operations=8, **more):
    return {"seconds": seconds, "cpu": seconds, "operations": operations, "peak_mb": 5, "attempts": 0, **more}


def equal(found, wanted):
    if found != wanted:
        sys.exit(f"{found} is not {wanted}")


results = Results()
for number, (plain, one, two, control) in enumerate([(1, 2, 1, (2.0, True, 40)), (2, 6, 4, (1.2, False, 90)), (1, 2, 2, (2.0, True, 200))]):
    results.controls.setdefault("hash", {})[number] = control
    results.add("hash", ("plain", "1"), sample(plain))
    results.add("hash", ("plain gcc", "1"), sample(plain / 2))
    results.add("hash", ("ame", "1"), sample(one))
    results.add("hash", ("ame", "2"), sample(two, commits=8, aborts=2))
    results.add("hash", ("libitm", "2"), {"failed": "not finished"} if number == 0 else None)
equal(results.ratio("hash", ("ame", "1")).values, [2, 3, 2])
equal(results.ratio("hash", ("ame", "1")).text(), "2.00 (2.00–3.00)")
equal(results.ratio("hash", ("ame", "2"), over=("plain gcc", "1")).values, [2, 4, 4])
equal(results.with_second_core("hash", ("ame", "2")).values, [1, 2])
equal(results.scaling("hash", "ame").values, [1.0, 0.5])
equal(results.attempts_per_commit("hash", ("ame", "2")), 1.25)
equal(results.failure("hash", ("libitm", "2")), "not finished")
equal(results.ratio("hash", ("libitm", "2")).text(), "-")
equal(bool(Spread([])), False)
verdicts = {verdict.goal: verdict for verdict in goals.all_goals(results)}
equal(verdicts["hash, 1 thread"].holds, False)
equal(verdicts["tree, 1 thread"].holds, None)
equal(verdicts["hash, 2 threads over 1, share of the control's scaling"].measured, "0.75 (0.50–1.00); a line 120 (40–200) ns")
equal(verdicts["hash, 2 threads over 1, share of the control's scaling"].holds, False)
print("arithmetic: OK")
