#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "web/settings.h"

/* The reference's file, read and written: the same bytes come back. */

static char folder[64], file[128];
static struct pq_settings settings;

static void begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/profq-settings.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("XDG_CONFIG_HOME", folder, 1);
	snprintf(file, sizeof(file), "%s/pprof", folder);
	mkdir(file, 0700);
	snprintf(file, sizeof(file), "%s/pprof/settings.json", folder);
	pq_settings_init(&settings);
}

static void end(void)
{
	pq_settings_release(&settings);
	unlink(file);
	snprintf(file, sizeof(file), "%s/pprof", folder);
	rmdir(file);
	rmdir(folder);
}

static void write_file(const char *text)
{
	FILE *f = fopen(file, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static const char *read_file(void)
{
	static char text[8192];
	FILE *f = fopen(file, "r");

	ck_assert_ptr_nonnull(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return text;
}

static void save(const char *name, const char *focus)
{
	struct pq_options o;
	struct pq_error err;

	pq_error_clear(&err);
	pq_options_init(&o);
	ck_assert(pq_options_set(&o, "focus", focus, &err));
	ck_assert(pq_settings_save(&settings, pq_text_of(name), &o, &err));
}

#define ENTRY(name, focus)                                                     \
	"    {\n      \"name\": \"" name "\",\n      \"unit\": \"minimum\",\n" \
	"      \"sort\": \"flat\",\n      \"nodecount\": -1,\n"                \
	"      \"nodefraction\": 0.005,\n      \"edgefraction\": 0.001,\n"     \
	"      \"trim\": true,\n      \"focus\": \"" focus "\"\n    }"

START_TEST(entry_is_what_the_reference_writes)
{
	struct stat st;

	save("a", "x<y&z>\"\\\xe2\x80\xa8");
	ck_assert_str_eq(read_file(),
			 "{\n  \"configs\": [\n" ENTRY(
				 "a", "x\\u003cy\\u0026z\\u003e\\\"\\\\"
				      "\\u2028") "\n  ]\n}");
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(what_is_not_known_stays)
{
	write_file("{\"version\": 1.50, \"configs\": [{\"name\": \"a\", "
		   "\"new\": [1, {}]}, {\"name\": \"b\"}], \"x\": null}");
	save("a", "f");
	ck_assert_ptr_nonnull(strstr(read_file(), "\"version\": 1.5,"));
	ck_assert_ptr_nonnull(strstr(read_file(), "\"new\": [\n"));
	ck_assert_ptr_nonnull(strstr(read_file(), "\"name\": \"b\""));
	ck_assert_ptr_nonnull(strstr(read_file(), "\"x\": null"));
	ck_assert_ptr_nonnull(strstr(read_file(), "\"focus\": \"f\""));
}
END_TEST

START_TEST(broken_file_is_left_alone)
{
	struct pq_options o;
	struct pq_error err;
	bool found;

	write_file("{\"configs\": [");
	pq_options_init(&o);
	pq_error_clear(&err);
	ck_assert(!pq_settings_save(&settings, PQ_TEXT("a"), &o, &err));
	ck_assert_int_eq(err.code, PQ_EFORMAT);
	pq_error_clear(&err);
	ck_assert(!pq_settings_delete(&settings, PQ_TEXT("a"), &found, &err));
	ck_assert_str_eq(read_file(), "{\"configs\": [");
}
END_TEST

static void note_query(void *ctx, struct pq_text name, struct pq_text query)
{
	struct pq_buf *b = ctx;

	pq_buf_text(b, name);
	pq_buf_char(b, '?');
	pq_buf_text(b, query);
	pq_buf_char(b, '\n');
}

START_TEST(missing_values_are_zero)
{
	struct pq_error err;
	struct pq_buf b = { 0 };

	write_file("{\"configs\": [" ENTRY("a", "x y") ", {\"name\": \"b\"}]}");
	pq_error_clear(&err);
	ck_assert(pq_settings_each(&settings, note_query, &b, &err));
	ck_assert_msg(pq_text_is(pq_buf_view(&b),
				 "a?f=x%20y\nb?n=0&nf=0&ef=0&trim=f\n"),
		      "%s", pq_buf_cstr(&b));
	pq_buf_release(&b);
}
END_TEST

START_TEST(deleted_entry_is_gone)
{
	struct pq_error err;
	bool found;

	save("a", "x");
	save("b", "y");
	pq_error_clear(&err);
	ck_assert(pq_settings_delete(&settings, PQ_TEXT("a"), &found, &err));
	ck_assert(found);
	ck_assert_str_eq(read_file(),
			 "{\n  \"configs\": [\n" ENTRY("b", "y") "\n  ]\n}");
	ck_assert(pq_settings_delete(&settings, PQ_TEXT("a"), &found, &err));
	ck_assert(!found);
}
END_TEST

Suite *web_settings_suite(void)
{
	Suite *s = suite_create("web_settings");
	TCase *t = tcase_create("file");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, entry_is_what_the_reference_writes);
	tcase_add_test(t, what_is_not_known_stays);
	tcase_add_test(t, broken_file_is_left_alone);
	tcase_add_test(t, missing_values_are_zero);
	tcase_add_test(t, deleted_entry_is_gone);
	suite_add_tcase(s, t);
	return s;
}
