"""Proves configurations of protocol.pml with spin, and shows that each rule is needed:
the model without it has an error.

    model.py FOLDER [--long] [--table] [NAME...]

FOLDER is for the files that spin makes. --long: also the large configurations (up to
6 GB, and an hour). NAME: only these configurations or rules. The last line is
`model: OK`, or how many were not as expected."""

import concurrent.futures
import pathlib
import re
import resource
import subprocess
import sys
import time

MODEL = pathlib.Path(__file__).with_name("protocol.pml")

# Without errors. name: definitions.
SMALL = {
    "opacity": "PROGRAM=1 CANCELS=1",
    "lost update": "PROGRAM=2 CANCELS=1",
    "write skew": "PROGRAM=3",
    "privatization and reclamation": "PROGRAM=4 CANCELS=1",
    "early abort": "PROGRAM=6 CANCELS=1",
    "two that share nothing": "PROGRAM=8",
    "exit and reuse": "PROGRAM=2 TRANSACTIONS=2 ATTEMPTS=0",
    "privatization, the victim may turn visible": "PROGRAM=4 VISIBLE=2 ATTEMPTS=0",
    "opacity, the reader may turn visible": "PROGRAM=1 VISIBLE=2 ATTEMPTS=0",
    "opacity, the reader may become inevitable": "PROGRAM=1 INEVITABLE=2 ATTEMPTS=0",
    "privatization, the victim looks again": "PROGRAM=4 LOOKS_AGAIN",
    "early abort, the reader may turn visible": "PROGRAM=6 VISIBLE=2 ATTEMPTS=0",
    "ranges": "PROGRAM=10 CANCELS=1",
    "ranges that are changed by both": "PROGRAM=11 CANCELS=1",
    "owed: privatization": "OWES PROGRAM=4 TRANSACTIONS=2 ATTEMPTS=0",
    "owed: privatization, settled": "OWES SETTLES PROGRAM=4 TRANSACTIONS=2 ATTEMPTS=0",
    "kept: opacity": "OWES SETTLES KEEPS PROGRAM=1 TRANSACTIONS=2 CANCELS=1 ATTEMPTS=0",
    "kept: lost update": "OWES SETTLES KEEPS PROGRAM=2 TRANSACTIONS=2",
    "kept: write skew": "OWES SETTLES KEEPS PROGRAM=3",
    "kept: privatization": "OWES SETTLES KEEPS PROGRAM=4 TRANSACTIONS=2 ATTEMPTS=0",
    "kept: privatization, the victim keeps": "OWES SETTLES KEEPS LOOPS=2 PROGRAM=4 TRANSACTIONS=2 ATTEMPTS=0",
    "alone: opacity": "SOLITUDE PROGRAM=1 CANCELS=1",
    "alone: lost update": "SOLITUDE PROGRAM=2 CANCELS=1",
    "alone: privatization": "SOLITUDE PROGRAM=4",
}
LONG = {
    "opacity, both may turn visible": "PROGRAM=1 VISIBLE=3 CANCELS=1",
    "lost update, both may turn visible": "PROGRAM=2 VISIBLE=3 CANCELS=1",
    "write skew, both may turn visible": "PROGRAM=3 VISIBLE=3",
    "privatization, both may turn visible": "PROGRAM=4 VISIBLE=3 CANCELS=1",
    "early abort, both may turn visible": "PROGRAM=6 VISIBLE=3 CANCELS=1",
    "lost update, both may become inevitable": "PROGRAM=2 INEVITABLE=3",
    "write skew, one visible, one inevitable": "PROGRAM=3 VISIBLE=1 INEVITABLE=2",
    "privatization, both may become inevitable": "PROGRAM=4 INEVITABLE=3",
    "privatization by proxy, three threads": "PROGRAM=5 THREADS=3 ATTEMPTS=0",
    "privatization by a proxy that writes": "PROGRAM=5 THREADS=3 ATTEMPTS=0 WRITES",
    "three committers and readers": "PROGRAM=7 THREADS=3 VISIBLE=2 ATTEMPTS=0",
    "order of versions, one may turn visible": "PROGRAM=9 TRANSACTIONS=2 VISIBLE=1 ATTEMPTS=0",
    "alone: a second thread comes and goes": "SOLITUDE LIVES PROGRAM=2 TRANSACTIONS=2 ATTEMPTS=0",
    "alone: privatization, one comes and goes": "SOLITUDE LIVES PROGRAM=4 TRANSACTIONS=2 ATTEMPTS=0",
    "alone: the second one may turn visible": "SOLITUDE PROGRAM=4 VISIBLE=2 ATTEMPTS=0",
    "owed: privatization, the victim may turn visible": "OWES PROGRAM=4 TRANSACTIONS=2 VISIBLE=2 ATTEMPTS=0",
    "owed: privatization by proxy, three threads": "OWES PROGRAM=5 TRANSACTIONS=2 THREADS=3 ATTEMPTS=0",
    "owed: privatization by a proxy that writes": "OWES PROGRAM=5 TRANSACTIONS=2 THREADS=3 ATTEMPTS=0 WRITES",
    "kept: lost update, three blocks": "OWES SETTLES KEEPS PROGRAM=2 TRANSACTIONS=3 CANCELS=1",
    "kept: write skew, two blocks": "OWES SETTLES KEEPS PROGRAM=3 TRANSACTIONS=2",
    "kept: opacity, the reader may turn visible": "OWES SETTLES KEEPS PROGRAM=1 TRANSACTIONS=2 VISIBLE=2 ATTEMPTS=0",
    "kept: privatization, the victim may turn visible": "OWES SETTLES KEEPS PROGRAM=4 TRANSACTIONS=2 VISIBLE=2 ATTEMPTS=0",
    "kept: lost update, both keep": "OWES SETTLES KEEPS LOOPS=3 PROGRAM=2 TRANSACTIONS=2 ATTEMPTS=0",
    "kept: write skew, both keep": "OWES SETTLES KEEPS LOOPS=3 PROGRAM=3 TRANSACTIONS=2 ATTEMPTS=0",
    "kept: privatization, both keep": "OWES SETTLES KEEPS LOOPS=3 PROGRAM=4 TRANSACTIONS=2 ATTEMPTS=0",
    "kept: privatization by proxy, three threads": "OWES SETTLES KEEPS PROGRAM=5 TRANSACTIONS=2 THREADS=3 ATTEMPTS=0",
    "owed: a proxy that reads settles by the logs": "PROGRAM=5 THREADS=3 ATTEMPTS=0 READERS_READ_LOGS",
    # Orders that the runtime keeps and that are not needed in these programs.
    "the validation before the version": "PROGRAM=9 TRANSACTIONS=2 ATTEMPTS=0 VALIDATION_BEFORE_VERSION",
    "write skew, the validation before the version": "PROGRAM=3 VALIDATION_BEFORE_VERSION",
    "a reader ends late": "PROGRAM=7 THREADS=3 VISIBLE=2 ATTEMPTS=0 READER_ENDS_LATE",
    "alone: without generations": "SOLITUDE LIVES PROGRAM=2 TRANSACTIONS=2 ATTEMPTS=0 NO_GENERATION",
    "visibility ends before the version": "PROGRAM=9 TRANSACTIONS=2 VISIBLE=1 ATTEMPTS=0 END_BEFORE_VERSION",
}

