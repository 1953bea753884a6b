#include "suites.h"

#include "disasm/float_stack.h"

/* Ours are llvm-objdump's; "": no instruction of the stack. */
static const struct {
	const char *mnemonic, *operands, *text;
	bool is_intel;
} spelled[] = {
	{ "faddp", "%st(3)", "faddp\t%st, %st(3)", false },
	{ "faddp", "st(3)", "faddp\tst(3), st", true },
	{ "fmul", "%st(1)", "fmul\t%st(1), %st", false },
	{ "fmul", "st(2)", "fmul\tst, st(2)", true },
	{ "fsub", "%st(0), %st(1)", "fsub\t%st, %st(1)", false },
	{ "fcomip", "%st(1)", "fcompi\t%st(1), %st", false },
	{ "fcmove", "st(0), st(1)", "fcmove\tst, st(1)", true },
	{ "fld", "%st(0)", "fld\t%st(0)", false },
	{ "fxch", "%st(1)", "fxch\t%st(1)", false },
	{ "fldt", "8(%rsp)", "", false },
	{ "addl", "%eax, %ecx", "", false },
};

START_TEST(both_operands_are_written)
{
	struct pq_buf to = { 0 };
	bool is_one = pq_float_stack_put(spelled[_i].mnemonic,
					 spelled[_i].operands,
					 spelled[_i].is_intel, &to);

	ck_assert(is_one == !!spelled[_i].text[0]);
	ck_assert_msg(pq_text_is(pq_buf_view(&to), spelled[_i].text),
		      "row %d: %s", _i, pq_unchecked_bytes(pq_buf_cstr(&to)));
	pq_buf_release(&to);
}
END_TEST

Suite *disasm_float_stack_suite(void)
{
	Suite *s = suite_create("disasm_float_stack");
	TCase *c = tcase_create("stack");

	tcase_add_loop_test(c, both_operands_are_written, 0, ROWS(spelled));
	suite_add_tcase(s, c);
	return s;
}
