#include "command/options.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "command/option_values.h"

#include "base/banned.h"

const struct pq_option pq_option_table[PQ_N_OPTIONS] = {
#define GROUP(id, title)
#define ALIAS(name, field)
#define OPT(field, kind, standard, argument, group, scope, help) \
	{ #field,                                                \
	  standard,                                              \
	  argument,                                              \
	  help,                                                  \
	  NULL,                                                  \
	  PQ_N_OPTIONS,                                          \
	  offsetof(struct pq_options, field),                    \
	  PQ_OPTION_##kind,                                      \
	  PQ_GROUP_##group,                                      \
	  PQ_OPTION_##scope },
#define PICK(field, target, value, group, help) \
	{ #field,                               \
	  "false",                              \
	  NULL,                                 \
	  help,                                 \
	  value,                                \
	  PQ_OPTION_##target,                   \
	  offsetof(struct pq_options, field),   \
	  PQ_OPTION_BOOL,                       \
	  PQ_GROUP_##group,                     \
	  PQ_OPTION_LINE },
#include "command/options.def"
#undef GROUP
#undef ALIAS
#undef OPT
#undef PICK
};

#define OPT(field, kind, standard, argument, group, scope, help)
#define PICK(field, target, value, group, help)

const char *const pq_group_titles[PQ_N_GROUPS] = {
#define GROUP(id, title) title,
#define ALIAS(name, field)
#include "command/options.def"
#undef GROUP
#undef ALIAS
};

static const struct {
	const char *name;
	enum pq_option_id id;
} aliases[] = {
#define GROUP(id, title)
#define ALIAS(name, field) { #name, PQ_OPTION_##field },
#include "command/options.def"
#undef GROUP
#undef ALIAS
};

#undef OPT
#undef PICK

bool pq_name_equal(struct pq_text a, struct pq_text b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char x = a.bytes[i], y = b.bytes[i];

		if ((x == '-' ? '_' : x) != (y == '-' ? '_' : y))
			return false;
	}
	return true;
}

const struct pq_option *pq_option_find(struct pq_text name)
{
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++)
		if (pq_name_equal(name, pq_text_of(pq_option_table[i].name)))
			return &pq_option_table[i];
	/* Aliases come last: none hides a name of the table. */
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++)
		if (pq_text_is(name, aliases[i].name))
			return &pq_option_table[aliases[i].id];
	return NULL;
}

bool pq_option_choice(const struct pq_option *option, unsigned i,
		      struct pq_text *choice)
{
	struct pq_text all = pq_text_of(option->argument);
	size_t from = 0, to;

	for (;; i--) {
		to = pq_text_find(all, from, "|");
		if (!i)
			break;
		if (to == all.len)
			return false;
		from = to + 1;
	}
	*choice = pq_text_slice(all, from, to);
	return true;
}

static enum pq_value_result parse_choice(const struct pq_option *option,
					 const char *value, unsigned *field)
{
	struct pq_text choice;

	for (unsigned i = 0; pq_option_choice(option, i, &choice); i++) {
		if (pq_text_is(choice, value)) {
			*field = i;
			return PQ_VALUE_OK;
		}
	}
	return PQ_VALUE_SYNTAX;
}

static enum pq_value_result parse_item(const char *value,
				       struct pq_text_list *list)
{
	/* An empty expression counts as not given, as in the reference. */
	if (!*value)
		return PQ_VALUE_OK;
	if (list->n == PQ_LIST_MOST)
		return PQ_VALUE_RANGE;
	list->at[list->n++] = pq_text_of(value);
	return PQ_VALUE_OK;
}

/* Which texts are values: a command line's rules, or a prompt's. */
enum value_rules { AS_FLAG, AT_PROMPT };

static enum pq_value_result parse_value(struct pq_options *o,
					const struct pq_option *option,
					const char *value,
					enum value_rules rules)
{
	void *field = (char *)o + option->offset;

	switch (option->kind) {
	case PQ_OPTION_BOOL:
		return rules == AT_PROMPT ? pq_value_yes_no(value, field)
					  : pq_value_bool(value, field);
	case PQ_OPTION_INT:
		return rules == AT_PROMPT ? pq_value_decimal(value, field)
					  : pq_value_int(value, field);
	case PQ_OPTION_FLOAT:
		return pq_value_float(value, field);
	case PQ_OPTION_STR:
		*(struct pq_text *)field = pq_text_of(value);
		return PQ_VALUE_OK;
	case PQ_OPTION_ENUM:
		return parse_choice(option, value, field);
	case PQ_OPTION_LIST:
		return parse_item(value, field);
	case PQ_OPTION_SIZE:
		/* An empty size is as if it were not set (options.h). */
		if (*value)
			return pq_value_size(value, field);
		*(int64_t *)field = -1;
		return PQ_VALUE_OK;
	}
	return PQ_VALUE_SYNTAX;
}

static bool bad_choice(const struct pq_option *option, const char *value,
		       struct pq_error *err)
{
	struct pq_suggest near;
	struct pq_text choice;

