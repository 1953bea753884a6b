#include "suites.h"

#include <string.h>

#include "symbolize/demangle/demangle.h"

/* A NULL result: as the one before it (templates, full), or unchanged. */
static const struct {
	const char *name, *plain, *templates, *full;
} names[] = {
	/* the modes */
	{ "_ZN3foo3BarIiE3bazEi", "foo::Bar::baz", "foo::Bar<int>::baz",
	  "foo::Bar<int>::baz(int)" },
	{ "_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector::push_back",
	  "std::vector<int, std::allocator<int> >::push_back",
	  "std::vector<int, std::allocator<int> >::push_back(int const&)" },
	{ "_Z3addii", "add", NULL, "add(int, int)" },
	{ "__Z3addii", "add", NULL, "add(int, int)" },
	{ "_ZN12_GLOBAL__N_13fooEv", "(anonymous namespace)::foo", NULL,
	  "(anonymous namespace)::foo()" },
	{ "_ZN3foo3barEv.part.0", "foo::bar", NULL, "foo::bar()" },
	{ "_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()", NULL,
	  "main::{lambda()#1}::operator()() const" },
	{ "_ZNSi6sentryC1ERSib", "std::istream::sentry::sentry", NULL,
	  "std::istream::sentry::sentry(std::istream&, bool)" },
	{ "_ZStrsIcSt11char_traitsIcESaIcEERSt13basic_istreamIT_T0_ES7_RNSt7__"
	  "cxx1112basic_stringIS4_S5_T1_EE",
	  "std::operator>>",
	  "std::operator>><char, std::char_traits<char>, std::allocator<char> >",
	  "std::basic_istream<char, std::char_traits<char> >& "
	  "std::operator>><char, std::char_traits<char>, std::allocator<char> >"
	  "(std::basic_istream<char, std::char_traits<char> >&, "
	  "std::__cxx11::basic_string<char, std::char_traits<char>, "
	  "std::allocator<char> >&)" },
	{ "_Z1fIiEvT_", "f", "f<int>", "void f<int>(int)" },
	{ "_ZNK1AcvbEv", "A::operator bool", NULL, "A::operator bool() const" },

	/* "sr" as clang 14 writes it, which is the older way */
	{ "_ZSt14__relocate_a_1IddENSt9enable_ifIXsr3std24__is_bitwise_"
	  "relocatableIT_EE5valueEPS1_E4typeES2_S2_S2_RSaIT0_E",
	  "std::__relocate_a_1", "std::__relocate_a_1<double, double>",
	  "std::enable_if<std::__is_bitwise_relocatable<double>::value, "
	  "double*>::type std::__relocate_a_1<double, double>(double*, "
	  "double*, double*, std::allocator<double>&)" },

	/* structure, not text */
	{ "_ZN1AcvT_IiEEv", "A::operator int", "A::operator int<int>",
	  "A::operator int<int>()" },
	{ "_ZlsRSoRK3Foo", "operator<<", NULL,
	  "operator<<(std::ostream&, Foo const&)" },
	{ "_ZZNK3Foo3barEiENKUlvE_clEv",
	  "Foo::bar() const::{lambda()#1}::operator()", NULL,
	  "Foo::bar(int) const::{lambda()#1}::operator()() const" },
	{ "_ZZZNK3Foo3barEiENKUlvE_clEvENKUlvE0_clEv",
	  "Foo::bar() const::{lambda()#1}::operator()() const::"
	  "{lambda()#2}::operator()",
	  NULL,
	  "Foo::bar(int) const::{lambda()#1}::operator()() const::"
	  "{lambda()#2}::operator()() const" },
	/* functions around the name keep "()" and their qualifiers */
	{ "_ZZN3app3Job2stESt6vectorIiSaIiEEE5calls", "app::Job::st()::calls",
	  NULL, "app::Job::st(std::vector<int, std::allocator<int> >)::calls" },
	{ "_ZZNKR3app3Job6methodEvEN3Loc2goEv",
	  "app::Job::method() const &::Loc::go", NULL,
	  "app::Job::method() const &::Loc::go()" },
	{ "_ZZN3app3JobC4EiENKUlvE_clEv",
	  "app::Job::Job()::{lambda()#1}::operator()", NULL,
	  "app::Job::Job(int)::{lambda()#1}::operator()() const" },
	{ "_ZZNSt8__detail18__to_chars_10_implIjEEvPcjT_E8__digits",
	  "std::__detail::__to_chars_10_impl()::__digits",
	  "std::__detail::__to_chars_10_impl<unsigned int>()::__digits",
	  "std::__detail::__to_chars_10_impl<unsigned int>(char*, unsigned "
	  "int, unsigned int)::__digits" },
	{ "_ZNSt17_Function_handlerIFivEZN3Fun2mkEiEUlvE_E9_M_invokeEv",
	  "std::_Function_handler::_M_invoke",
	  "std::_Function_handler<int (), Fun::mk()::{lambda()#1}>::_M_invoke",
	  "std::_Function_handler<int (), Fun::mk(int)::{lambda()#1}>::"
	  "_M_invoke()" },
	/* a function that is an argument: its name alone */
	{ "_Z1fIXadL_Z1gPcEEEvv", "f", "f<&g>", "void f<&g>()" },
	/* an inherited constructor has the name of its class */
	{ "_ZN1BCI21AIiEEv", "B::B", NULL, "B::B()" },
	{ "_ZN1A1BUt_D2Ev", "A::B::{unnamed type#1}::~{unnamed type#1}", NULL,
	  "A::B::{unnamed type#1}::~{unnamed type#1}()" },
	/* types without any scope, and empty packs */
	{ "_ZNSt9_Any_data9_M_accessIPUliE_EERT_v", "std::_Any_data::_M_access",
	  "std::_Any_data::_M_access<{lambda(int)#1}*>",
	  "{lambda(int)#1}*& std::_Any_data::_M_access<{lambda(int)#1}*>()" },
	{ "_ZN2PMI1MNS_2AMIS0_JEEEJEE3runEv", "PM::run",
	  "PM<M, PM::AM<M> >::run", "PM<M, PM::AM<M> >::run()" },
	{ "_Z1fIJEiEvT0_", "f", "f<int>", "void f<int>(int)" },
	{ "_Z5applyIZ4mainEUliE1_EliT_", "apply",
	  "apply<main::{lambda(int)#3}>",
	  "long apply<main::{lambda(int)#3}>(int, main::{lambda(int)#3})" },
	{ "_ZNK3FooB5cxx114testB5cxx11Ev", "Foo[abi:cxx11]::test[abi:cxx11]",
	  NULL, "Foo[abi:cxx11]::test[abi:cxx11]() const" },
	{ "_ZNSsC1Ev", "std::basic_string::basic_string",
	  "std::basic_string<char, std::char_traits<char>, "
	  "std::allocator<char> >::basic_string",
	  "std::basic_string<char, std::char_traits<char>, "
	  "std::allocator<char> >::basic_string()" },
	/* a constructor that comes from a base class */
	{ "_ZN3BoxIiECI26HolderIiEEi", "Box::Box", "Box<int>::Box",
	  "Box<int>::Box(int)" },
	{ "_ZTv0_n24_N3FooIiE3barIlEEvT_S0_",
	  "virtual thunk to void Foo::bar(long, Foo)",
	  "virtual thunk to void Foo<int>::bar<long>(long, Foo<int>)", NULL },
	{ "_ZGVZ3foovE1x", "guard variable for foo()::x", NULL,
	  "guard variable for foo()::x" },
	{ "_ZNSt11_Tuple_implILm0EJPiSt14default_deleteIA_iEEEC2Ev",
	  "std::_Tuple_impl::_Tuple_impl",
	  "std::_Tuple_impl<0ul, int*, std::default_delete<int []> >::"
	  "_Tuple_impl",
	  "std::_Tuple_impl<0ul, int*, std::default_delete<int []> >::"
	  "_Tuple_impl()" },
	{ "_ZN3FooD0Ev.isra.0.cold", "Foo::~Foo", NULL, "Foo::~Foo()" },
	{ "_Z3foov.X@plt", "foo", NULL, "foo()" },
	{ "_GLOBAL__I__Z3foov", "global constructors keyed to foo()", NULL,
	  NULL },

	/* from profiles */
	{ "_ZN8tcmalloc11ThreadCache21FetchFromCentralCacheEjiPFPvmE",
	  "tcmalloc::ThreadCache::FetchFromCentralCache", NULL,
	  "tcmalloc::ThreadCache::FetchFromCentralCache(unsigned int, int, "
	  "void* (*)(unsigned long))" },
	{ "_ZSt11make_uniqueIN5store6RecordEJEENSt8__detail9_MakeUniqIT_E15__"
	  "single_objectEDpOT0_",
	  "std::make_unique", "std::make_unique<store::Record>",
	  "std::__detail::_MakeUniq<store::Record>::__single_object "
	  "std::make_unique<store::Record>()" },

	/* Rust */
	{ "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE",
	  "core::fmt::Formatter::pad", NULL, NULL },
	{ "_ZN91_$LT$core..slice..iter..Iter$LT$T$GT$$u20$as$u20$core..iter.."
	  "traits..iterator..Iterator$GT$4next17h414de62eba48edcdE",
	  "<core::slice::iter::Iter<T> as "
	  "core::iter::traits::iterator::Iterator>::next",
	  NULL, NULL },
	{ "_ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$"
	  "17h3a9cf785939b909cE",
	  "std::rt::lang_start::{{closure}}", NULL, NULL },
	{ "_ZN3std3sys9backtrace28__rust_begin_short_backtrace"
	  "17h410ab86b09f43a71E",
	  "std::sys::backtrace::_rust_begin_short_backtrace", NULL, NULL },
	{ "_RNvC6_123foo3bar", "123foo::bar", NULL, NULL },
	{ "_RINvC1a1fmEB2_.llvm.12345", "a::f::<>", "a::f::<u32>", NULL },
	{ "_RNvMs7_NtCsgEmfK2I1SDS_4core3numy11rotate_left",
	  "<u64>::rotate_left", NULL, NULL },
	{ "_RNvXs0_NtNtNtCsgEmfK2I1SDS_4core3ops8function5implsRDINtB7_2FnuEp6"
	  "OutputlNtNtBb_6marker4SyncEL_INtB7_6FnOnceuE9call_once"
	  "CsjrHSEGnQ3l9_3std",
	  "<&dyn core::ops::function::Fn<, Output = i32> + core::marker::Sync "
	  "as core::ops::function::FnOnce<>>::call_once",
	  "<&dyn core::ops::function::Fn<(), Output = i32> + "
	  "core::marker::Sync as core::ops::function::FnOnce<()>>::call_once",
	  NULL },

	{ "_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y",
	  "utf8_idents::\341\203\241\341\203\220\341\203\255"
	  "\341\203\233\341\203\224\341\203\232\341\203\220"
	  "\341\203\223_\341\203\222\341\203\224\341\203\233"
	  "\341\203\240\341\203\230\341\203\224\341\203\232"
	  "\341\203\230_\341\203\241\341\203\220\341\203\223"
	  "\341\203\230\341\203\232\341\203\230",
	  NULL, NULL },
	{ "_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_",
	  "cc::spawn::{closure#0}::{closure#0}", NULL, NULL },
	{ "_RMCs4fqI2P2rA04_13const_genericINtB0_6SignedKanb_E",
	  "<const_generic::Signed<>>", "<const_generic::Signed<-11>>", NULL },
	{ "_RMCs4fqI2P2rA04_13const_genericINtB0_4CharKc2202_E",
	  "<const_generic::Char<>>", "<const_generic::Char<'\\u{2202}'>>",
	  NULL },
	{ "_RINvC1a1fFG_RL0_hEuE", "a::f::<>", "a::f::<for<'a> fn(&'a u8)>",
	  NULL },
	{ "_RINvC1a1fFK7C_uwindTEThEThhEAhj4_EE", "", "", "" },
	{ "_RINvC1a1fDINtC1b1cuEp1dhp1eTuuEEL_E", "a::f::<>",
	  "a::f::<dyn b::c<(), d = u8, e = ((), ())>>", NULL },
	{ "_RINvC1a1fKy123456789abcdef01_E", "a::f::<>",
	  "a::f::<0x123456789abcdef01>", NULL },

	/* not mangled */
	{ "foo<int>::bar(x)", "foo::bar", "foo<int>::bar", "" },
	{ "std::vector<int>::f(a(b))", "std::vector::f", "std::vector<int>::f",
	  "" },
	{ "ns::(anonymous namespace)::f(int)", "ns::::f", NULL, "" },
	{ "f(int, char*)::{lambda()#1}::operator()() const",
	  "f::{lambda#1}::operator const", NULL, "" },
	{ "f<a>::operator->()", "f::operator->", "f<a>::operator->", "" },
	{ "<html>&amp;", "&amp;", "", "" },
	{ "main.(*T[...]).M", "", "", "" },
	{ "java.x.<init>", "", "", "" },
	{ "operator()(int)", "", "", "" },
	{ "operator<<", "", "", "" },
	{ "f<a<b>::c", "", "", "" },
	{ "a)b::c(", "", "", "" },
	{ "x[abi:cxx11]", "", "", "" },
	{ "main.main", "", "", "" },
	{ "malloc", "", "", "" },
	{ "_", "", "", "" },
	{ "_Z", "", "", "" },
	{ "_R", "", "", "" },
	{ "_GLOBAL__sub_I_main", "", "", "" },
	{ "", "", "", "" },
};

