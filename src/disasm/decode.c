#include "disasm/decode.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/search.h"
#include "disasm/aarch64.h"
#include "disasm/float_stack.h"
#include "disasm/vectors.h"
#include "symbolize/demangle/demangle.h"

#ifdef PQ_CAPSTONE
#include <capstone/capstone.h>
#endif

#include "base/banned.h"

/* Further away, the number of a lambda is not looked for. */
enum { MOST_ARGUMENTS = 4096 };

/* The number in "#N}" at a position, and how many bytes that is; 0: none. */
static size_t scan_brace_number(struct pq_text name, size_t at,
				unsigned *number)
{
	size_t i = at + 1;

	*number = 0;
	if (at >= name.len || name.bytes[at] != '#')
		return 0;
	for (; i < name.len && isdigit((unsigned char)name.bytes[i]); i++)
		*number = *number * 10 + (unsigned)(name.bytes[i] - '0');
	return i > at + 1 && i < name.len && name.bytes[i] == '}' ? i + 1 - at
								  : 0;
}

/* The number behind "{lambda(ARGUMENTS)"; 0: there is none. */
static unsigned find_lambda_number(struct pq_text name, size_t from)
{
	unsigned number;
	size_t depth = 1;

	for (size_t i = from; i < name.len && i < from + MOST_ARGUMENTS; i++) {
		depth += name.bytes[i] == '(';
		if (name.bytes[i] != ')' || --depth)
			continue;
		return scan_brace_number(name, i + 1, &number) ? number : 0;
	}
	return 0;
}

/*
 * "{lambda(int)#2}" as llvm-objdump has it: 'lambda0'(int); the first has no
 * number.
 */
static void put_nameless_types(struct pq_buf *to, struct pq_text name)
{
	static const char lambda[] = "{lambda(";
	size_t i = 0;

	while (i < name.len) {
		struct pq_text rest = pq_text_slice(name, i, name.len);
		unsigned number = 0, ignored;

		if (pq_text_starts(rest, lambda))
			number = find_lambda_number(name,
						    i + sizeof(lambda) - 1);
		if (!number) {
			pq_buf_text(to, pq_text_slice(rest, 0, 1));
			/* the number stood in front already */
			i++;
			if (pq_text_starts(rest, ")"))
				i += scan_brace_number(name, i, &ignored);
			continue;
		}
		pq_buf_str(to, "'lambda");
		if (number > 1)
			pq_buf_printf(to, "%u", number - 2);
		pq_buf_str(to, "'(");
		i += sizeof(lambda) - 1;
	}
}

/* Bytes of what stands at the end of a name of Rust: 17h, 16 digits and E. */
enum { RUST_HASH = 20 };

/* The end of a Rust name's hash, which only a suffix follows; 0: not Rust's. */
static size_t find_rust_end(struct pq_text name)
{
	size_t at = 0, end;

	while ((at = pq_text_find(name, at, "17h")) < name.len) {
		end = at + RUST_HASH;
		if (end <= name.len &&
		    pq_text_starts(pq_text_slice(name, end - 1, end), "E") &&
		    (end == name.len ||
		     pq_text_starts(pq_text_slice(name, end, name.len), ".")))
			return end;
		at++;
	}
	return 0;
}

/*
 * Where the suffix of a clone begins: behind the shortest name that is whole.
 * Names of Rust and of coroutines' frames have dots of their own.
 */
static size_t find_clone_suffix(struct pq_text name)
{
	size_t at = find_rust_end(name);
	struct pq_buf ignored = { 0 };

	if (at)
		return at;
	do
		at = pq_text_find(name, at + 1, ".");
	while (at < name.len && !pq_demangle_name(pq_text_slice(name, 0, at),
						  PQ_DEMANGLE_FULL, &ignored));
	pq_buf_release(&ignored);
	return at;
}

/* The readable name, with the suffix of a clone in parentheses. */
static void put_readable_name(struct pq_buf *to, struct pq_text name)
{
	size_t dot = find_clone_suffix(name);
	struct pq_buf readable = { 0 };

	/* A name that cannot be read is shown as the linker has it. */
	if (!(pq_text_starts(name, "_Z") || pq_text_starts(name, "_R")) ||
	    !pq_demangle_name(name, PQ_DEMANGLE_FULL, &readable)) {
		pq_buf_text(to, name);
		pq_buf_release(&readable);
		return;
	}
	put_nameless_types(to, pq_buf_view(&readable));
	pq_buf_release(&readable);
	if (dot < name.len) {
		pq_buf_str(to, " (");
		pq_buf_text(to, pq_text_slice(name, dot, name.len));
		pq_buf_char(to, ')');
	}
}

