#include "disasm/float_stack.h"

#include <string.h>

#include "base/banned.h"

/* The other operand, where capstone has one only. */
enum unsaid {
	NOTHING,
	TARGET_IS_TOP,
	SOURCE_IS_TOP,
};

static const struct {
	const char *capstone, *llvm;
	enum unsaid unsaid;
} spellings[] = {
	{ "fadd", "fadd", TARGET_IS_TOP },
	{ "fmul", "fmul", TARGET_IS_TOP },
	{ "fsub", "fsub", TARGET_IS_TOP },
	{ "fsubr", "fsubr", TARGET_IS_TOP },
	{ "fdiv", "fdiv", TARGET_IS_TOP },
	{ "fdivr", "fdivr", TARGET_IS_TOP },
	{ "fcomi", "fcomi", TARGET_IS_TOP },
	{ "fucomi", "fucomi", TARGET_IS_TOP },
	{ "fcomip", "fcompi", TARGET_IS_TOP },
	{ "fucomip", "fucompi", TARGET_IS_TOP },
	{ "faddp", "faddp", SOURCE_IS_TOP },
	{ "fmulp", "fmulp", SOURCE_IS_TOP },
	{ "fsubp", "fsubp", SOURCE_IS_TOP },
	{ "fsubrp", "fsubrp", SOURCE_IS_TOP },
	{ "fdivp", "fdivp", SOURCE_IS_TOP },
	{ "fdivrp", "fdivrp", SOURCE_IS_TOP },
};

/* The operands, with st(0) as st. */
static void put_stack_operands(const char *operands, struct pq_buf *to)
{
	static const char top[] = "st(0)";

	while (*operands) {
		if (strncmp(operands, top, strlen(top))) {
			pq_buf_char(to, *operands++);
			continue;
		}
		pq_buf_str(to, "st");
		operands += strlen(top);
	}
}

bool pq_float_stack_put(const char *mnemonic, const char *operands,
			bool is_intel, struct pq_buf *to)
{
	const char *st = is_intel ? "st" : "%st";
	bool has_both = strchr(operands, ',');
	enum unsaid unsaid = NOTHING;

	if (mnemonic[0] != 'f' || !strstr(operands, "st("))
		return false;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
		if (!strcmp(mnemonic, spellings[i].capstone)) {
			mnemonic = spellings[i].llvm;
			if (!has_both)
				unsaid = spellings[i].unsaid;
			break;
		}
	pq_buf_printf(to, "%s\t", mnemonic);

	/* Intel's syntax has the target first, AT&T's last */
	if (unsaid && (unsaid == TARGET_IS_TOP) == is_intel)
		pq_buf_printf(to, "%s, ", st);
	/* one operand alone keeps its number: fld has st(0) */
	if (unsaid || has_both)
		put_stack_operands(operands, to);
	else
		pq_buf_str(to, operands);
	if (unsaid && (unsaid == TARGET_IS_TOP) != is_intel)
		pq_buf_printf(to, ", %s", st);
	return true;
}