/* "" stands for a name that stays as it is. */
static void expect(int row, enum pq_demangle mode, const char *wanted)
{
	struct pq_buf to = { 0 };
	bool changed;

	pq_buf_str(&to, "> ");
	changed = pq_demangle_name(pq_text_of(names[row].name), mode, &to);
	ck_assert_msg(changed == (*wanted != '\0'), "row %d mode %d: %s", row,
		      mode, names[row].name);
	ck_assert_msg(pq_text_starts(pq_buf_view(&to), "> "), "row %d", row);
	ck_assert_msg(strcmp(pq_buf_cstr(&to) + 2, wanted) == 0,
		      "row %d mode %d: %s", row, mode, pq_buf_cstr(&to));
	pq_buf_release(&to);
}

START_TEST(names_are_demangled)
{
	const char *plain = names[_i].plain;
	const char *templates = names[_i].templates ? names[_i].templates
						    : plain;

	expect(_i, PQ_DEMANGLE_DEFAULT, plain);
	expect(_i, PQ_DEMANGLE_TEMPLATES, templates);
	expect(_i, PQ_DEMANGLE_FULL,
	       names[_i].full ? names[_i].full : templates);
	expect(_i, PQ_DEMANGLE_NONE, "");
}
END_TEST

/* Each of them would take far too much of something. */
static void put_hostile(int which, struct pq_buf *name)
{
	switch (which) {
	case 0: /* deep */
		pq_buf_str(name, "_Z1f");
		pq_buf_repeat(name, 'P', PQ_DEMANGLE_MOST_BYTES - 8);
		break;
	case 1: /* long */
		pq_buf_str(name, "_Z1f");
		pq_buf_repeat(name, 'i', PQ_DEMANGLE_MOST_BYTES);
		break;
	case 2: /* twice as much text with each part: f(a<i, i>, a<S, S>...) */
		pq_buf_str(name, "_Z1f1aIiiE");
		for (int i = 0; i < 30; i++)
			pq_buf_printf(name, "S_IS%c_S%c_E",
				      i < 10 ? '0' + i : 'A' + i - 10,
				      i < 10 ? '0' + i : 'A' + i - 10);
		break;
	case 3: /* 2^64 lifetimes */
		pq_buf_str(name, "_RNvMDGLLLLLLLLLL_C1aEL_C1a1f");
		break;
	case 4: /* what marks hidden arguments */
		pq_buf_str(name, "_Z3a\2b");
		break;
	default:
		pq_buf_bytes(name, "_Z3a\0b", 6);
	}
}