/* A slot's name is readable; stubs have the linker's, NAME@plt. */
void pq_put_function_name(struct pq_buf *to, struct pq_text name)
{
	size_t at = pq_text_find(name, 0, "@got");

	put_readable_name(to, pq_text_slice(name, 0, at));
	pq_buf_text(to, pq_text_slice(name, at, name.len));
}

#ifdef PQ_CAPSTONE

#define LIBRARY "libcapstone.so.4"

/* Functions of the library, once it is loaded. */
static struct {
	cs_err (*open)(cs_arch arch, cs_mode mode, csh *handle);
	cs_err (*close)(csh *handle);
	cs_err (*option)(csh handle, cs_opt_type type, size_t value);
	cs_insn *(*malloc)(csh handle);
	void (*free)(cs_insn *insn, size_t count);
	bool (*disasm_iter)(csh handle, const uint8_t **code, size_t *size,
			    uint64_t *address, cs_insn *insn);
} capstone;

struct pq_decoder {
	csh handle;
	cs_insn *one;
	bool has_comments; /* on immediates, as AT&T's syntax has them */
	const struct pq_symbol_list *symbols;
	const struct pq_symbols *stubs;
	bool is_x86, is_intel, is_aarch64;
	const struct pq_elf *elf;
};

bool pq_decoder_load(struct pq_error *err)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (library) {
		*(void **)&capstone.open = dlsym(library, "cs_open");
		*(void **)&capstone.close = dlsym(library, "cs_close");
		*(void **)&capstone.option = dlsym(library, "cs_option");
		*(void **)&capstone.malloc = dlsym(library, "cs_malloc");
		*(void **)&capstone.free = dlsym(library, "cs_free");
		*(void **)&capstone.disasm_iter =
			dlsym(library, "cs_disasm_iter");
	}
	/* A library that lacks one function is as good as none. */
	if (capstone.open && capstone.close && capstone.option &&
	    capstone.malloc && capstone.free && capstone.disasm_iter)
		return true;
	return pq_fail(err, PQ_EUSAGE,
		       "disassembly needs " LIBRARY ", which is not there "
		       "(Debian: libcapstone4)");
}

static bool find_machine(const struct pq_elf *e, cs_arch *arch, cs_mode *mode)
{
	*mode = e->big ? CS_MODE_BIG_ENDIAN : CS_MODE_LITTLE_ENDIAN;
	switch (e->machine) {
	case PQ_MACHINE_X86_64:
		*arch = CS_ARCH_X86;
		*mode = CS_MODE_64;
		return true;
	case PQ_MACHINE_386:
		*arch = CS_ARCH_X86;
		*mode = CS_MODE_32;
		return true;
	case PQ_MACHINE_AARCH64:
		*arch = CS_ARCH_ARM64;
		return true;
	case PQ_MACHINE_ARM:
		*arch = CS_ARCH_ARM;
		return true;
	default:
		return false;
	}
}

struct pq_decoder *pq_decoder_open(const struct pq_elf *elf, bool intel_syntax,
				   const struct pq_symbol_list *symbols,
				   const struct pq_symbols *stubs,
				   struct pq_error *err)
{
	struct pq_decoder *d = pq_alloc_zeroed(sizeof(*d));
	cs_arch arch = CS_ARCH_X86;
	cs_mode mode;

	if (!find_machine(elf, &arch, &mode) ||
	    capstone.open(arch, mode, &d->handle) != CS_ERR_OK) {
		pq_free(d);
		pq_fail(err, PQ_EUSAGE,
			"code of ELF machine %u cannot be disassembled",
			elf->machine);
		return NULL;
	}
	d->is_x86 = arch == CS_ARCH_X86;
	d->is_aarch64 = arch == CS_ARCH_ARM64;
	d->is_intel = d->is_x86 && intel_syntax;
	d->has_comments = d->is_x86 && !intel_syntax;
	d->symbols = symbols;
	d->stubs = stubs;
	d->elf = elf;
	/* Other machines have one syntax, and refuse the option. */
	if (d->is_x86)
		capstone.option(d->handle, CS_OPT_SYNTAX,
				intel_syntax ? CS_OPT_SYNTAX_INTEL
					     : CS_OPT_SYNTAX_ATT);
	d->one = capstone.malloc(d->handle);
	return d;
}