# A rule broken: where the error shows.
BROKEN = {
    "OREC_BEFORE_DATA": "PROGRAM=1",
    "NO_CHECK": "PROGRAM=1",
    "PUSH_AFTER_LOAD": "PROGRAM=4",
    "EXTENSION_WITHOUT_VALIDATION": "PROGRAM=1",
    "CLOCK_AFTER_VALIDATION": "PROGRAM=6 CANCELS=1",
    "OWN_BEFORE_EXTENSION": "PROGRAM=2",
    "COMMIT_WITHOUT_VALIDATION": "PROGRAM=3",
    "VERSION_BEFORE_UNDO": "PROGRAM=1 CANCELS=1",
    "OLD_VERSION_ON_ABORT": "PROGRAM=1 CANCELS=1",
    "BEGIN_WITHOUT_FENCE": "PROGRAM=4",
    "NO_QUIESCENCE": "PROGRAM=4",
    "LEAVE_AFTER_QUIESCENCE": "PROGRAM=8",
    "LOGS_READ_WITHOUT_MEMBARRIER": "PROGRAM=4",
    "FLAG_AFTER_VALIDATION": "PROGRAM=1 VISIBLE=2 ATTEMPTS=0",
    "LOG_NOT_MARKED": "PROGRAM=1 VISIBLE=2 ATTEMPTS=0",
    "VISIBLE_WITHOUT_VALIDATION": "PROGRAM=1 VISIBLE=2 ATTEMPTS=0",
    "LEAVE_BEFORE_VALIDATION": "PROGRAM=4 VISIBLE=2",
    "SCAN_WITHOUT_MEMBARRIER": "PROGRAM=1 VISIBLE=2 ATTEMPTS=0",
    "VICTIM_NOT_AWAITED": "PROGRAM=4 VISIBLE=2 ATTEMPTS=0",
    "END_BEFORE_UNDO": "PROGRAM=4 VISIBLE=2",
    "COMMITTER_STAYS_DOOMABLE": "PROGRAM=3 VISIBLE=3 ATTEMPTS=0",
    "RELEASE_BEFORE_UNDO": "PROGRAM=1 CANCELS=1",
    "LEAVE_BEFORE_UNDO": "PROGRAM=4 CANCELS=1",
    "PUBLISHED_BEFORE_VALIDATION": "PROGRAM=4 LOOKS_AGAIN",
    "MARK_AFTER_LOAD": "PROGRAM=1 VISIBLE=2 ATTEMPTS=0",
    "COUNT_BEFORE_OWNING": "PROGRAM=6 VISIBLE=2 ATTEMPTS=0",
    "INEVITABLE_STAYS_DOOMABLE": "PROGRAM=1 INEVITABLE=2 ATTEMPTS=0",
    "TOKEN_AWAITED": "PROGRAM=2 INEVITABLE=3 ATTEMPTS=0",
    "RUN_JUDGED_FIRST": "PROGRAM=10",
    "RUN_JUDGED_BY_ITS_END": "PROGRAM=10",
    "SWAP_OF_HALF": "PROGRAM=11",
    "OWED_NOT_SETTLED": "OWES SETTLES PROGRAM=4 TRANSACTIONS=2 ATTEMPTS=0",
    "KEPT_WITHOUT_VALIDATION": "OWES SETTLES KEEPS PROGRAM=3",
    "KEPT_UNANNOUNCED": "OWES SETTLES KEEPS PROGRAM=3",
    "KEEP_NOT_NOTICED": "OWES SETTLES KEEPS PROGRAM=3",
    "KEPT_OWES_ITS_SNAPSHOT": "OWES SETTLES KEEPS PROGRAM=4 TRANSACTIONS=2 ATTEMPTS=0",
    "KEPT_TAKEN_BACK_BLINDLY": "OWES SETTLES KEEPS PROGRAM=2 TRANSACTIONS=2",
    "KEPT_RELEASED_BLINDLY": "OWES SETTLES KEEPS PROGRAM=2 TRANSACTIONS=2",
    "STEAL_WITHOUT_LOCK": "OWES SETTLES KEEPS PROGRAM=2 TRANSACTIONS=2",
    "STEAL_WITHOUT_VERSION": "OWES SETTLES KEEPS PROGRAM=1 TRANSACTIONS=2",
    "ALONE_LOOKS_BEFORE_PUBLISHING": "SOLITUDE PROGRAM=4",
    "ALONE_LOOKS_BEFORE_DRAWING": "SOLITUDE PROGRAM=2",
    "COMPANY_WITHOUT_MEMBARRIER": "SOLITUDE PROGRAM=2",
    "CATCH_UP_BEFORE_MEMBARRIER": "SOLITUDE PROGRAM=2",
    "NO_CATCH_UP": "SOLITUDE PROGRAM=2",
    "EXIT_WITHOUT_CATCH_UP": "SOLITUDE PROGRAM=2",
    "ALONE_LOOKS_BEFORE_OWNING": "SOLITUDE PROGRAM=2",
    "OWNING_NOT_AWAITED": "SOLITUDE PROGRAM=2",
}
BROKEN_LONG = {
    "OWED_UNANNOUNCED": "OWES PROGRAM=5 TRANSACTIONS=2 THREADS=3 ATTEMPTS=0",
    "NOT_ANNOUNCED": "PROGRAM=5 THREADS=3 ATTEMPTS=0",
    "ANNOUNCED_AFTER_RELEASE": "PROGRAM=5 THREADS=3 ATTEMPTS=0",
    "READERS_DO_NOT_WAIT": "PROGRAM=5 THREADS=3 ATTEMPTS=0",
    "STALE_BY_OWN_VERSION": "PROGRAM=5 THREADS=3 ATTEMPTS=0 WRITES",
}