START_TEST(hostile_names_stay)
{
	struct pq_buf name = { 0 }, to = { 0 };

	put_hostile(_i, &name);
	for (int mode = 0; mode < 3; mode++)
		if (mode == PQ_DEMANGLE_FULL || _i > 2)
			ck_assert_msg(!pq_demangle_name(pq_buf_view(&name),
							mode, &to),
				      "row %d mode %d", _i, mode);
	ck_assert_uint_eq(to.len, 0);
	pq_buf_release(&name);
	pq_buf_release(&to);
}
END_TEST

#define UNKNOWN(mode)                                                \
	"ignoring unrecognized symbolization option: " mode "\n"     \
	"expecting -symbolize=[local|fastlocal|remote|none][:force]" \
	"[:demangle=[none|full|templates|default]\n"

static const struct {
	const char *mode;
	struct pq_symbolize is;
	const char *log;
} modes[] = {
	{ "", { .demangle = PQ_DEMANGLE_DEFAULT }, "" },
	{ "local", { .no_remote = true, .demangle = PQ_DEMANGLE_DEFAULT }, "" },
	{ "FastLocal",
	  { .names_only = true,
	    .no_remote = true,
	    .demangle = PQ_DEMANGLE_DEFAULT },
	  "" },
	{ "none", { .none = true, .demangle = PQ_DEMANGLE_DEFAULT }, "" },
	{ "no", { .none = true, .demangle = PQ_DEMANGLE_DEFAULT }, "" },
	{ "force:none",
	  { .none = true, .force = true, .demangle = PQ_DEMANGLE_DEFAULT },
	  "" },
	{ "none:bad", { .none = true, .demangle = PQ_DEMANGLE_DEFAULT }, "" },
	{ "remote:Force",
	  { .force = true, .no_local = true, .demangle = PQ_DEMANGLE_DEFAULT },
	  "" },
	{ "demangle=full", { .force = true, .demangle = PQ_DEMANGLE_FULL }, "" },
	{ "demangle=none", { .force = true, .demangle = PQ_DEMANGLE_NONE }, "" },
	{ "remote:demangle=templates",
	  { .no_local = true, .force = true, .demangle = PQ_DEMANGLE_TEMPLATES },
	  "" },
	{ "demangle=default", { .demangle = PQ_DEMANGLE_DEFAULT }, "" },
	{ "Bad:force",
	  { .force = true, .demangle = PQ_DEMANGLE_DEFAULT },
	  UNKNOWN("Bad:force") },
};

