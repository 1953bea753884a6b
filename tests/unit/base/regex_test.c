#include "suites.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/regex.h"
#include "base/sanitized.h"

/* What Go's regexp package says of the same expressions. */
#define SAYS(message) "error parsing regexp: " message

static const struct {
	struct pq_text pattern;
	const char *want;
} errors[] = {
	{ PQ_TEXT("("), SAYS("missing closing ): `(`") },
	{ PQ_TEXT("a(b"), SAYS("missing closing ): `a(b`") },
	{ PQ_TEXT("((a)"), SAYS("missing closing ): `((a)`") },
	{ PQ_TEXT("(?:"), SAYS("missing closing ): `(?:`") },
	{ PQ_TEXT(")"), SAYS("unexpected ): `)`") },
	{ PQ_TEXT("a)b"), SAYS("unexpected ): `a)b`") },
	{ PQ_TEXT("(a))"), SAYS("unexpected ): `(a))`") },
	{ PQ_TEXT("[b"), SAYS("missing closing ]: `[b`") },
	{ PQ_TEXT("x[b"), SAYS("missing closing ]: `[b`") },
	{ PQ_TEXT("[]a"), SAYS("missing closing ]: `[]a`") },
	{ PQ_TEXT("[^]"), SAYS("missing closing ]: `[^]`") },
	{ PQ_TEXT("*"), SAYS("missing argument to repetition operator: `*`") },
	{ PQ_TEXT("+"), SAYS("missing argument to repetition operator: `+`") },
	{ PQ_TEXT("a|*"),
	  SAYS("missing argument to repetition operator: `*`") },
	{ PQ_TEXT("a**"), SAYS("invalid nested repetition operator: `**`") },
	{ PQ_TEXT("a+?*"), SAYS("invalid nested repetition operator: `+?*`") },
	{ PQ_TEXT("x{2}*"),
	  SAYS("invalid nested repetition operator: `{2}*`") },
	{ PQ_TEXT("a{2,1}"), SAYS("invalid repeat count: `{2,1}`") },
	{ PQ_TEXT("a{1001}"), SAYS("invalid repeat count: `{1001}`") },
	{ PQ_TEXT("\\8"), SAYS("invalid escape sequence: `\\8`") },
	{ PQ_TEXT("[z-a]"), SAYS("invalid character class range: `z-a`") },
	{ PQ_TEXT("\\p{Nope}"),
	  SAYS("invalid character class range: `\\p{Nope}`") },
	{ PQ_TEXT("[[:foo:]]"),
	  SAYS("invalid character class range: `[:foo:]`") },
	{ PQ_TEXT("(?=a)"), SAYS("invalid or unsupported Perl syntax: `(?=`") },
	{ PQ_TEXT("(?!a)"), SAYS("invalid or unsupported Perl syntax: `(?!`") },
	{ PQ_TEXT("(?P<n"), SAYS("invalid named capture: `(?P<n`") },
	{ PQ_TEXT("(?P<>a)"), SAYS("invalid named capture: `(?P<>`") },
	{ PQ_TEXT("a\\"), SAYS("trailing backslash at end of expression: ``") },
	{ PQ_TEXT("\\"), SAYS("trailing backslash at end of expression: ``") },
	{ PQ_TEXT("\\C"), SAYS("invalid escape sequence: `\\C`") },
	{ PQ_TEXT("a\\\\\\Cb"), SAYS("invalid escape sequence: `\\C`") },
	{ PQ_TEXT("(\\C"), SAYS("invalid escape sequence: `\\C`") },
	{ PQ_TEXT("[\\C]"), SAYS("invalid escape sequence: `\\C`") },
	{ PQ_TEXT("\\Qa\\E\\C"), SAYS("invalid escape sequence: `\\C`") },
	{ PQ_TEXT("a**\\C"), SAYS("invalid nested repetition operator: `**`") },
};

