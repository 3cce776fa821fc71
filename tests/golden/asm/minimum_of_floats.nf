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
# 	pushq	%rbp
# 	movq	%rsp, %rbp
# 	pushq	%r15
# 	pushq	%r14
# 	pushq	%r13
# 	pushq	%r12
# 	pushq	%rbx
# 	andq	$-32, %rsp
# 	subq	$96, %rsp
# 	movq	%rcx, 24(%rsp)
# 	movq	24(%rbp), %rax
# 	testb	$16, %al
# 	movabsq	$-9223372036854775808, %rdi
# 	cmoveq	%r8, %rdi
# 	xorl	%r10d, %r10d
# 	addq	$-8, %r9
# 	leaq	.Lupper_bytes(%rip), %rcx
# 	leaq	.Llower_bytes(%rip), %rbx
# 	jmp	.LBB1_1
# 	.p2align	4
# .LBB1_13:
# 	vmovups	%ymm0, (%r14)
# .LBB1_14:
# 	vmovdqu	(%rdx), %ymm0
# 	vmovdqu	32(%rdx), %ymm1
# 	movq	24(%rsp), %rsi
# 	vpaddq	32(%rsi), %ymm1, %ymm1
# 	vpaddq	(%rsi), %ymm0, %ymm0
# 	vmovdqu	%ymm0, (%rdx)
# 	vmovdqu	%ymm1, 32(%rdx)
# 	incq	%r10
# 	cmpq	16(%rbp), %r10
# 	jge	.LBB1_15
# .LBB1_1:
# 	movq	(%rdx), %r14
# 	movq	8(%rdx), %r12
# 	movq	%r8, %r15
# 	movq	%r8, %r13
# 	jmp	.LBB1_2
# 	.p2align	4
# .LBB1_7:
# 	vmovdqu	%ymm0, (%r13)
# .LBB1_8:
# 	vmaxps	%ymm2, %ymm1, %ymm0
# 	leaq	8(%rsi), %r13
# 	cmpq	%r9, %r13
# 	cmovgeq	%r9, %r13
# 	movq	%rsi, %r15
# 	cmpq	%r9, %rsi
# 	je	.LBB1_9
# .LBB1_2:
# 	movq	%r13, %rsi
# 	vmovups	4(%r12,%r13,4), %ymm1
# 	vminps	(%r12,%r13,4), %ymm1, %ymm2
# 	cmpq	%r15, %r13
# 	je	.LBB1_8
# 	leaq	(%r14,%r15,4), %r13
# 	testb	$1, %al
# 	je	.LBB1_7
# 	cmpq	%rdi, %r15
# 	je	.LBB1_6
# 	vmovdqa	32(%rsp), %ymm3
# 	movl	%r13d, %r15d
# 	notl	%r15d
# 	andq	$-32, %r13
# 	movl	%r15d, %r11d
# 	andl	$15, %r11d
# 	vperm2i128	$33, %ymm0, %ymm3, %ymm4
# 	testb	$16, %r15b
# 	sete	%r15b
# 	vmovd	%r15d, %xmm5
# 	vpbroadcastb	%xmm5, %ymm5
# 	vpsllw	$7, %ymm5, %ymm5
# 	vpblendvb	%ymm5, %ymm3, %ymm4, %ymm3
# 	vpblendvb	%ymm5, %ymm4, %ymm0, %ymm4
# 	vbroadcasti128	1(%r11,%rcx), %ymm5
# 	vpshufb	%ymm5, %ymm4, %ymm4
# 	vbroadcasti128	1(%r11,%rbx), %ymm5
# 	vpshufb	%ymm5, %ymm3, %ymm3
# 	vpor	%ymm4, %ymm3, %ymm3
# 	vmovntdq	%ymm3, (%r13)
# .LBB1_6:
# 	vmovdqa	%ymm0, 32(%rsp)
# 	jmp	.LBB1_8
# 	.p2align	4
# .LBB1_9:
# 	leaq	(%r14,%rsi,4), %r14
# 	testb	$1, %al
# 	je	.LBB1_13
# 	cmpq	%rdi, %rsi
# 	je	.LBB1_12
# 	vmovaps	32(%rsp), %ymm1
# 	movl	%r14d, %esi
# 	notl	%esi
# 	andq	$-32, %r14
# 	movl	%esi, %r11d
# 	andl	$15, %r11d
# 	vperm2f128	$33, %ymm0, %ymm1, %ymm2
# 	testb	$16, %sil
# 	sete	%sil
# 	vmovd	%esi, %xmm3
# 	vpbroadcastb	%xmm3, %ymm3
# 	vpsllw	$7, %ymm3, %ymm3
# 	vpblendvb	%ymm3, %ymm1, %ymm2, %ymm1
# 	vpblendvb	%ymm3, %ymm2, %ymm0, %ymm2
# 	vbroadcasti128	1(%r11,%rcx), %ymm3
# 	vpshufb	%ymm3, %ymm2, %ymm2
# 	vbroadcasti128	1(%r11,%rbx), %ymm3
# 	vpshufb	%ymm3, %ymm1, %ymm1
# 	vpor	%ymm2, %ymm1, %ymm1
# 	vmovntdq	%ymm1, (%r14)
# .LBB1_12:
# 	vmovaps	%ymm0, 32(%rsp)
# 	jmp	.LBB1_14
# .LBB1_15:
# 	xorl	%eax, %eax
# 	leaq	-40(%rbp), %rsp
# 	popq	%rbx
# 	popq	%r12
# 	popq	%r13
# 	popq	%r14
# 	popq	%r15
# 	popq	%rbp
# 	vzeroupper
# 	retq
# .Lfunc_end1:
# 	.size	nf_tile_0, .Lfunc_end1-nf_tile_0
#
# 	.type	.Lupper_bytes,@object
# 	.section	.rodata,"a",@progbits
# 	.p2align	6, 0x0
# .Lupper_bytes:
# 	.ascii	"\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\000\001\002\003\004\005\006\007\b\t\n\013\f\r\016\017\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200"
# 	.size	.Lupper_bytes, 48
#
# 	.type	.Llower_bytes,@object
# 	.p2align	6, 0x0
# .Llower_bytes:
# 	.ascii	"\000\001\002\003\004\005\006\007\b\t\n\013\f\r\016\017\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200"
# 	.size	.Llower_bytes, 48
#
# 	.type	nf_plan_0,@object
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
# 	.quad	32
# 	.size	nf_plan_0, 232
#