static void keep_line(void *ctx, struct pq_text message)
{
	pq_buf_text(ctx, message);
	pq_buf_char(ctx, '\n');
}

START_TEST(options_are_read)
{
	struct pq_buf said = { 0 };
	struct pq_log log = { .line = keep_line, .ctx = &said };
	struct pq_symbolize s;

	pq_symbolize_parse(pq_text_of(modes[_i].mode), &s, &log);
	ck_assert_msg(s.none == modes[_i].is.none, "row %d: none", _i);
	ck_assert_msg(s.force == modes[_i].is.force, "row %d: force", _i);
	ck_assert_msg(s.demangle == modes[_i].is.demangle, "row %d", _i);
	ck_assert_msg(s.no_local == modes[_i].is.no_local, "row %d: local", _i);
	ck_assert_msg(s.no_remote == modes[_i].is.no_remote, "row %d: remote",
		      _i);
	ck_assert_msg(s.names_only == modes[_i].is.names_only,
		      "row %d: names only", _i);
	ck_assert_msg(pq_text_is(pq_buf_view(&said), modes[_i].log),
		      "row %d: %s", _i, pq_buf_cstr(&said));
	pq_buf_release(&said);
}
END_TEST

static const struct {
	const char *name, *system_name;
	struct pq_symbolize how;
	const char *result;
} functions[] = {
	{ "", "_Z1fv", { .demangle = PQ_DEMANGLE_DEFAULT }, "f" },
	{ "_Z1fv", "_Z1fv", { .demangle = PQ_DEMANGLE_DEFAULT }, "f" },
	{ "g", "_Z1fv", { .demangle = PQ_DEMANGLE_DEFAULT }, "g" },
	{ "g", "_Z1fv", { .force = true, .demangle = PQ_DEMANGLE_FULL }, "f()" },
	{ "g",
	  "_Z1fv",
	  { .force = true, .demangle = PQ_DEMANGLE_NONE },
	  "_Z1fv" },
	{ "", "_Z1fv", { .force = true, .demangle = PQ_DEMANGLE_NONE }, "" },
	{ "g",
	  "_Z1fv",
	  { .none = true, .force = true, .demangle = PQ_DEMANGLE_FULL },
	  "g" },
	{ "g", "", { .force = true, .demangle = PQ_DEMANGLE_FULL }, "g" },
	{ "", "main", { .demangle = PQ_DEMANGLE_DEFAULT }, "main" },
	{ "", "", { .force = true, .demangle = PQ_DEMANGLE_DEFAULT }, "" },
};

