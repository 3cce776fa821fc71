# run: asm x86-64-v3
# The sum of two rows is computed in full registers (vpaddb).
func @add(x: uint8[::1], y: uint8[::1]) {
  %0 = param 0 : uint8[::1]
  %1 = param 1 : uint8[::1]
  %2 = const 0 : int64
  %3 = const 1 : int64
  %4 = const 64 : int64
  for %5 = %2 to %4 step %3 {
    %6 = load %0[%5] : uint8
    %7 = load %1[%5] : uint8
    %8 = add %6, %7 : uint8
    store %8, %0[%5]
  }
  return
}
# ---- expect (./dev test --update)
# 	.text
# 	.globl	nf_0
# 	.p2align	4
# 	.type	nf_0,@function
# nf_0:
# 	movq	(%rsi), %rax
# 	movq	8(%rsi), %rcx
# 	movq	(%rax), %rax
# 	movq	(%rcx), %rcx
# 	leaq	64(%rax), %rdx
# 	leaq	64(%rcx), %rsi
# 	cmpq	%rsi, %rax
# 	setae	%sil
# 	cmpq	%rdx, %rcx
# 	setae	%dl
# 	orb	%sil, %dl
# 	jne	.LBB0_4
# 	xorl	%edx, %edx
# 	.p2align	4
# .LBB0_2:
# 	movzbl	(%rcx,%rdx), %esi
# 	addb	%sil, (%rax,%rdx)
# 	incq	%rdx
# 	cmpq	$64, %rdx
# 	jne	.LBB0_2
# 	xorl	%eax, %eax
# 	retq
# .LBB0_4:
# 	vmovdqu	(%rax), %ymm0
# 	vmovdqu	32(%rax), %ymm1
# 	vpaddb	(%rcx), %ymm0, %ymm0
# 	vpaddb	32(%rcx), %ymm1, %ymm1
# 	vmovdqu	%ymm0, (%rax)
# 	vmovdqu	%ymm1, 32(%rax)
# 	xorl	%eax, %eax
# 	vzeroupper
# 	retq
# .Lfunc_end0:
# 	.size	nf_0, .Lfunc_end0-nf_0
#
