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
# 	leaq	.Lplan(%rip), %rdx
# 	leaq	.Ltile(%rip), %rcx
# 	callq	nf_run_stencil@PLT
# 	popq	%rcx
# 	retq
# .Lfunc_end0:
# 	.size	nf_0, .Lfunc_end0-nf_0
#
# 	.p2align	4
# 	.type	.Ltile,@function
# .Ltile:
# 	movq	(%rcx), %rax
# 	leaq	-8(%r9), %rcx
# 	movq	(%rdx), %rdx
# 	.p2align	4
# .LBB1_1:
# 	cmpq	%rcx, %r8
# 	movq	%rcx, %rsi
# 	cmovlq	%r8, %rsi
# 	vmovups	4(%rdx,%rsi,4), %ymm0
# 	vminps	(%rdx,%rsi,4), %ymm0, %ymm1
# 	vmaxps	%ymm1, %ymm0, %ymm0
# 	vmovups	%ymm0, (%rax,%rsi,4)
# 	addq	$8, %r8
# 	cmpq	%r9, %r8
# 	jl	.LBB1_1
# 	xorl	%eax, %eax
# 	vzeroupper
# 	retq
# .Lfunc_end1:
# 	.size	.Ltile, .Lfunc_end1-.Ltile
#
# 	.type	.Lplan,@object
# 	.section	.rodata,"a",@progbits
# 	.p2align	4, 0x0
# .Lplan:
# 	.quad	1
# 	.quad	1
# 	.quad	8
# 	.quad	0
# 	.quad	1
# 	.quad	0
# 	.quad	1
# 	.quad	1
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
# 	.quad	4
# 	.size	.Lplan, 168
#