START_TEST(errors_are_in_the_words_of_go)
{
	struct pq_error err = { 0 };
	struct pq_regex *re = pq_regex_new(errors[_i].pattern, &err);

	ck_assert_msg(!re, "row %d: compiles", _i);
	ck_assert_msg(err.code == PQ_EUSAGE, "row %d: code %d", _i, err.code);
	ck_assert_msg(!strcmp(err.msg, errors[_i].want), "row %d: %s", _i,
		      err.msg);
}
END_TEST

static const struct {
	const char *pattern;
	struct pq_text text;
	bool match;
} matches[] = {
	{ "", PQ_TEXT(""), true },
	{ "", PQ_TEXT("x"), true },
	{ "b", PQ_TEXT("abc"), true },
	{ "^b", PQ_TEXT("abc"), false },
	{ "c$", PQ_TEXT("abc"), true },
	{ "b$", PQ_TEXT("abc"), false },
	{ "^abc$", PQ_TEXT("abc"), true },
	{ "B", PQ_TEXT("abc"), false },
	{ "(?i)B", PQ_TEXT("abc"), true },
	{ "a.c", PQ_TEXT("a\nc"), false },
	{ "(?s)a.c", PQ_TEXT("a\nc"), true },
	{ "^b$", PQ_TEXT("a\nb\nc"), false },
	{ "(?m)^b$", PQ_TEXT("a\nb\nc"), true },
	{ "main\\.", PQ_TEXT("main.work"), true },
	{ "main\\.", PQ_TEXT("mainXwork"), false },
	{ "a|b", PQ_TEXT("b"), true },
	{ "a+?", PQ_TEXT("aaa"), true },
	{ "^a{1000}$", PQ_TEXT("aaa"), false },
	{ "[[:alpha:]]", PQ_TEXT("1x"), true },
	/* the classes are those of ASCII */
	{ "\\d", PQ_TEXT("7"), true },
	{ "\\d", PQ_TEXT("\xd9\xa3"), false }, /* Arabic digit three */
	{ "\\D", PQ_TEXT("\xd9\xa3"), true },
	{ "^\\w+$", PQ_TEXT("a_9Z"), true },
	{ "\\w", PQ_TEXT("\xc3\xa9"), false }, /* e with acute */
	{ "\\s", PQ_TEXT("\t"), true },
	{ "\\s", PQ_TEXT("\xc2\xa0"), false }, /* no-break space */
	{ "\\bfoo\\b", PQ_TEXT("a foo b"), true },
	{ "\\p{Greek}", PQ_TEXT("\xce\xb1"), true },
	/* one code point, not one byte */
	{ "^.$", PQ_TEXT("\xc3\xa9"), true },
	/* texts end where they end */
	{ "b", PQ_TEXT("a\0b"), true },
	{ "^a\\x00b$", PQ_TEXT("a\0b"), true },
	{ "(?P<name>a)", PQ_TEXT("a"), true },
	{ "\\Qa.b\\E", PQ_TEXT("a.b"), true },
	{ "\\Qa.b\\E", PQ_TEXT("axb"), false },
	{ "^\\Q\\C\\E$", PQ_TEXT("\\C"), true },
	{ "^\\\\C$", PQ_TEXT("\\C"), true },
	/* bytes that are no UTF-8 are U+FFFD, each for itself */
	{ "^a.b$",
	  PQ_TEXT("a\xff"
		  "b"),
	  true },
	{ "^a\\x{fffd}{2}$", PQ_TEXT("a\xe2\x82"), true },
	{ "^a.$", PQ_TEXT("a\xe2\x82"), false },
	{ "^a[^b]c$",
	  PQ_TEXT("a\xc3"
		  "c"),
	  true },
	{ "\\xff", PQ_TEXT("\xff"), false },
	{ "^(?<name>a)$", PQ_TEXT("a"), true },
	{ "^\\Q(?<\\E$", PQ_TEXT("(?<"), true },
};

START_TEST(search)
{
	struct pq_error err = { 0 };
	struct pq_regex *re =
		pq_regex_new(pq_text_of(matches[_i].pattern), &err);

	ck_assert_msg(re != NULL, "row %d: %s", _i, err.msg);
	ck_assert_msg(pq_regex_match(re, matches[_i].text) == matches[_i].match,
		      "row %d", _i);
	pq_regex_free(re);
	pq_regex_free(NULL);
}
END_TEST

