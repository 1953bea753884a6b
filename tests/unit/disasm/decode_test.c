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

/* ---- code, where there is a library that decodes it ---- */

#define LONG_MODE PQ_MACHINE_X86_64
#define BYTES(...) { __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ })

/* The text is llvm-objdump's. */
static const struct {
	uint16_t machine;
	bool is_intel;
	const char *text;
	uint8_t bytes[8];
	size_t n;
} codes[] = {
	{ LONG_MODE, false, "andl\t$-33, %edi", BYTES(0x83, 0xe7, 0xdf) },
	{ LONG_MODE, true, "and\tedi, -33", BYTES(0x83, 0xe7, 0xdf) },
	{ LONG_MODE, false, "andw\t$-8, %cx", BYTES(0x66, 0x83, 0xe1, 0xf8) },
	{ LONG_MODE, false, "orl\t$-128, %r10d",
	  BYTES(0x41, 0x83, 0xca, 0x80) },
	{ LONG_MODE, false, "imull\t$-3, %eax, %ecx", BYTES(0x6b, 0xc8, 0xfd) },
	{ LONG_MODE, false, "andl\t$4294967040, %eax       # imm = 0xFFFFFF00",
	  BYTES(0x25, 0x00, 0xff, 0xff, 0xff) },
	{ LONG_MODE, false, "cvtsi2sd\t%eax, %xmm0",
	  BYTES(0xf2, 0x0f, 0x2a, 0xc0) },
	{ LONG_MODE, false, "cvtsi2sdl\t(%rax), %xmm0",
	  BYTES(0xf2, 0x0f, 0x2a, 0x00) },
	{ LONG_MODE, false, "movq\t%rax, %xmm1",
	  BYTES(0x66, 0x48, 0x0f, 0x6e, 0xc8) },
	{ LONG_MODE, false, "movd\t%eax, %xmm1",
	  BYTES(0x66, 0x0f, 0x6e, 0xc8) },
	{ LONG_MODE, false, "xchgq\t%rcx, %rdx", BYTES(0x48, 0x87, 0xd1) },
	{ LONG_MODE, false, "shll\t%eax", BYTES(0xd1, 0xe0) },
	{ LONG_MODE, true, "shl\teax", BYTES(0xd1, 0xe0) },
	{ LONG_MODE, false, "shll\t$3, %eax", BYTES(0xc1, 0xe0, 0x03) },
	{ LONG_MODE, true, "fld\ttbyte ptr [rsp]", BYTES(0xdb, 0x2c, 0x24) },
	{ LONG_MODE, false, "faddp\t%st, %st(1)", BYTES(0xde, 0xc1) },
	{ LONG_MODE, false, "rep\t\tstosq\t%rax, %es:(%rdi)",
	  BYTES(0xf3, 0x48, 0xab) },
	{ PQ_MACHINE_386, false, "rep\t\tstosl\t%eax, %es:(%edi)",
	  BYTES(0xf3, 0xab) },
	{ LONG_MODE, false,
	  "punpcklqdq\t%xmm1, %xmm0    # xmm0 = xmm0[0],xmm1[0]",
	  BYTES(0x66, 0x0f, 0x6c, 0xc1) },
	{ LONG_MODE, false, "<unknown>", BYTES(0x06) },
};

START_TEST(code_is_spelled_as_by_llvm_objdump)
{
	struct pq_elf elf = { .machine = codes[_i].machine };
	struct pq_symbol_list symbols = { 0 };
	struct pq_symbols stubs = { 0 };
	struct pq_error err = { 0 };
	struct pq_buf to = { 0 };
	struct pq_decoder *d;
	uint64_t target;

	if (!pq_decoder_load(&err))
		return;
	d = pq_decoder_open(&elf, codes[_i].is_intel, &symbols, &stubs, &err);
	ck_assert(d);
	pq_decoder_next(d, pq_bytes_over(codes[_i].bytes, codes[_i].n, false),
			0x1000, &to, &target);
	ck_assert_msg(pq_text_is(pq_buf_view(&to), codes[_i].text),
		      "row %d: %s", _i, pq_unchecked_bytes(pq_buf_cstr(&to)));
	pq_buf_release(&to);
	pq_decoder_close(d);
}
END_TEST

Suite *disasm_decode_suite(void)
{
	Suite *s = suite_create("disasm_decode");
	TCase *c = tcase_create("decode");

	tcase_add_loop_test(c, names_are_spelled_as_by_llvm_objdump, 0,
			    ROWS(names));
	tcase_add_loop_test(c, code_is_spelled_as_by_llvm_objdump, 0,
			    ROWS(codes));
	suite_add_tcase(s, c);
	return s;
}