void pq_decoder_close(struct pq_decoder *d)
{
	capstone.free(d->one, 1);
	capstone.close(&d->handle);
	pq_free(d);
}

/* ---- operands ---- */

/* Jumps and calls, whose operand is an address when it is a number. */
static bool is_jump(const char *mnemonic)
{
	return mnemonic[0] == 'j' || !strncmp(mnemonic, "call", 4) ||
	       !strncmp(mnemonic, "loop", 4) || !strcmp(mnemonic, "b") ||
	       !strcmp(mnemonic, "bl") || !strncmp(mnemonic, "b.", 2) ||
	       !strncmp(mnemonic, "cb", 2) || !strncmp(mnemonic, "tb", 2);
}

static const struct pq_elf_section *section_at(const struct pq_elf *e,
					       uint64_t address)
{
	for (size_t i = 0; i < e->sections.n; i++) {
		const struct pq_elf_section *s = &e->sections.at[i];

		if (s->flags & PQ_SECTION_IN_MEMORY && address >= s->address &&
		    address - s->address < s->bytes)
			return s;
	}
	return NULL;
}

/* The last symbol at or below an address; of several names the last one. */
static const struct pq_listed_symbol *
symbol_before(const struct pq_symbol_list *l, uint64_t address)
{
	size_t above = PQ_FIRST_ABOVE(l->at.at, l->at.n, address, address);

	return above ? &l->at.at[above - 1] : NULL;
}

static void put_named_place(struct pq_buf *to, struct pq_text name,
			    uint64_t offset)
{
	pq_buf_str(to, " <");
	pq_put_function_name(to, name);
	if (offset)
		pq_buf_printf(to, "+0x%llx", (unsigned long long)offset);
	pq_buf_char(to, '>');
}

/* " <NAME+0xN>": of a stub, or of a symbol before it in the same section. */
static void put_symbol(const struct pq_decoder *d, uint64_t address,
		       struct pq_buf *to)
{
	const struct pq_listed_symbol *s = symbol_before(d->symbols, address);

	const struct pq_symbol *stub = pq_symbol_at(d->stubs, address);

	if (stub)
		put_named_place(to, stub->name, address - stub->address);
	else if (s && section_at(d->elf, address) &&
		 section_at(d->elf, address) == section_at(d->elf, s->address))
		put_named_place(to, s->name, address - s->address);
}

/* The same of memory; where no symbol is, " <.rodata+0xN>" says what it is. */
static void put_memory_symbol(const struct pq_decoder *d, uint64_t address,
			      struct pq_buf *to)
{
	const struct pq_elf_section *s = section_at(d->elf, address);
	size_t len = to->len;

	put_symbol(d, address, to);
	if (to->len == len && s)
		put_named_place(to, s->name, address - s->address);
}

struct operand_scan {
	const struct pq_decoder *d;
	const char *at;
	struct pq_buf *to;
	bool is_jump;
	int64_t immediate; /* the last one */
	bool has_immediate;
	uint64_t target; /* where a jump or a program counter's memory is */
	bool has_target;
	uint64_t jump;	 /* where a jump leads; 0: not known */
	bool uses_extra; /* its memory by rdi is that of segment es */
	bool is_byte;	 /* its immediate has 8 bits, the first a sign */
};

/* Whether the text before a position ends so: Intel's syntax has "[rip + 8]". */
static bool operand_ends_in(const struct pq_buf *b, size_t position,
			    const char *with)
{
	size_t n = strlen(with);

	return position >= n &&
	       pq_text_is(pq_text_slice(pq_buf_view(b), position - n, position),
			  with);
}

/* Whether a word of an operand list names a register of 8 bits. */
static bool is_byte_register(const char *name)
{
	size_t n = strcspn(name, ", ");

	if (n == 2)
		return strchr("abcd", name[0]) && strchr("lh", name[1]);
	if (name[0] == 'r')
		return isdigit((unsigned char)name[1]) && name[n - 1] == 'b';
	return n == 3 && name[2] == 'l' && (name[1] == 'i' || name[1] == 'p');
}

