#include "suites.h"

#include "disasm/vectors.h"

/* The remarks are llvm-objdump's. */
static const struct {
	const char *mnemonic, *operands, *remark;
	bool is_intel;
} remarks[] = {
	{ "punpcklqdq", "%xmm1, %xmm0", "xmm0 = xmm0[0],xmm1[0]", false },
	{ "punpcklbw", "%xmm2, %xmm2",
	  "xmm2 = xmm2[0,0,1,1,2,2,3,3,4,4,5,5,6,6,7,7]", false },
	{ "unpckhpd", "0x10(%rax), %xmm9", "xmm9 = xmm9[1],mem[1]", false },
	{ "vunpcklps", "(%rax, %rbx, 4), %ymm2, %ymm3",
	  "ymm3 = ymm2[0],mem[0],ymm2[1],mem[1],ymm2[4],mem[4],ymm2[5],"
	  "mem[5]",
	  false },
	{ "punpckldq", "%mm1, %mm2", "mm2 = mm2[0],mm1[0]", false },
	{ "pshufd", "$0x4e, %xmm5, %xmm5", "xmm5 = xmm5[2,3,0,1]", false },
	{ "pshufd", "xmm5, xmm5, 0x4e", "xmm5 = xmm5[2,3,0,1]", true },
	{ "pshufd", "xmm5, xmmword ptr [rax + 8], 0", "xmm5 = mem[0,0,0,0]",
	  true },
	{ "pshuflw", "$0, %xmm1, %xmm0", "xmm0 = xmm1[0,0,0,0,4,5,6,7]",
	  false },
	{ "pshufhw", "$0x1b, %xmm1, %xmm0", "xmm0 = xmm1[0,1,2,3,7,6,5,4]",
	  false },
	{ "shufps", "$0xe9, %xmm1, %xmm0", "xmm0 = xmm0[1,2],xmm1[2,3]",
	  false },
	{ "shufpd", "$1, %xmm1, %xmm0", "xmm0 = xmm0[1],xmm1[0]", false },
	{ "vshufps", "$0, %xmm0, %xmm0, %xmm1", "xmm1 = xmm0[0,0,0,0]", false },
	{ "vpermilpd", "$5, %ymm1, %ymm0", "ymm0 = ymm1[1,0,3,2]", false },
	{ "vpermq", "$0xd8, %ymm1, %ymm0", "ymm0 = ymm1[0,2,1,3]", false },
	{ "vperm2f128", "$0x31, %ymm1, %ymm2, %ymm0",
	  "ymm0 = ymm2[2,3],ymm1[2,3]", false },
	{ "vperm2f128", "$0x81, %ymm1, %ymm2, %ymm0",
	  "ymm0 = ymm2[2,3],zero,zero", false },
	{ "psrldq", "$8, %xmm1",
	  "xmm1 = xmm1[8,9,10,11,12,13,14,15],zero,zero,zero,zero,zero,zero,"
	  "zero,zero",
	  false },
	{ "pslldq", "$0xf, %xmm1",
	  "xmm1 = zero,zero,zero,zero,zero,zero,zero,zero,zero,zero,zero,zero,"
	  "zero,zero,zero,xmm1[0]",
	  false },
	{ "palignr", "$8, %xmm1, %xmm0",
	  "xmm0 = xmm1[8,9,10,11,12,13,14,15],xmm0[0,1,2,3,4,5,6,7]", false },
	{ "palignr", "$3, %mm1, %mm2", "", false },
	{ "blendps", "$5, %xmm1, %xmm0",
	  "xmm0 = xmm1[0],xmm0[1],xmm1[2],"
	  "xmm0[3]",
	  false },
	{ "vpblendw", "$0xaa, %ymm1, %ymm2, %ymm0",
	  "ymm0 = ymm2[0],ymm1[1],ymm2[2],ymm1[3],ymm2[4],ymm1[5],ymm2[6],"
	  "ymm1[7],ymm2[8],ymm1[9],ymm2[10],ymm1[11],ymm2[12],ymm1[13],"
	  "ymm2[14],ymm1[15]",
	  false },
	{ "movddup", "(%rax), %xmm0", "xmm0 = mem[0,0]", false },
	{ "movshdup", "%xmm1, %xmm0", "xmm0 = xmm1[1,1,3,3]", false },
	{ "movlhps", "%xmm0, %xmm15", "xmm15 = xmm15[0],xmm0[0]", false },
	{ "movhlps", "%xmm1, %xmm0", "xmm0 = xmm1[1],xmm0[1]", false },
	{ "movhps", "(%rax), %xmm0", "xmm0 = xmm0[0,1],mem[0,1]", false },
	{ "movhps", "%xmm0, (%rax)", "", false },
	{ "movlpd", "(%rax), %xmm0", "xmm0 = mem[0],xmm0[1]", false },
	{ "movss", "%xmm3, %xmm1", "xmm1 = xmm3[0],xmm1[1,2,3]", false },
	{ "vmovsd", "%xmm0, %xmm0, %xmm1", "xmm1 = xmm0[0,1]", false },
	{ "movsd", "%xmm0, (%rax)", "", false },
	{ "movq", "%xmm1, %xmm0", "xmm0 = xmm1[0],zero", false },
	{ "movq", "%rax, %xmm0", "", false },
	{ "insertps", "$0x10, %xmm1, %xmm0",
	  "xmm0 = xmm0[0],xmm1[0],"
	  "xmm0[2,3]",
	  false },
	{ "vbroadcastf128", "(%rax), %ymm0", "ymm0 = mem[0,1,0,1]", false },
	{ "pmovzxwd", "%xmm1, %xmm0",
	  "xmm0 = xmm1[0],zero,xmm1[1],zero,xmm1[2],zero,xmm1[3],zero", false },
	{ "pmovsxwd", "%xmm1, %xmm0", "", false },
	{ "vfmadd213ss", "(%r8), %xmm0, %xmm1", "xmm1 = (xmm0 * xmm1) + mem",
	  false },
	{ "vfmadd132ss", "8(%rsi, %rdi), %xmm4, %xmm0",
	  "xmm0 = (xmm0 * mem) + xmm4", false },
	{ "vfnmsub231pd", "ymm0, ymm1, ymm2", "ymm0 = -(ymm1 * ymm2) - ymm0",
	  true },
	{ "vfmaddsub132ps", "%ymm1, %ymm2, %ymm3",
	  "ymm3 = (ymm3 * ymm1) +/- ymm2", false },
	{ "vunpcklps", "%zmm1, %zmm2, %zmm3 {%k1}", "", false },
	{ "paddd", "%xmm1, %xmm0", "", false },
	{ "shlq", "$3, %rax", "", false },
	{ "pshufd", "", "", false },
};

START_TEST(elements_are_told_as_by_llvm_objdump)
{
	struct pq_buf to = { 0 };

	pq_vector_remark(remarks[_i].mnemonic, remarks[_i].operands,
			 remarks[_i].is_intel, &to);
	ck_assert_msg(pq_text_is(pq_buf_view(&to), remarks[_i].remark),
		      "row %d: %s", _i, pq_unchecked_bytes(pq_buf_cstr(&to)));
	pq_buf_release(&to);
}
END_TEST

Suite *disasm_vectors_suite(void)
{
	Suite *s = suite_create("disasm_vectors");
	TCase *c = tcase_create("vectors");

	tcase_add_loop_test(c, elements_are_told_as_by_llvm_objdump, 0,
			    ROWS(remarks));
	suite_add_tcase(s, c);
	return s;
}
