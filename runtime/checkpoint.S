/* Saving and restoring where a transaction begins.
 *
 * The begin functions store the registers that a callee must preserve, the
 * stack pointer as it will be after their return and the return address into a
 * struct ame_registers, and call their C part. __ame_begin stores them where they
 * belong; the others in a copy, because they may have nothing to begin. Resuming loads them
 * again, after the stack's bytes have been put back: to the compiler the begin
 * call has simply returned, once, in exactly the state it left.
 *
 * struct ame_registers: rbx 0, rbp 8, r12 16, r13 24, r14 32, r15 40, rsp 48,
 * rip 56, mxcsr 64, x87 control word 68; 72 bytes, which also keeps the stack
 * aligned for the call. */

	.text

.macro SAVE_REGISTERS
	leaq	8(%rsp), %rax
	subq	$72, %rsp
	.cfi_adjust_cfa_offset 72
	movq	%rbx, 0(%rsp)
	movq	%rbp, 8(%rsp)
	movq	%r12, 16(%rsp)
	movq	%r13, 24(%rsp)
	movq	%r14, 32(%rsp)
	movq	%r15, 40(%rsp)
	movq	%rax, 48(%rsp)
	movq	72(%rsp), %rax
	movq	%rax, 56(%rsp)
	stmxcsr	64(%rsp)
	fnstcw	68(%rsp)
.endm

.macro BEGIN_FUNCTION name, c_part, register
	.globl	\name
	.type	\name, @function
	.p2align 4
\name:
	.cfi_startproc
	SAVE_REGISTERS
	movq	%rsp, %\register
	call	\c_part
	addq	$72, %rsp
	.cfi_adjust_cfa_offset -72
	ret
	.cfi_endproc
	.size	\name, . - \name
.endm

/* Offsets in struct transaction and struct ame_thread (checked in begin.c). */
	.set	REGISTERS, 128
	.set	THREAD_DEPTH, 44

	.globl	__ame_begin
	.type	__ame_begin, @function
	.p2align 4
__ame_begin:
	.cfi_startproc
1:	movq	ame_self_block@GOTTPOFF(%rip), %rax
	movq	%fs:(%rax), %r8
	testq	%r8, %r8
	je	2f
	movq	__ame_tls@GOTTPOFF(%rip), %rax
	cmpl	$0, %fs:THREAD_DEPTH(%rax)
	jne	ame_begin_nested
	leaq	8(%rsp), %r9
	movq	(%rsp), %r10
	movq	%rbx, REGISTERS+0(%r8)
	movq	%rbp, REGISTERS+8(%r8)
	movq	%r12, REGISTERS+16(%r8)
	movq	%r13, REGISTERS+24(%r8)
	movq	%r14, REGISTERS+32(%r8)
	movq	%r15, REGISTERS+40(%r8)
	movq	%r9, REGISTERS+48(%r8)
	movq	%r10, REGISTERS+56(%r8)
	subq	%r9, %rsi		/* the frame's size */
	fnstcw	REGISTERS+68(%r8)	/* not mxcsr: snapshot.c says why */
	jmp	ame_begin_region
2:	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	call	ame_register_thread
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	jmp	1b
	.cfi_endproc
	.size	__ame_begin, . - __ame_begin

	BEGIN_FUNCTION ame_enter, ame_begin_open, rdi
	BEGIN_FUNCTION __ame_checkpoint_slow, ame_checkpoint_here, rdi
	BEGIN_FUNCTION __ame_outside_exit, ame_outside_resume, rsi

.macro LOAD_AND_JUMP base
	movq	0(\base), %rbx
	movq	8(\base), %rbp
	movq	16(\base), %r12
	movq	24(\base), %r13
	movq	32(\base), %r14
	movq	40(\base), %r15
	ldmxcsr	64(\base)
	fldcw	68(\base)
	movq	48(\base), %rsp
	jmp	*56(\base)
.endm

/* ame_resume(registers, value): the stack is already as it was. */
	.hidden	ame_resume
	.globl	ame_resume
	.type	ame_resume, @function
	.p2align 4
ame_resume:
	.cfi_startproc
	movl	%esi, %eax
	LOAD_AND_JUMP %rdi
	.cfi_endproc
	.size	ame_resume, . - ame_resume

/* ame_resume_stack(registers, value, copy, size): first copy the bytes back to
 * [registers->rsp, +size). The stack pointer goes below them before that, since
 * the caller's frame may lie in what is overwritten. */
	.hidden	ame_resume_stack
	.globl	ame_resume_stack
	.type	ame_resume_stack, @function
	.p2align 4
ame_resume_stack:
	.cfi_startproc
	movq	%rdi, %r9
	movl	%esi, %eax
	movq	48(%r9), %rdi
	leaq	-256(%rdi), %rsp
	movq	%rdx, %rsi
	cld
	rep movsb
	LOAD_AND_JUMP %r9
	.cfi_endproc
	.size	ame_resume_stack, . - ame_resume_stack

	.section .note.GNU-stack,"",@progbits
