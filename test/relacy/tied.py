"""protocol.hpp repeats the runtime's operations with their orders: this looks whether
the runtime still has them.

    tied.py SOURCE

Each entry: what of protocol.hpp, the folder, a regular expression over the text of
one of its files without comments, with all blanks and line ends made one space. When one is missing: is it still the same
protocol? Then adapt both."""

import pathlib
import re
import sys

TIES = [
    ("OREC_LOAD_ACQUIRE", "runtime",
     r"ame_load_orec\(uint32_t stripe\) \{ return atomic_load_explicit\(ame_orec_at\(stripe\), memory_order_acquire\)"),
    ("DATA_LOAD_ACQUIRE", "pass", r"Data->setAtomic\(AtomicOrdering::Acquire\)"),
    ("OREC_IN_ORDER", "pass", r"Orec->setAtomic\(AtomicOrdering::Acquire\)"),
    ("CLOCK_LOAD_ACQUIRE", "runtime", r"atomic_load_explicit\(&ame_clock, memory_order_acquire\)"),
    ("CLOCK_LOAD_ACQUIRE", "runtime", r"atomic_load_explicit\(&ame_clock, memory_order_acquire\)"),
    ("CLOCK_DRAW_SEQ_CST", "runtime", r"atomic_fetch_add_explicit\(&ame_clock, 1, memory_order_seq_cst\)"),
    ("OWN_SEQ_CST", "runtime",
     r"atomic_compare_exchange_strong_explicit\(ame_orec_at\(stripe\), &orec, __ame_tls\.self, memory_order_seq_cst"),
    ("own_alone", "runtime",
     r"&tx->owning, [^;]*\+ 1, memory_order_relaxed\); atomic_signal_fence\(memory_order_seq_cst\); "
     r"if \(ame_likely\(atomic_load_explicit\(&ame_company, memory_order_acquire\) == tx->solitude\)\)"),
    ("OWNING_RELEASE", "runtime", r"&tx->owning, [^;]*- 1, memory_order_release\)"),
    ("RELEASE_STRIPES", "runtime",
     r"atomic_store_explicit\(ame_orec_at\([^;]*version, memory_order_release\)"),
    ("ABORT_RELEASE_STRIPES", "runtime",
     r"atomic_store_explicit\(ame_orec_at\([^;]*version, memory_order_release\)"),
    ("BEGIN_FENCE", "runtime",
     r"atomic_exchange_explicit\(&tx->published, now, memory_order_seq_cst\)"),
    ("EXTENSION_RELEASE", "runtime",
     r"atomic_store_explicit\(&tx->published, now, memory_order_release\)"),
    ("LEAVE_RELEASE", "runtime",
     r"atomic_store_explicit\(&tx->published, AME_INACTIVE, memory_order_release\)"),
    ("ABORT_LEAVE_RELEASE", "runtime",
     r"atomic_store_explicit\(&tx->published, AME_INACTIVE, memory_order_release\)"),
    ("PUBLISHED_ACQUIRE", "runtime",
     r"atomic_load_explicit\(&other->published, memory_order_acquire\)"),
    ("publish", "runtime",
     r"void publish_at_once\(.*?release_stripes\(tx, version\); leave_quiescence\(tx\);.*ame_quiesce_needed\(tx, version\);.*"
     r"if \(ame_quiesce_soon\(tx, version\)\) \{ publish_at_once\(tx, version\); return; \} "
     r"ame_quiesce_announce\(\); release_stripes\(tx, version\); leave_quiescence\(tx\); "
     r"wake_retries\(tx, written_count\); ame_quiesce\(tx, version, true\); ame_quiesce_retract\(\);"),
    ("ANNOUNCE_SEQ_CST", "runtime",
     r"atomic_fetch_add_explicit\(&ame_quiesce_count, 1, memory_order_seq_cst\)"),
    ("RETRACT_SEQ_CST", "runtime",
     r"atomic_fetch_sub_explicit\(&ame_quiesce_count, 1, memory_order_seq_cst\)"),
    ("ANNOUNCED_ACQUIRE", "runtime",
     r"atomic_load_explicit\(&ame_quiesce_count, memory_order_acquire\)"),
    ("QUIESCE_MEMBARRIER", "runtime",
     r"ame_os_membarrier\(\); \*barrier_done = true; if \(holds_nothing_stale"),
    ("SCAN_MEMBARRIER", "runtime",
     r"ame_os_membarrier\(\); for \(struct transaction \*other"),
    ("RAISE_SEQ_CST, TURN_FENCE", "runtime",
     r"atomic_fetch_add_explicit\(&ame_visible_count, 1, memory_order_seq_cst\).*"
     r"mark_log\(tx, marks\).*atomic_thread_fence\(memory_order_seq_cst\).*"
     r"ame_now_for\(tx\).*ame_validate\(tx.*&tx->published, AME_INACTIVE, memory_order_release"),
    ("LOOK_SEQ_CST", "runtime",
     r"atomic_load_explicit\(&ame_visible_count, memory_order_seq_cst\)"),
    ("END_RELEASE", "runtime",
     r"atomic_store_explicit\(&tx->status, \(\(status >> 2\) \+ 1\) << 2, memory_order_release\)"),
    ("STATUS_ACQUIRE", "runtime", r"atomic_load_explicit\(&other->status, memory_order_acquire\)"),
    ("OWN_VERSION_RELEASE, COMPANY_ACQUIRE", "runtime",
     r"&tx->own_version, version, memory_order_release\).*atomic_signal_fence\(memory_order_seq_cst\); "
     r"\*alone = atomic_load_explicit\(&ame_company, memory_order_acquire\)"),
    ("publish_alone", "runtime",
     r"&tx->published, now, memory_order_release\); atomic_signal_fence\(memory_order_seq_cst\); "
     r"[^;]*atomic_load_explicit\(&ame_company, memory_order_acquire\)"),
    ("COMPANY_MEMBARRIER", "runtime",
     r"atomic_fetch_add_explicit\(&ame_company, AME_GENERATION \+ AME_OTHERS, memory_order_seq_cst\); "
     r"ame_os_membarrier\(\);.*&tx->owning, memory_order_acquire\) != 0\).*ame_clock_catch_up\(\)"),
    ("SLEEPER_MEMBARRIER", "runtime",
     r"atomic_fetch_add_explicit\(&other->sleepers, 1, memory_order_seq_cst\);.*ame_os_membarrier\(\); "
     r"if \(sequence_of\(other\) == sequence\)"),
    ("announce_end", "runtime",
     r"&tx->sequence, [^;]*memory_order_release\);.*atomic_signal_fence\(memory_order_seq_cst\);.*&tx->sleepers"),
    ("RETRY_FENCE", "runtime",
     r"atomic_fetch_add_explicit\(&ame_retry_waiters, 1, memory_order_seq_cst\); "
     r"if \(\(tx->visible \|\| ame_validate"),
    ("publish_in_company", "runtime",
     r"company = atomic_load_explicit\(&ame_company, memory_order_acquire\); "
     r"const uint32_t now = atomic_load_explicit\(&ame_clock, memory_order_acquire\);.*"
     r"atomic_exchange_explicit\(&tx->published, now, memory_order_seq_cst\); return ame_likely\(ame_world_has_run\(company\)\)"),
    ("STOP_IS_COUNTED", "runtime",
     r"atomic_load_explicit\(&ame_company, memory_order_seq_cst\) == company && !\(company & AME_WORLD_STOPPED\)"),
    ("STOP_FENCE", "runtime",
     r"atomic_fetch_or_explicit\(&ame_company, AME_WORLD_STOPPED, memory_order_seq_cst\).*nothing_runs\(except\)"),
    ("world_resume", "runtime",
     r"atomic_fetch_add_explicit\( &ame_company, [^;]*AME_GENERATION : 0\) - AME_WORLD_STOPPED, memory_order_seq_cst\)"),
    ("KEPT_BEGIN_SEQ_CST, THIEF_SEQ_CST", "runtime",
     r"compare_exchange_strong_explicit\(&tx->published, &from, to, memory_order_seq_cst"),
    ("leave_rest", "runtime",
     r"company = atomic_load_explicit\(&ame_company, memory_order_acquire\); const uint64_t next = "
     r"begins \? atomic_load_explicit\(&ame_clock, memory_order_acquire\) : AME_STEALING; [^;]*; "
     r"if \(!replace\(tx, AME_KEEPING, next\)\) continue; "
     r"if \(ame_likely\(ame_world_has_run\(company\)\)\) return next; put_back\(tx\); ame_world_wait\(\);"),
    ("PUT_BACK_RELEASE", "runtime",
     r"void put_back\([^)]*\) \{ atomic_store_explicit\(&tx->published, AME_KEEPING, memory_order_release\)"),
    ("steal", "runtime",
     r"&owner->published, memory_order_relaxed\) != AME_KEEPING \|\| !replace\(owner, AME_KEEPING, AME_STEALING\)\) return false;.*"
     r"if \(atomic_load_explicit\(orec, memory_order_relaxed\) == \(AME_OREC_LOCK \| owner->slot\)\).*"
     r"ame_draw_version\(tx, &alone\).*atomic_store_explicit\(orec, version, memory_order_release\); \} put_back\(owner\);"),
    ("give_up, release_stripes", "runtime",
     r"atomic_load_explicit\(orec, memory_order_relaxed\) == \(AME_OREC_LOCK \| tx->slot\) \|\| [^;]*"
     r"atomic_store_explicit\(orec, version, memory_order_release\);"),
    ("commit_keeping, KEEPING_RELEASE", "runtime",
     r"ame_quiesce_owe\(tx->snapshot\);.*!ame_validate\(tx, AME_NO_STRIPE\)\) ame_abort\(AME_ABORT_VALIDATION\);.*"
     r"atomic_store_explicit\(&tx->published, AME_KEEPING, memory_order_release\);"),
    ("KEEP_NOTICED_SEQ_CST", "runtime",
     r"atomic_load_explicit\(&ame_quiesce_count, memory_order_seq_cst\) != \(__ame_tls.owed != 0\)"),
]


def plain(text):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)
    return re.sub(r"\s+", " ", text)


def main():
    source = pathlib.Path(sys.argv[1])
    texts = {folder: [plain(path.read_text()) for path in (source / folder).iterdir()
                      if path.suffix in (".c", ".h", ".cpp")] for folder in ("runtime", "pass")}
    missing = 0
    for what, folder, pattern in TIES:
        if not any(re.search(pattern, text) for text in texts[folder]):
            missing += 1
            print(f"{folder}/ no longer has what {what} in test/relacy/protocol.hpp stands for: {pattern}")
    print("tied: OK" if not missing else f"tied: {missing} MISSING")
    return missing != 0


if __name__ == "__main__":
    sys.exit(main())
