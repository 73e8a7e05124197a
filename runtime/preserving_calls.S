/* The slow paths of inlined barriers, as compiled code calls them.
 *
 * They change no register but r11 (abi.def says why). Each first tries a short
 * C function that uses general registers only and returns whether it was enough;
 * only then are the vector registers saved and the rest of the work is done.
 * An abort leaves through ame_resume and needs nothing of what was saved. */

	.text

/* Offsets in struct ame_thread (checked in barrier_quick.c). */
	.set	THREAD_LOG, 0
	.set	THREAD_LOG_LIMIT, 8
	.set	THREAD_CAPTURED_BASE, 16
	.set	THREAD_CAPTURED_SIZE, 24
	.set	THREAD_LIMIT, 32
	.set	THREAD_OWNER, 36
	.set	THREAD_DEPTH, 44
	.set	THREAD_UNDO, 56
	.set	THREAD_UNDO_LIMIT, 64
	.set	THREAD_MARKS, 72

.macro SAVE_GENERAL
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
.endm

.macro RESTORE_GENERAL_AND_RETURN
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	popq	%rbp
	.cfi_def_cfa rsp, 8
	ret
.endm

/* Where SAVE_GENERAL has put them. */
	.set	SAVED_RAX, -8
	.set	SAVED_RSI, -32
	.set	SAVED_RDI, -40
	.set	SAVED_LAST, -64

/* Calls function(rdi, rsi) as at entry, with a third argument: the place of the
 * saved rax, which becomes the result. */
.macro CALL_WITH_ARGUMENTS function
	movq	SAVED_RDI(%rbp), %rdi
	movq	SAVED_RSI(%rbp), %rsi
	leaq	SAVED_RAX(%rbp), %rdx
	call	\function
.endm

.macro CALL_SAVING_VECTORS function
	subq	ame_vector_area(%rip), %rsp
	andq	$-64, %rsp
	movl	ame_vector_mask(%rip), %eax
	testl	%eax, %eax
	je	2f
	xorl	%edx, %edx
	movq	%rdx, 512(%rsp)
	movq	%rdx, 520(%rsp)
	movq	%rdx, 528(%rsp)
	movq	%rdx, 536(%rsp)
	movq	%rdx, 544(%rsp)
	movq	%rdx, 552(%rsp)
	movq	%rdx, 560(%rsp)
	movq	%rdx, 568(%rsp)
	xsave64	(%rsp)
	CALL_WITH_ARGUMENTS \function
	movl	ame_vector_mask(%rip), %eax
	xorl	%edx, %edx
	xrstor64 (%rsp)
	jmp	3f
2:	fxsave64 (%rsp)
	CALL_WITH_ARGUMENTS \function
	fxrstor64 (%rsp)
3:	leaq	SAVED_LAST(%rbp), %rsp
.endm

.macro BARRIER name, quick, slow
	.globl	\name
	.type	\name, @function
	.p2align 4
\name:
	.cfi_startproc
	SAVE_GENERAL
	leaq	SAVED_RAX(%rbp), %rdx
	call	\quick
	testb	%al, %al
	jne	1f
	CALL_SAVING_VECTORS \slow
1:	RESTORE_GENERAL_AND_RETURN
	.cfi_endproc
	.size	\name, . - \name
.endm

	BARRIER	__ame_read_wait, ame_quick_read_wait, ame_read_wait
	BARRIER	__ame_read_again, ame_quick_read_again, ame_read_again
	BARRIER	__ame_write, ame_quick_write, ame_write

/* A visible transaction's mark: in most places it is not inlined. */
	.globl	__ame_read_push
	.type	__ame_read_push, @function
	.p2align 4
__ame_read_push:
	.cfi_startproc
	movq	__ame_tls@GOTTPOFF(%rip), %r11
	cmpq	$0, %fs:THREAD_MARKS(%r11)
	je	1f
	pushq	%rax
	.cfi_def_cfa_offset 16
	movq	%fs:THREAD_MARKS(%r11), %r11
	movl	%edi, %eax
	movb	%r11b, (%r11,%rax)
	popq	%rax
	.cfi_def_cfa_offset 8
	ret
1:	cmpl	$0, %fs:THREAD_DEPTH(%r11)
	jne	ame_read_push_preserving
	ret
	.cfi_endproc
	.size	__ame_read_push, . - __ame_read_push

	.type	ame_read_push_preserving, @function
	.p2align 4
ame_read_push_preserving:
	.cfi_startproc
	SAVE_GENERAL
	call	ame_quick_read_push
	testb	%al, %al
	jne	1f
	CALL_SAVING_VECTORS ame_read_push
