# run: asm x86-64-v3
func @f(x: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : float32[:]
  %1 = neighbor %0[0] : float32
  %2 = neighbor %0[1] : float32
  %3 = min %1, %2 : float32
  %4 = max %3, %2 : float32
  return %4
}
# ---- expect (./dev test --update)
# 	.text
# 	.globl	nf_0
# 	.p2align	4
# 	.type	nf_0,@function
# nf_0:
# 	pushq	%rax
# 	movq	nf_plan_0@GOTPCREL(%rip), %rdx
# 	movq	nf_tile_0@GOTPCREL(%rip), %rcx
# 	xorl	%r8d, %r8d
# 	xorl	%r9d, %r9d
# 	callq	nf_run_stencil@PLT
# 	popq	%rcx
# 	retq
# .Lfunc_end0:
# 	.size	nf_0, .Lfunc_end0-nf_0
#
# 	.globl	nf_tile_0
# 	.p2align	4
# 	.type	nf_tile_0,@function
# nf_tile_0:
# 	pushq	%r15
# 	pushq	%r14
# 	pushq	%rbx
# 	movq	40(%rsp), %rax
# 	movq	32(%rsp), %rsi
# 	xorl	%edi, %edi
# 	addq	$-8, %r9
# 	jmp	.LBB1_1
# 	.p2align	4
# .LBB1_7:
# 	vmovups	%ymm0, (%r10,%rbx,4)
# 	vmovdqu	(%rdx), %ymm0
# 	vmovdqu	32(%rdx), %ymm1
# 	vpaddq	32(%rcx), %ymm1, %ymm1
# 	vpaddq	(%rcx), %ymm0, %ymm0
# 	vmovdqu	%ymm0, (%rdx)
# 	vmovdqu	%ymm1, 32(%rdx)
# 	incq	%rdi
# 	cmpq	%rsi, %rdi
# 	jge	.LBB1_8
# .LBB1_1:
# 	movq	(%rdx), %r10
# 	movq	8(%rdx), %r11
# 	movq	%r8, %r14
# 	movq	%r8, %r15
# 	jmp	.LBB1_2
# 	.p2align	4
# .LBB1_6:
# 	vmaxps	%ymm2, %ymm1, %ymm0
# 	leaq	8(%rbx), %r15
# 	cmpq	%r9, %r15
# 	cmovgeq	%r9, %r15
# 	movq	%rbx, %r14
# 	cmpq	%r9, %rbx
# 	je	.LBB1_7
# .LBB1_2:
# 	movq	%r15, %rbx
# 	testb	$2, %al
# 	je	.LBB1_4
# 	prefetcht1	4096(%r11,%rbx,4)
# .LBB1_4:
# 	vmovups	4(%r11,%rbx,4), %ymm1
# 	vminps	(%r11,%rbx,4), %ymm1, %ymm2
# 	cmpq	%r14, %rbx
# 	je	.LBB1_6
# 	vmovups	%ymm0, (%r10,%r14,4)
# 	jmp	.LBB1_6
# .LBB1_8:
# 	xorl	%eax, %eax
# 	popq	%rbx
# 	popq	%r14
# 	popq	%r15
# 	vzeroupper
# 	retq
# .Lfunc_end1:
# 	.size	nf_tile_0, .Lfunc_end1-nf_tile_0
#
# 	.type	nf_plan_0,@object
# 	.section	.rodata,"a",@progbits
# 	.globl	nf_plan_0
# 	.p2align	4, 0x0
# nf_plan_0:
# 	.quad	1
# 	.quad	1
# 	.quad	8
# 	.quad	0
# 	.quad	1
# 	.quad	0
# 	.quad	1
# 	.quad	1
# 	.quad	1
# 	.quad	1
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	17
# 	.quad	0
# 	.quad	9223372036854775807
# 	.quad	0
# 	.quad	4
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	0
# 	.quad	1
# 	.quad	4
# 	.size	nf_plan_0, 264
#