/* Arithmetic on bytes, whose immediates are signed. */
static bool is_byte_instruction(const struct pq_decoder *d)
{
	static const char *const names[] = {
		"mov", "add", "or",  "adc", "sbb",
		"and", "sub", "xor", "cmp", "test"
	};
	const char *mnemonic = d->one->mnemonic, *operands = d->one->op_str;

	for (size_t i = 0; d->is_x86 && i < sizeof(names) / sizeof(*names);
	     i++) {
		size_t n = strlen(names[i]);

		if (strncmp(mnemonic, names[i], n))
			continue;
		/* Intel's mnemonics have no size: the operands tell it. */
		if (d->is_intel && !mnemonic[n])
			return !strncmp(operands, "byte ptr", 8) ||
			       is_byte_register(operands);
		/* AT&T's mnemonics have the size as their last letter. */
		if (!d->is_intel && mnemonic[n] == 'b' && !mnemonic[n + 1])
			return true;
	}
	return false;
}

/* Whether a byte stands before an opcode: prefixes, and REX in 64 bits. */
static bool is_prefix_byte(const struct pq_decoder *d, uint8_t byte)
{
	static const uint8_t prefixes[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
					    0x66, 0x67, 0xf0, 0xf2, 0xf3 };

	return memchr(prefixes, byte, sizeof(prefixes)) ||
	       (d->elf->machine == PQ_MACHINE_X86_64 && (byte & 0xf0) == 0x40);
}

/* The first byte behind the prefixes. */
static uint8_t opcode_of(const struct pq_decoder *d)
{
	const cs_insn *one = d->one;
	uint16_t i = 0;

	while (i + 1 < one->size && is_prefix_byte(d, one->bytes[i]))
		i++;
	return one->bytes[i];
}

/* Instructions on words with an immediate of one byte, whose sign is theirs. */
static bool has_short_immediate(const struct pq_decoder *d)
{
	enum { PUSH = 0x6a, IMUL = 0x6b, ARITHMETIC = 0x83 };
	uint8_t opcode = d->is_x86 ? opcode_of(d) : 0;

	return opcode == PUSH || opcode == IMUL || opcode == ARITHMETIC;
}

/* The number at s->at, which begins with a digit, after its sign. */
static void put_operand_number(struct operand_scan *s, char before,
			       uint64_t next)
{
	bool is_negative = before == '-', is_immediate = before == '$';
	char *end;
	uint64_t value = strtoull(s->at, &end, 0);
	int64_t is = is_negative ? (int64_t)(0 - value) : (int64_t)value;

	size_t start = s->to->len;

	/* A byte's immediate is signed, as llvm-objdump prints it. */
	if (s->is_byte && value > INT8_MAX && !is_negative &&
	    (s->d->is_intel ? before == ' ' && !*end : is_immediate))
		is = (int8_t)value;

	/* a bare number at the end of a jump is where it leads */
	s->at = end;
	if (s->is_jump && !*end && !is_negative && !is_immediate) {
		pq_buf_printf(s->to, "0x%llx", (unsigned long long)value);
		put_symbol(s->d, value, s->to);
		s->jump = value;
		return;
	}
	if (is_negative) {
		/* a large one may be positive when it is read so */
		s->to->len--;
		is_immediate = s->to->len && s->to->data[s->to->len - 1] == '$';
	}
	pq_buf_printf(s->to, "%lld", (long long)is);
	if (is_immediate) {
		s->immediate = is;
		s->has_immediate = true;
	}

	/* memory counted from the next instruction has an address, too */
	s->has_target = s->has_target || !strncmp(end, "(%rip)", 6) ||
			operand_ends_in(s->to, start, "rip + ") ||
			operand_ends_in(s->to, start, "rip - ");
	if (s->has_target)
		s->target = next +
			    (uint64_t)(operand_ends_in(s->to, start, "rip - ")
					       ? -is
					       : is);
}

/* "2*rdi" for Intel's "rdi*2", if there is one; false: there is none. */
static bool put_scaled_register(struct operand_scan *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s->at[n]))
		n++;
	if (!n || s->at[n] != '*' || !isdigit((unsigned char)s->at[n + 1]))
		return false;
	pq_buf_printf(s->to, "%c*%.*s", s->at[n + 1], (int)n, s->at);
	s->at += n + 2;
	return true;
}