/*
 * Expressions that take exponential time where there is backtracking: longer
 * than the runner waits.
 */
static const char *const nasty[] = {
	"^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "^(.*a){20}$", "(x+x+)+y",
};

START_TEST(time_is_linear)
{
	struct pq_error err = { 0 };
	struct pq_regex *re = pq_regex_new(pq_text_of(nasty[_i]), &err);
	struct pq_buf text = { 0 };

	ck_assert_msg(re != NULL, "row %d: %s", _i, err.msg);
	pq_buf_repeat(&text, nasty[_i][1] == 'x' ? 'x' : 'a', 20000);
	pq_buf_char(&text, '!');
	ck_assert_msg(!pq_regex_match(re, pq_buf_view(&text)), "row %d", _i);
	pq_buf_release(&text);
	pq_regex_free(re);
}
END_TEST

/* ---- without memory ---- */

static const char *const hungry[] = {
	"(?i)(\\pL|\\pN){1,60}x",
	"((a|b|c|d){1,9}e?){1,40}$",
	"((a{90}){90}){90}",
};

static void match_hungry(void *arg)
{
	struct pq_error *err = arg;
	struct pq_buf text = { 0 };

	for (size_t i = 0; i < ROWS(hungry) && err->code == PQ_OK; i++) {
		struct pq_regex *re = pq_regex_new(pq_text_of(hungry[i]), err);

		if (!re && err->code == PQ_EUSAGE)
			pq_error_clear(err); /* too large */
		pq_buf_clear(&text);
		for (unsigned n = 0; re && n < 3000; n++)
			pq_buf_char(&text, (char)('a' + n * 7 % 26));
		if (re)
			pq_regex_match(re, pq_buf_view(&text));
		pq_regex_free(re);
	}
	pq_buf_release(&text);
}

/* Room for so many more pages, and no exception that nobody catches. */
static _Noreturn void be_hungry(unsigned pages)
{
	struct pq_error err = { 0 };
	struct rlimit most;
	char line[128] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

	/* RE2 itself may have a word to say about a walk that was cut short */
	dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
	if (fd < 0 || read(fd, line, sizeof(line) - 1) <= 0)
		_exit(77);
	most.rlim_cur = most.rlim_max =
		(strtoul(line, NULL, 10) + pages) * 4096;
	if (setrlimit(RLIMIT_AS, &most))
		_exit(77);
	if (!pq_mem_guard(match_hungry, &err, &err) && !err.code)
		_exit(3);
	_exit(err.code == PQ_OK ? 0 : err.code == PQ_ELIMIT ? 1 : 2);
}

START_TEST(without_memory_there_is_an_error)
{
	unsigned n_failed = 0;

	for (unsigned pages = 0; pages < 6000; pages += 1 + pages / 8) {
		pid_t child = fork();
		int status;

		ck_assert(child >= 0);
		if (!child)
			be_hungry(pages);
		ck_assert(waitpid(child, &status, 0) == child);
		ck_assert_msg(WIFEXITED(status) && (WEXITSTATUS(status) <= 1 ||
						    WEXITSTATUS(status) == 77),
			      "%u pages: status %x", pages, (unsigned)status);
		n_failed += WEXITSTATUS(status) == 1;
	}
	ck_assert_msg(n_failed > 0, "there was always memory");
}
END_TEST

Suite *base_regex_suite(void)
{
	Suite *suite = suite_create("base_regex");
	TCase *tcase = tcase_create("regex");

	tcase_add_loop_test(tcase, errors_are_in_the_words_of_go, 0,
			    ROWS(errors));
	tcase_add_loop_test(tcase, search, 0, ROWS(matches));
	tcase_add_loop_test(tcase, time_is_linear, 0, ROWS(nasty));
	/* a sanitizer takes the address space for itself */
	if (!PQ_SANITIZED)
		tcase_add_test(tcase, without_memory_there_is_an_error);
	suite_add_tcase(suite, tcase);
	return suite;
}
