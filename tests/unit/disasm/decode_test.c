#include "suites.h"

#include "disasm/decode.h"

static const struct {
	const char *linker, *shown;
} names[] = {
	{ "main", "main" },
	{ "main.cold", "main.cold" },
	{ "_Z4areai", "area(int)" },
	{ "_Z4areai.part.0", "area(int) (.part.0)" },
	/* the frame of a coroutine has a dot in its own name */
	{ "_ZL4uptoP15_ZL4uptol.Frame.actor",
	  "upto(_ZL4uptol.Frame*) (.actor)" },
	{ "_ZZ4mainENKUlvE_clEv", "main::'lambda'()::operator()() const" },
	{ "_ZZ4mainENKUlvE0_clEv", "main::'lambda0'()::operator()() const" },
	{ "_ZN4shop5total17h0123456789abcdefE.llvm.7",
	  "shop::total (.llvm.7)" },
	{ "_Znwm@plt", "_Znwm@plt" },
	{ "_Znwm@got", "operator new(unsigned long)@got" },
	{ "stderr@got", "stderr@got" },
};

START_TEST(names_are_spelled_as_by_llvm_objdump)
{
	struct pq_buf to = { 0 };

	pq_put_function_name(&to, pq_text_of(names[_i].linker));
	ck_assert_msg(pq_text_is(pq_buf_view(&to), names[_i].shown),
		      "row %d: %s", _i, pq_unchecked_bytes(pq_buf_cstr(&to)));
	pq_buf_release(&to);
}
END_TEST

Suite *disasm_decode_suite(void)
{
	Suite *s = suite_create("disasm_decode");
	TCase *c = tcase_create("decode");

	tcase_add_loop_test(c, names_are_spelled_as_by_llvm_objdump, 0,
			    ROWS(names));
	suite_add_tcase(s, c);
	return s;
}