/* Whether the memory of rdi begins here, which string instructions write. */
static bool begins_extra_memory(const struct operand_scan *s)
{
	const char *at = s->at;

	/* In code of 32 bits the library writes the segment as well. */
	return s->uses_extra && !operand_ends_in(s->to, s->to->len, "es:") &&
	       (s->d->is_intel
			? !strncmp(at, "[rdi]", 5) || !strncmp(at, "[edi]", 5)
			: !strncmp(at, "(%rdi)", 6) ||
				  !strncmp(at, "(%edi)", 6));
}

/* "tbyte ptr" for Intel's memory of ten bytes; false: it is another one. */
static bool put_ten_bytes(struct operand_scan *s)
{
	static const char theirs[] = "xword ptr";

	if (!s->d->is_intel || strncmp(s->at, theirs, strlen(theirs)))
		return false;
	pq_buf_str(s->to, "tbyte ptr");
	s->at += strlen(theirs);
	return true;
}

/*
 * Operands with their numbers in decimal; in parentheses AT&T's syntax has no
 * blanks.
 */
static void put_operands(struct operand_scan *s, uint64_t next)
{
	bool in_parentheses = false;
	char before = ' ';

	while (*s->at) {
		char c = *s->at;

		/* llvm-objdump has Intel's scale in front: 2*rdi. */
		if (s->d->is_intel && !isalnum((unsigned char)before) &&
		    (put_scaled_register(s) || put_ten_bytes(s))) {
			before = 'a';
			continue;
		}
		/* the segment is written although it is the only one */
		if (begins_extra_memory(s))
			pq_buf_str(s->to, s->d->is_intel ? "es:" : "%es:");
		/* A digit behind a letter belongs to a register: r8. */
		if (isdigit((unsigned char)c) &&
		    !isalnum((unsigned char)before) && before != '%') {
			put_operand_number(s, before, next);
			before = '0';
			continue;
		}
		if (c == '(' || c == ')')
			in_parentheses = c == '(';
		if (!(in_parentheses && c == ' '))
			pq_buf_char(s->to, c);
		before = c;
		s->at++;
	}
}

/* Columns as llvm-objdump has them: a tab leads to a multiple of eight. */
static void pad_to_comment(struct pq_text text, struct pq_buf *to)
{
	enum { FIRST_COLUMN = 16, COMMENT_COLUMN = 48 };
	size_t tab = pq_text_find(text, 0, "\t");
	size_t column = (FIRST_COLUMN + tab + 8) / 8 * 8 + text.len - tab - 1;

	do
		pq_buf_char(to, ' ');
	while (++column < COMMENT_COLUMN);
}

/* Loads that clear the rest of a vector register, by their mnemonic. */
static const char *cleared_rest(const char *mnemonic)
{
	mnemonic += *mnemonic == 'v';
	if (!strcmp(mnemonic, "movsd") || !strcmp(mnemonic, "movq"))
		return "zero";
	if (!strcmp(mnemonic, "movss") || !strcmp(mnemonic, "movd"))
		return "zero,zero,zero";
	return NULL;
}

/* "xmm1 = mem[0],zero" of a load into a vector register, else "". */
static void describe_load(const struct pq_decoder *d, struct pq_buf *to)
{
	const char *rest = cleared_rest(d->one->mnemonic);
	const char *operands = d->one->op_str, *last = strrchr(operands, ',');
	const char *memory = d->is_intel ? last : operands;
	const char *name = d->is_intel ? operands : last;
	size_t n = 0;

	if (!rest || !last)
		return;
	/* the register is the last operand, or the first in Intel's syntax */
	name += strspn(name, ", %");
	while (isalnum((unsigned char)name[n]))
		n++;
	/* A move between registers loads nothing: memory must be there. */
	if (!strncmp(name, "xmm", 3) && strchr(memory, d->is_intel ? '[' : '('))
		pq_buf_printf(to, "%.*s = mem[0],%s", (int)n, name, rest);
}

/* An immediate in the fewest bits that hold it. */
static void put_immediate_comment(int64_t value, struct pq_buf *to)
{
	uint64_t bits = value == (int16_t)value	  ? (uint16_t)value
			: value == (int32_t)value ? (uint32_t)value
						  : (uint64_t)value;

	pq_buf_printf(to, "# imm = 0x%llX", (unsigned long long)bits);
}