	pq_suggest_begin(&near, pq_text_of(value));
	for (unsigned i = 0; pq_option_choice(option, i, &choice); i++)
		pq_suggest_offer(&near, choice);
	return pq_suggest_fail(&near, err,
			       "invalid value \"%.200s\" for flag -%s: must be "
			       "one of %s",
			       value, option->name, option->argument);
}

static bool bad_value(const struct pq_option *option, const char *value,
		      enum pq_value_result why, struct pq_error *err)
{
	const char *reason = why == PQ_VALUE_RANGE ? "value out of range"
						   : "parse error";

	if (option->kind == PQ_OPTION_ENUM)
		return bad_choice(option, value, err);
	if (option->kind == PQ_OPTION_BOOL)
		return pq_fail(err, PQ_EUSAGE,
			       "invalid boolean value \"%.200s\" for -%s: %s",
			       value, option->name, reason);
	return pq_fail(err, PQ_EUSAGE,
		       "invalid value \"%.200s\" for flag -%s: %s", value,
		       option->name, reason);
}

/* A value that was typed at a prompt and is none. */
static bool refuse_typed(const struct pq_option *option, const char *value,
			 enum pq_value_result why, struct pq_error *err)
{
	const char *name = option->name;

	if (option->kind == PQ_OPTION_ENUM)
		return pq_fail(err, PQ_EUSAGE,
			       "invalid \"%s\" value \"%.200s\": must be one of "
			       "%s",
			       name, value, option->argument);
	if (option->kind == PQ_OPTION_BOOL)
		return pq_fail(err, PQ_EUSAGE,
			       "invalid boolean value \"%.200s\" for %s: must "
			       "be true or false, yes or no",
			       value, name);
	return pq_fail(err, PQ_EUSAGE, "invalid value \"%.200s\" for %s: %s",
		       value, name,
		       why == PQ_VALUE_RANGE ? "out of range"
		       : option->kind == PQ_OPTION_INT
			       ? "must be a whole number"
			       : "must be a number");
}

/* Into a copy of all options, so that a failure leaves the old value. */
static bool set_value(struct pq_options *o, const struct pq_option *option,
		      const char *value, enum value_rules rules,
		      struct pq_error *err)
{
	struct pq_options changed = *o;
	enum pq_value_result result =
		parse_value(&changed, option, value, rules);

	if (result != PQ_VALUE_OK)
		return rules == AT_PROMPT
			       ? refuse_typed(option, value, result, err)
			       : bad_value(option, value, result, err);
	*o = changed;
	o->given[option - pq_option_table] = true;
	return true;
}

bool pq_option_set(struct pq_options *o, const struct pq_option *option,
		   const char *value, struct pq_error *err)
{
	return set_value(o, option, value, AS_FLAG, err);
}

bool pq_option_set_typed(struct pq_options *o, const struct pq_option *option,
			 const char *value, struct pq_error *err)
{
	return set_value(o, option, value, AT_PROMPT, err);
}

bool pq_options_set(struct pq_options *o, const char *name, const char *value,
		    struct pq_error *err)
{
	const struct pq_option *option = pq_option_find(pq_text_of(name));
	struct pq_suggest near;

	if (option)
		return pq_option_set(o, option, value, err);
	pq_suggest_begin(&near, pq_text_of(name));
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++)
		pq_suggest_offer(&near, pq_text_of(pq_option_table[i].name));
	return pq_suggest_fail(&near, err, "no option \"%.200s\"", name);
}

void pq_options_init(struct pq_options *o)
{
	memset(o, 0, sizeof(*o));
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *option = &pq_option_table[i];
		const char *value = option->standard;
		enum pq_value_result result;

		/* A standard value of $NAME is the environment's. */
		if (*value == '$')
			value = getenv(value + 1);
		/* A variable that is not set is an empty value. */
		result = parse_value(o, option, value ? value : "", AS_FLAG);
		assert(result == PQ_VALUE_OK);
		(void)result;
	}
}

static bool is_same_list(const struct pq_text_list *a,
			 const struct pq_text_list *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = pq_text_equal(a->at[i], b->at[i]);
	return same;
}

bool pq_option_is_standard(const struct pq_options *o,
			   const struct pq_option *option)
{
	struct pq_options standard;
	const void *a = (const char *)o + option->offset;
	const void *b = (const char *)&standard + option->offset;

	/* Standard values are made anew: the environment may set them. */
	pq_options_init(&standard);
	switch (option->kind) {
	case PQ_OPTION_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case PQ_OPTION_INT:
	case PQ_OPTION_SIZE:
		return *(const int64_t *)a == *(const int64_t *)b;
	case PQ_OPTION_FLOAT:
		/* Bits are compared: a nan equals itself, and -0 is not 0. */
		return !memcmp(a, b, sizeof(double));
	case PQ_OPTION_ENUM:
		return *(const unsigned *)a == *(const unsigned *)b;
	case PQ_OPTION_LIST:
		return is_same_list(a, b);
	case PQ_OPTION_STR:
		break;
	}
	return pq_text_equal(*(const struct pq_text *)a,
			     *(const struct pq_text *)b);
}
