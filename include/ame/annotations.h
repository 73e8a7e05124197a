/* The annotation strings, spelled once. ame.h attaches them with
 * __attribute__((annotate)); the pass reads them back from llvm.ptr.annotation
 * (fields) and llvm.global.annotations (functions, globals). A string that
 * starts with AME_ANNOTATION_PREFIX and is not listed here is a compile-time
 * error, so that a misspelled fact is never silently ignored. */
#ifndef AME_ANNOTATIONS_H
#define AME_ANNOTATIONS_H

#define AME_ANNOTATION_PREFIX "ame."

/* On fields and globals. */
#define AME_ANNOTATION_IMMUTABLE "ame.immutable"
#define AME_ANNOTATION_REFCOUNT "ame.refcount"
/* Properties of a count, beside the annotation itself. */
#define AME_ANNOTATION_REFCOUNT_IMMORTAL_NEGATIVE "ame.refcount.immortal_negative"
#define AME_ANNOTATION_REFCOUNT_IMMORTAL_FROM "ame.refcount.immortal_from"
#define AME_ANNOTATION_REFCOUNT_ON_ZERO "ame.refcount.on_zero"
#define AME_ANNOTATION_REFCOUNT_DEFERRED "ame.refcount.deferred"
/* On the parameter of the function that AME_REFCOUNT_BITS defines. */
#define AME_ANNOTATION_REFCOUNT_BITS "ame.refcount.bits"
#define AME_ANNOTATION_COUNTER "ame.counter"
#define AME_ANNOTATION_THREADLOCAL "ame.threadlocal"
#define AME_ANNOTATION_NOTRACK "ame.notrack"

/* On functions. */
#define AME_ANNOTATION_SAFE "ame.safe"
#define AME_ANNOTATION_PURE "ame.pure"
#define AME_ANNOTATION_INEVITABLE "ame.inevitable"
#define AME_ANNOTATION_UNSAFE "ame.unsafe"
#define AME_ANNOTATION_DEFER "ame.defer"
/* Followed by the name of the wrapped function: "ame.wrap:puts". */
#define AME_ANNOTATION_WRAP_PREFIX "ame.wrap:"

#endif