def run(folder, name, definitions, optimise, table):
    """The states stored, whether an error was found, whether the search was complete."""
    folder = folder / re.sub(r"\W+", "-", name)
    folder.mkdir(parents=True, exist_ok=True)
    flags = [f"-D{word}" for word in definitions.split()]
    subprocess.run(["spin", "-a", *flags, MODEL], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["gcc", optimise, "-w", "-DSAFETY", "-DCOLLAPSE", "-DVECTORSZ=2048",
                    "-DMEMLIM=6000", "-o", "pan", "pan.c"], cwd=folder, check=True)
    found = subprocess.run(["./pan", "-m1000000", f"-w{table}"], cwd=folder,
                           capture_output=True, text=True).stdout
    # Large numbers are printed as 1.1041166e+08.
    states = int(float(re.search(r"(\S+) states, stored", found).group(1)))
    errors = int(re.search(r"errors: (\d+)", found).group(1))
    complete = "Search not completed" not in found and "max search depth" not in found
    return states, errors, complete


def judge(folder, name, definitions, broken):
    start = time.monotonic()
    if broken:
        definitions = f"{definitions} {name}"
    # Errors come early: there the compiler would take longer than the search.
    # 2**26 entries for a hundred million states, or the search in the table takes longer.
    states, errors, complete = run(folder, name, definitions, "-O0" if broken else "-O1",
                                   26 if name in LONG else 22)
    good = errors > 0 if broken else errors == 0 and complete
    what = "error" if errors else "no error" if complete else "no error, NOT COMPLETE"
    line = (f"{'ok' if good else 'NOT AS EXPECTED'}: {name} ({definitions}): {what}, "
            f"{states} states, {time.monotonic() - start:.0f} s")
    return good, line, f"| {name} | `{definitions}` | {what} | {states:,} |"


def main():
    arguments = [word for word in sys.argv[1:] if not word.startswith("--")]
    folder, names = pathlib.Path(arguments[0]), arguments[1:]
    is_long = "--long" in sys.argv
    jobs = [(name, text, False) for name, text in SMALL.items()]
    jobs += [(name, text, True) for name, text in BROKEN.items()]
    if is_long or names:
        jobs += [(name, text, False) for name, text in LONG.items()]
        jobs += [(name, text, True) for name, text in BROKEN_LONG.items()]
    if names:
        jobs = [job for job in jobs if job[0] in names]
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(1 if is_long else 2) as pool:
        for good, line, row in pool.map(lambda job: judge(folder, *job), jobs):
            wrong += not good
            print(row if "--table" in sys.argv else line, flush=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{used.ru_utime + used.ru_stime:.0f} s of processor time")
    print("model: OK" if wrong == 0 else f"model: {wrong} NOT AS EXPECTED")
    return min(wrong, 255)


if __name__ == "__main__":
    sys.exit(main())
