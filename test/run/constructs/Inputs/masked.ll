target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define <8 x i32> @bits_of(i32 %mask) {
  %start = insertelement <8 x i32> poison, i32 %mask, i32 0
  %all = shufflevector <8 x i32> %start, <8 x i32> poison, <8 x i32> zeroinitializer
  %shifted = lshr <8 x i32> %all, <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %bits = and <8 x i32> %shifted, splat (i32 1)
  ret <8 x i32> %bits
}

; to[i] = from[i] + 1 where mask has a bit, to[i] = -1 of a load elsewhere
define void @masked_copy(ptr %to, ptr %from, i32 %mask) {
  %bits = call <8 x i32> @bits_of(i32 %mask)
  %lanes = icmp ne <8 x i32> %bits, zeroinitializer
  %v = call <8 x i32> @llvm.masked.load.v8i32.p0(ptr %from, i32 4, <8 x i1> %lanes, <8 x i32> splat (i32 -2))
  %w = add <8 x i32> %v, splat (i32 1)
  %others = xor <8 x i1> %lanes, <i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false, i1 true>
  call void @llvm.masked.store.v8i32.p0(<8 x i32> %w, ptr %to, i32 4, <8 x i1> %others)
  ret void
}

; a constant mask: the other lanes do not exist
define void @first_two(ptr %p) {
  %v = call <4 x i64> @llvm.masked.load.v4i64.p0(ptr %p, i32 8, <4 x i1> <i1 true, i1 true, i1 false, i1 false>, <4 x i64> zeroinitializer)
  %w = mul <4 x i64> %v, splat (i64 3)
  call void @llvm.masked.store.v4i64.p0(<4 x i64> %w, ptr %p, i32 8, <4 x i1> <i1 true, i1 true, i1 false, i1 false>)
  ret void
}

define void @gather_scatter(ptr %p, i32 %mask) {
  %bits = call <8 x i32> @bits_of(i32 %mask)
  %lanes = icmp ne <8 x i32> %bits, zeroinitializer
  %from = getelementptr i32, ptr %p, <8 x i64> <i64 7, i64 6, i64 5, i64 4, i64 3, i64 2, i64 1, i64 0>
  %to = getelementptr i32, ptr %p, <8 x i64> <i64 8, i64 8, i64 9, i64 9, i64 10, i64 11, i64 12, i64 13>
  %v = call <8 x i32> @llvm.masked.gather.v8i32.v8p0(<8 x ptr> %from, i32 4, <8 x i1> %lanes, <8 x i32> splat (i32 100))
  call void @llvm.masked.scatter.v8i32.v8p0(<8 x i32> %v, <8 x ptr> %to, i32 4, <8 x i1> %lanes)
  ret void
}

define void @expand_compress(ptr %p, i32 %mask) {
  %bits = call <8 x i32> @bits_of(i32 %mask)
  %lanes = icmp ne <8 x i32> %bits, zeroinitializer
  %v = call <8 x i32> @llvm.masked.expandload.v8i32(ptr %p, <8 x i1> %lanes, <8 x i32> splat (i32 7))
  %q = getelementptr i32, ptr %p, i64 14
  call void @llvm.masked.compressstore.v8i32(<8 x i32> %v, ptr %q, <8 x i1> %lanes)
  %last = extractelement <8 x i32> %v, i64 7
  store i32 %last, ptr %p
  ret void
}