START_TEST(functions_get_names)
{
	struct pq_profile *p = pq_profile_new();
	struct pq_text result;

	/* two with equal texts under different ids */
	for (int i = 0; i < 2; i++)
		*pq_vec_push(&p->functions) = (struct pq_function){
			.id = 1,
			.name = pq_profile_copy_string(
				p, pq_text_of(functions[_i].name)),
			.system_name = pq_profile_copy_string(
				p, pq_text_of(functions[_i].system_name)),
		};
	pq_symbolize_profile(p, &functions[_i].how);
	for (int i = 0; i < 2; i++) {
		result = pq_string(p, p->functions.at[i].name);
		ck_assert_msg(pq_text_is(result, functions[_i].result),
			      "row %d: %.*s", _i, (int)result.len,
			      result.bytes);
	}
	pq_profile_free(p);
}
END_TEST

START_TEST(a_system_name_is_demangled_once)
{
	struct pq_profile *p = pq_profile_new();
	struct pq_symbolize how = { .demangle = PQ_DEMANGLE_DEFAULT };
	uint32_t system_name = pq_profile_copy_string(p, PQ_TEXT("_Z1fv"));
	size_t n_strings = p->strings.n;

	for (int i = 0; i < 3; i++)
		*pq_vec_push(&p->functions) =
			(struct pq_function){ .system_name = system_name };
	pq_symbolize_profile(p, &how);
	ck_assert_uint_eq(p->strings.n, n_strings + 1);
	ck_assert_uint_eq(p->functions.at[0].name, p->functions.at[2].name);
	pq_profile_free(p);
}
END_TEST

Suite *symbolize_demangle_suite(void)
{
	Suite *suite = suite_create("symbolize_demangle");
	TCase *tcase = tcase_create("demangle");

	tcase_add_loop_test(tcase, names_are_demangled, 0, ROWS(names));
	tcase_add_loop_test(tcase, hostile_names_stay, 0, 6);
	tcase_add_loop_test(tcase, options_are_read, 0, ROWS(modes));
	tcase_add_loop_test(tcase, functions_get_names, 0, ROWS(functions));
	tcase_add_test(tcase, a_system_name_is_demangled_once);
	suite_add_tcase(suite, tcase);
	return suite;
}