/* The register after a load, and the address of the memory. */
static void put_memory_comment(const struct operand_scan *s,
			       struct pq_text load, struct pq_buf *to)
{
	pq_buf_str(to, "# ");
	pq_buf_text(to, load);
	if (!s->has_target)
		return;
	pq_buf_printf(to, "%s0x%llx", load.len ? " from " : "",
		      (unsigned long long)s->target);
	put_memory_symbol(s->d, s->target, to);
}

/* llvm-objdump's comment behind an instruction that begins at `start'. */
static void put_operand_comment(const struct pq_decoder *d,
				const struct operand_scan *s, size_t start,
				struct pq_buf *to)
{
	bool is_large = s->has_immediate &&
			(s->immediate > 255 || s->immediate < -256);
	bool shows_immediate = is_large && d->has_comments;
	struct pq_buf load = { 0 };

	if (d->is_x86)
		describe_load(d, &load);
	if (d->is_x86 && !load.len)
		pq_vector_remark(d->one->mnemonic, d->one->op_str, d->is_intel,
				 &load);
	if (shows_immediate || s->has_target || load.len)
		pad_to_comment(pq_text_slice(pq_buf_view(to), start, to->len),
			       to);
	/* A line has one comment: an address says more than a number. */
	if (s->has_target || load.len)
		put_memory_comment(s, pq_buf_view(&load), to);
	else if (shows_immediate)
		put_immediate_comment(s->immediate, to);
	pq_buf_release(&load);
}

/* The string instructions, without their prefix and size. */
static bool is_string_instruction(const char *mnemonic)
{
	static const char *const names[] = { "movs", "stos", "scas", "cmps",
					     "ins" };
	const char *last = strrchr(mnemonic, ' ');

	/* A prefix (rep) stands before the mnemonic. */
	last = last ? last + 1 : mnemonic;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t n = strlen(names[i]);

		if (!strncmp(last, names[i], n) && last[n] && !last[n + 1] &&
		    strchr("bwdlq", last[n]))
			return true;
	}
	return false;
}

/* An exchange of registers, which llvm-objdump has the other way round. */
static bool put_exchange(const struct pq_decoder *d, struct pq_buf *to)
{
	enum { BYTES = 0x86, WORDS = 0x87 };
	const char *operands = d->one->op_str, *comma = strchr(operands, ',');
	uint8_t opcode = opcode_of(d);

	if ((opcode != BYTES && opcode != WORDS) || !comma ||
	    strncmp(d->one->mnemonic, "xchg", 4) || strpbrk(operands, "([:"))
		return false;
	pq_buf_printf(to, "%s\t%s, %.*s", d->one->mnemonic, comma + 2,
		      (int)(comma - operands), operands);
	return true;
}

/* A shift by one has an opcode of its own, and no number. */
static bool put_shift_by_one(const struct pq_decoder *d, struct pq_buf *to)
{
	enum { BYTES = 0xd0, WORDS = 0xd1 };
	const char *operands = d->one->op_str;
	size_t n = strlen(operands);
	uint8_t opcode = opcode_of(d);

	if ((opcode != BYTES && opcode != WORDS) || strpbrk(operands, "([:"))
		return false;
	if (!strncmp(operands, "$1, ", 4))
		pq_buf_printf(to, "%s\t%s", d->one->mnemonic, operands + 4);
	else if (n > 3 && !strcmp(operands + n - 3, ", 1"))
		pq_buf_printf(to, "%s\t%.*s", d->one->mnemonic, (int)n - 3,
			      operands);
	else
		return false;
	return true;
}

/* capstone's movd of a register of 64 bits is movq. */
static const char *mnemonic_of(const struct pq_decoder *d)
{
	const char *name = d->one->mnemonic, *r = d->one->op_str;

	if (!d->is_x86 || (strcmp(name, "movd") && strcmp(name, "vmovd")))
		return name;
	/* one operand is a vector's register, the other begins with r */
	while ((r = strchr(r, 'r'))) {
		size_t n = strcspn(r, ",)] ");

		if (r == d->one->op_str || strchr("% ", r[-1]))
			return r[n - 1] == 'd' || strpbrk(r, ")]") ? name
			       : *name == 'v'			   ? "vmovq"
								   : "movq";
		r++;
	}
	return name;
}

