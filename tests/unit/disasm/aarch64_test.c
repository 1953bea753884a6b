#include "suites.h"

#include <string.h>

#include "disasm/aarch64.h"
#include "disasm/decode.h"

static void put_place(const void *ctx, uint64_t address, struct pq_buf *to)
{
	(void)ctx;
	pq_buf_printf(to, " <place+%u>", (unsigned)(address & 0xf));
}

static const struct {
	const char *mnemonic, *operands, *text;
	uint64_t target;
} rows[] = {
	{ "ret", "", "ret", 0 },
	{ "stp", "x29, x30, [sp, #-0x30]!", "stp\tx29, x30, [sp, #-48]!", 0 },
	/* addresses */
	{ "bl", "#0x6f4", "bl\t0x6f4 <place+4>", 0x6f4 },
	{ "b.hi", "#0x820", "b.hi\t0x820 <place+0>", 0x820 },
	{ "tbz", "w0, #0, #0xf10", "tbz\tw0, #0, 0xf10 <place+0>", 0xf10 },
	{ "adrp", "x0, #0x1f000", "adrp\tx0, 0x1f000 <place+0>", 0 },
	{ "br", "x17", "br\tx17", 0 },
	/* moves of a constant */
	{ "movz", "x19, #0", "mov\tx19, #0", 0 },
	{ "movz", "x1, #0x12, lsl #16", "mov\tx1, #1179648", 0 },
	{ "movz", "w0, #0x8000, lsl #16", "mov\tw0, #-2147483648", 0 },
	{ "movz", "x0, #0, lsl #16", "movz\tx0, #0, lsl #16", 0 },
	{ "movn", "w0, #0", "mov\tw0, #-1", 0 },
	{ "movn", "x1, #0xf000, lsl #48", "mov\tx1, #1152921504606846975", 0 },
	{ "orr", "x21, xzr, #0x7ffffffffffffff8",
	  "mov\tx21, #9223372036854775800", 0 },
	{ "movk", "x1, #0x12, lsl #16", "movk\tx1, #18, lsl #16", 0 },
	{ "mov", "x29, sp", "mov\tx29, sp", 0 },
	{ "ins", "v1.d[1], v3.d[0]", "mov\tv1.d[1], v3.d[0]", 0 },
	/* masks, and numbers that are none */
	{ "and", "w0, w0, #0xff", "and\tw0, w0, #0xff", 0 },
	{ "orr", "x0, x1, x2, lsl #12", "orr\tx0, x1, x2, lsl #12", 0 },
	{ "tst", "x19, #0x3f", "tst\tx19, #0x3f", 0 },
	{ "add", "x0, x1, #0x10", "add\tx0, x1, #16", 0 },
	{ "movi", "d8, #0000000000000000", "movi\td8, #0000000000000000", 0 },
	{ "fmov", "d1, #3.00000000", "fmov\td1, #3.00000000", 0 },
	{ "ld1", "{v1.16b}, [x3]", "ld1\t{ v1.16b }, [x3]", 0 },
	/* the system's registers */
	{ "mrs", "x22, tpidr_el0", "mrs\tx22, TPIDR_EL0", 0 },
	{ "msr", "tpidr_el0, x22", "msr\tTPIDR_EL0, x22", 0 },
	/* nothing that follows a # */
	{ "b", "#", "b\t0x0 <place+0>", 0 },
	{ "movz", "x0", "movz\tx0", 0 },
};

START_TEST(aarch64_is_spelled_as_by_llvm)
{
	const struct pq_aarch64_text t = { rows[_i].mnemonic, rows[_i].operands,
					   put_place, NULL };
	struct pq_buf got = { 0 };
	uint64_t target = pq_aarch64_put(&t, &got);

	ck_assert_str_eq(pq_buf_cstr(&got), rows[_i].text);
	ck_assert_uint_eq(target, rows[_i].target);
	pq_buf_release(&got);
}
END_TEST

static const struct {
	const char *symbol, *name;
} names[] = {
	{ "main", "main" },
	{ "memcpy.part.0", "memcpy.part.0" },
	{ "_Z3addii", "add(int, int)" },
	{ "_Z3addii.isra.0", "add(int, int) (.isra.0)" },
	{ "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE",
	  "core::fmt::Formatter::pad" },
	/* dots that are Rust's own, and those behind them */
	{ "_ZN58_$LT$a..B$u20$as$u20$c..D$GT$3fmt17h0123456789abcdefE",
	  "_ZN58_$LT$a..B$u20$as$u20$c..D$GT$3fmt17h0123456789abcdefE" },
	{ "_ZN29_$LT$a..B$u20$as$u20$c..D$GT$3fmt17h0123456789abcdefE",
	  "<a::B as c::D>::fmt" },
	{ "_ZN29_$LT$a..B$u20$as$u20$c..D$GT$3fmt17h0123456789abcdefE.llvm.7",
	  "<a::B as c::D>::fmt (.llvm.7)" },
	/* lambdas: the first has no number, the second has 0 */
	{ "_ZZ4mainENKUlvE_clEv", "main::'lambda'()::operator()() const" },
	{ "_ZZ4mainENKUliE0_clEi",
	  "main::'lambda0'(int)::operator()(int) const" },
	{ "_Z6repeatIZ4mainEUljE_EdjOT_",
	  "double repeat<main::'lambda'(unsigned int)>(unsigned int, "
	  "main::'lambda'(unsigned int)&&)" },
};

START_TEST(symbols_have_readable_names)
{
	struct pq_buf got = { 0 };

	pq_put_function_name(&got, pq_text_of(names[_i].symbol));
	ck_assert_str_eq(pq_buf_cstr(&got), names[_i].name);
	pq_buf_release(&got);
}
END_TEST

Suite *disasm_aarch64_suite(void)
{
	Suite *s = suite_create("disasm_aarch64");
	TCase *c = tcase_create("aarch64");

	tcase_add_loop_test(c, aarch64_is_spelled_as_by_llvm, 0, ROWS(rows));
	tcase_add_loop_test(c, symbols_have_readable_names, 0, ROWS(names));
	suite_add_tcase(s, c);
	return s;
}