1:	RESTORE_GENERAL_AND_RETURN
	.cfi_endproc
	.size	ame_read_push_preserving, . - ame_read_push_preserving

/* Reads and writes of one aligned word: abi.def's inlined sequences, as calls. */
.macro GO_ON_IF_SHARED captured
	movq	__ame_tls@GOTTPOFF(%rip), %r11
	movq	%rdi, %rax
	subq	%fs:THREAD_CAPTURED_BASE(%r11), %rax
	cmpq	%fs:THREAD_CAPTURED_SIZE(%r11), %rax
	jb	\captured
.endm

#ifndef AME_STRIPE_SHIFT
#define AME_STRIPE_SHIFT 6
#endif

/* ecx: the stripe (abi.h's AME_STRIPE_SHIFT and AME_STRIPE_MASK), r10: its orec. */
.macro FIND_OREC
	movl	%edi, %ecx
	shrl	$AME_STRIPE_SHIFT, %ecx
	leaq	0x10000000(,%rcx,4), %r10
.endm

.macro READ_WORD bytes, load, register
	.globl	__ame_read\bytes
	.type	__ame_read\bytes, @function
	.p2align 4
__ame_read\bytes:
	.cfi_startproc
	GO_ON_IF_SHARED 4f
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	pushq	%r10
	.cfi_adjust_cfa_offset 8
	FIND_OREC
	movq	%fs:THREAD_LOG(%r11), %rax
	cmpq	%fs:THREAD_LOG_LIMIT(%r11), %rax
	je	2f
	movl	%ecx, (%rax)
	addq	$4, %rax
	movq	%rax, %fs:THREAD_LOG(%r11)
1:	\load	(%rdi), \register
	movl	(%r10), %ecx
	cmpl	%fs:THREAD_LIMIT(%r11), %ecx
	jae	3f
	popq	%r10
	popq	%rcx
	ret
2:	movq	%fs:THREAD_MARKS(%r11), %rax
	testq	%rax, %rax
	je	5f
	movb	%al, (%rax,%rcx)
	jmp	1b
3:	cmpl	%fs:THREAD_OWNER(%r11), %ecx
	jne	6f
	popq	%r10
	popq	%rcx
	ret
	/* Pushed, but not accepted: the slow path waits and loads again. */
6:	popq	%r10
	popq	%rcx
	.cfi_adjust_cfa_offset -16
	SAVE_GENERAL
	CALL_SAVING_VECTORS ame_read_word_again\bytes
	RESTORE_GENERAL_AND_RETURN
	.cfi_adjust_cfa_offset 16
5:	popq	%r10
	popq	%rcx
	.cfi_adjust_cfa_offset -16
	SAVE_GENERAL
	CALL_SAVING_VECTORS ame_read_word\bytes
	RESTORE_GENERAL_AND_RETURN
4:	\load	(%rdi), \register
	ret
	.cfi_endproc
	.size	__ame_read\bytes, . - __ame_read\bytes
.endm

	READ_WORD 1, movzbl, %eax
	READ_WORD 2, movzwl, %eax
	READ_WORD 4, movl, %eax
	READ_WORD 8, movq, %rax

.macro WRITE_WORD bytes, load, register
	.globl	__ame_write\bytes
	.type	__ame_write\bytes, @function
	.p2align 4
__ame_write\bytes:
	.cfi_startproc
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	GO_ON_IF_SHARED 2f
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	pushq	%r10
	.cfi_adjust_cfa_offset 8
	FIND_OREC
	movl	(%r10), %ecx
	cmpl	%fs:THREAD_OWNER(%r11), %ecx
	jne	1f
	movq	%fs:THREAD_UNDO(%r11), %rax
	cmpq	%fs:THREAD_UNDO_LIMIT(%r11), %rax
	je	1f
	\load	(%rdi), \register
	movq	%rcx, 8(%rax)
	movq	%rdi, (%rax)
	movb	$\bytes, 7(%rax)
	addq	$16, %rax
	movq	%rax, %fs:THREAD_UNDO(%r11)
	popq	%r10
	popq	%rcx
	popq	%rax
	ret
1:	popq	%r10
	popq	%rcx
	.cfi_adjust_cfa_offset -16
	popq	%rax
	.cfi_adjust_cfa_offset -8
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	movl	$\bytes, %esi
	call	__ame_write
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_adjust_cfa_offset 8
2:	popq	%rax
	ret
	.cfi_endproc
	.size	__ame_write\bytes, . - __ame_write\bytes
.endm

	WRITE_WORD 1, movzbl, %ecx
	WRITE_WORD 2, movzwl, %ecx
	WRITE_WORD 4, movl, %ecx
	WRITE_WORD 8, movq, %rcx

	.section .note.GNU-stack,"",@progbits