/* AT&T's "cvtsi2sdl": the size is told by a register, where there is one. */
static bool tells_size_twice(const struct pq_decoder *d)
{
	const char *name = d->one->mnemonic;

	name += *name == 'v';
	return d->has_comments &&
	       (!strncmp(name, "cvtsi2sd", 8) ||
		!strncmp(name, "cvtsi2ss", 8)) &&
	       name[8] && !strchr(d->one->op_str, '(');
}

/* "rep movsq": llvm-objdump has two tabs after a prefix. */
static void put_mnemonic(const char *mnemonic, size_t n, struct pq_buf *to)
{
	for (; n--; mnemonic++)
		if (*mnemonic == ' ')
			pq_buf_str(to, "\t\t");
		else
			pq_buf_char(to, *mnemonic);
}

static void put_decoder_symbol(const void *decoder, uint64_t address,
			       struct pq_buf *to)
{
	put_symbol(decoder, address, to);
}

/* Small words of AArch64 are instructions that are there to be undefined. */
static void put_unknown(const struct pq_decoder *d, struct pq_bytes code,
			struct pq_buf *text)
{
	uint32_t word;

	code.big = false;
	word = pq_bytes_u32(&code);
	if (d->is_aarch64 && !code.bad && word <= UINT16_MAX)
		pq_buf_printf(text, "udf\t#%u", word);
	else
		pq_buf_str(text, "<unknown>");
}

size_t pq_decoder_next(struct pq_decoder *d, struct pq_bytes code,
		       uint64_t address, struct pq_buf *text, uint64_t *target)
{
	size_t start = text->len, bytes = pq_bytes_left(&code);
	struct operand_scan s = { .d = d, .to = text };
	uint64_t at = address;

	*target = 0;
	if (!capstone.disasm_iter(d->handle, &code.at, &bytes, &at, d->one)) {
		/* The least length keeps in step with the code that follows. */
		put_unknown(d, code, text);
		return d->is_x86 ? 1 : 4;
	}
	if (d->is_aarch64) {
		const struct pq_aarch64_text one = { d->one->mnemonic,
						     d->one->op_str,
						     put_decoder_symbol, d };

		*target = pq_aarch64_put(&one, text);
		return d->one->size;
	}

	if (d->is_x86 && (put_exchange(d, text) || put_shift_by_one(d, text) ||
			  pq_float_stack_put(d->one->mnemonic, d->one->op_str,
					     d->is_intel, text)))
		return d->one->size;

	/* numbers and symbols are rewritten from the library's text */
	put_mnemonic(mnemonic_of(d),
		     strlen(d->one->mnemonic) - tells_size_twice(d), text);
	if (d->one->op_str[0]) {
		pq_buf_char(text, '\t');
		s.at = d->one->op_str;
		s.is_jump = is_jump(d->one->mnemonic);
		/* movsd of xmm registers is no string instruction. */
		s.uses_extra = d->is_x86 && !strstr(d->one->op_str, "xmm") &&
			       is_string_instruction(d->one->mnemonic);
		s.is_byte = is_byte_instruction(d) || has_short_immediate(d);
		put_operands(&s, at);
		put_operand_comment(d, &s, start, text);
		*target = s.jump;
	}
	return d->one->size;
}

#else

bool pq_decoder_load(struct pq_error *err)
{
	return pq_fail(err, PQ_EUSAGE,
		       "this profq was built without capstone, which "
		       "disassembles");
}

struct pq_decoder *pq_decoder_open(const struct pq_elf *elf, bool intel_syntax,
				   const struct pq_symbol_list *symbols,
				   const struct pq_symbols *stubs,
				   struct pq_error *err)
{
	(void)stubs;
	(void)elf;
	(void)intel_syntax;
	(void)symbols;
	pq_decoder_load(err);
	return NULL;
}

void pq_decoder_close(struct pq_decoder *d)
{
	(void)d;
}

size_t pq_decoder_next(struct pq_decoder *d, struct pq_bytes code,
		       uint64_t address, struct pq_buf *text, uint64_t *target)
{
	(void)d;
	(void)code;
	(void)address;
	(void)text;
	(void)target;
	return 1;
}

#endif
