#include "web/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "format/json.h"
#include "host/folders.h"

#include "base/banned.h"

static const enum pq_option_id saved_options[] = {
#define SETTING(option) PQ_OPTION_##option,
#include "web/settings.def"
#undef SETTING
};

enum { N_SAVED = sizeof(saved_options) / sizeof(*saved_options) };

void pq_settings_init(struct pq_settings *s)
{
	memset(s, 0, sizeof(*s));
	if (pq_folder_find(&s->folder, "XDG_CONFIG_HOME", ".config", "pprof"))
		pq_buf_printf(&s->path, "%s/settings.json",
			      pq_buf_cstr(&s->folder));
}

void pq_settings_make_folder(const struct pq_settings *s)
{
	struct pq_buf folder = { 0 };

	if (!s->folder.len)
		return;
	pq_buf_text(&folder, pq_buf_view(&s->folder));
	pq_folder_make(&folder);
	pq_buf_release(&folder);
}

void pq_settings_release(struct pq_settings *s)
{
	pq_buf_release(&s->folder);
	pq_buf_release(&s->path);
}

/* ---- values as the reference's JSON has them ---- */

/* The fewest digits that give the number back, with Go's choice of form. */
static void put_go_number(struct pq_buf *to, double value)
{
	char text[64], *e;
	int digits = 0, exponent;

	/* Digits are added until they give the number back. */
	do
		snprintf(text, sizeof(text), "%.*e", digits, value);
	while (strtod(text, NULL) != value && digits++ < 17);
	e = strchr(text, 'e');
	if (!e) {
		pq_buf_str(to, "0");
		return;
	}
	/* Go writes very large and very small numbers with an exponent. */
	exponent = (int)strtol(e + 1, NULL, 10);
	if (value == 0 || (exponent >= -6 && exponent < 21)) {
		pq_buf_printf(to, "%.*f",
			      digits > exponent ? digits - exponent : 0, value);
		return;
	}
	*e = '\0';
	pq_buf_printf(to, "%se%+d", text, exponent);
}

static void put_go_string(struct pq_buf *to, struct pq_text text)
{
	uint32_t rune;

	pq_buf_char(to, '"');
	/* Escapes are those of Go: the reference shares the file. */
	for (size_t at = 0, n; at < text.len; at += n ? n : 1) {
		n = pq_text_rune(text, at, &rune);
		if (!n)
			pq_buf_str(to, "\\ufffd");
		else if (rune == '"' || rune == '\\')
			pq_buf_printf(to, "\\%c", (int)rune);
		else if (rune == '\n')
			pq_buf_str(to, "\\n");
		else if (rune == '\r')
			pq_buf_str(to, "\\r");
		else if (rune == '\t')
			pq_buf_str(to, "\\t");
		else if (rune < ' ' || rune == '<' || rune == '>' ||
			 rune == '&' || rune == 0x2028 || rune == 0x2029)
			pq_buf_printf(to, "\\u%04x", (unsigned)rune);
		else
			pq_buf_bytes(to, text.bytes + at, n);
	}
	pq_buf_char(to, '"');
}

static void break_line(struct pq_buf *to, unsigned depth)
{
	pq_buf_char(to, '\n');
	pq_buf_repeat(to, ' ', (size_t)depth * 2);
}

static void put_tree(struct pq_buf *to, const cJSON *item);

/* One value that is no list and no object. */
static void put_leaf(struct pq_buf *to, const cJSON *item)
{
	if (cJSON_IsString(item))
		put_go_string(to, pq_text_of(item->valuestring));
	else if (cJSON_IsNumber(item))
		put_go_number(to, item->valuedouble);
	else if (cJSON_IsBool(item))
		pq_buf_str(to, cJSON_IsTrue(item) ? "true" : "false");
	else
		pq_buf_str(to, "null");
}

/* A place in the tree: what is printed, and what it is in. */
struct tree_step {
	const cJSON *container, *next;
};

enum { MOST_DEPTH = 1000 };

static bool is_container(const cJSON *item)
{
	return cJSON_IsObject(item) || cJSON_IsArray(item);
}

static void open_container(struct pq_buf *to, const cJSON *item)
{
	pq_buf_char(to, cJSON_IsObject(item) ? '{' : '[');
	if (!item->child)
		pq_buf_char(to, cJSON_IsObject(item) ? '}' : ']');
}

static void put_name_before(struct pq_buf *to, const cJSON *item,
			    const struct tree_step *in, unsigned depth)
{
	if (item != in->container->child)
		pq_buf_char(to, ',');
	break_line(to, depth);
	if (!cJSON_IsObject(in->container))
		return;
	put_go_string(to, pq_text_of(item->string));
	pq_buf_str(to, ": ");
}

/* With a stack of its own: the file says how deep it is. */
static void put_tree(struct pq_buf *to, const cJSON *root)
{
	struct tree_step *steps =
		pq_alloc(pq_size_mul(MOST_DEPTH + 1, sizeof(*steps)));
	unsigned depth = 0;

	open_container(to, root);
	if (root->child)
		steps[depth++] = (struct tree_step){ root, root->child };
	while (depth) {
		struct tree_step *in = &steps[depth - 1];
		const cJSON *item = in->next;

		/* A container is closed when nothing is left in it. */
		if (!item) {
			depth--;
			break_line(to, depth);
			pq_buf_char(to,
				    cJSON_IsObject(in->container) ? '}' : ']');
			continue;
		}
		/* Its members are opened, or printed in one line. */
		in->next = item->next;
		put_name_before(to, item, in, depth);
		if (!is_container(item)) {
			put_leaf(to, item);
			continue;
		}
		open_container(to, item);
		if (item->child && depth < MOST_DEPTH)
			steps[depth++] =
				(struct tree_step){ item, item->child };
	}
	pq_free(steps);
}

/* ---- the file ---- */

static bool refuse_settings(struct pq_error *err, const char *why)
{
	return pq_fail(err, PQ_EFORMAT, "could not parse settings: %s", why);
}

static cJSON *parse_settings(int fd, struct pq_error *err)
{
	struct pq_json_list no_lists[] = { { .key = NULL } };
	struct pq_error inner;
	struct pq_stream s;
	cJSON *tree = NULL;

	pq_error_clear(&inner);
	pq_json_use_pq_alloc();
	/* The file is the user's, and can hold anything. */
	if (pq_stream_open(&s, fd, NULL, 0, NULL, &inner)) {
		tree = pq_json_read(&s, no_lists, &inner);
		pq_stream_release(&s);
	}
	if (!tree) {
		pq_fail(err, PQ_EFORMAT, "could not parse settings: %s",
			inner.msg);
		return NULL;
	}
	/* A file of another shape is not ours to write over. */
	if (!cJSON_IsObject(tree) ||
	    (cJSON_GetObjectItemCaseSensitive(tree, "configs") &&
	     !is_container(cJSON_GetObjectItemCaseSensitive(tree, "configs")) &&
	     !cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(tree, "configs")))) {
		cJSON_Delete(tree);
		refuse_settings(err, "there is no list of configs");
		return NULL;
	}
	return tree;
}

/* The saved settings; an empty object where there is no file. */
static cJSON *read_settings(const struct pq_settings *s, struct pq_error *err)
{
	struct pq_buf path = { 0 };
	cJSON *tree;
	int fd;

	pq_json_use_pq_alloc();
	if (!s->path.len)
		return cJSON_CreateObject();
	pq_buf_text(&path, pq_buf_view(&s->path));
	/* A missing file is one without settings. */
	fd = open(pq_unchecked_bytes(pq_buf_cstr(&path)),
		  O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	pq_buf_release(&path);
	if (fd < 0 && errno == ENOENT)
		return cJSON_CreateObject();
	/* A file that is there and cannot be read must not be replaced. */
	if (fd < 0) {
		pq_fail(err, PQ_EIO, "could not read settings: %s",
			strerror(errno));
		return NULL;
	}
	tree = parse_settings(fd, err);
	close(fd);
	return tree;
}

static bool write_settings(const struct pq_settings *s, const cJSON *tree,
			   struct pq_error *err)
{
	struct pq_buf text = { 0 }, folder = { 0 }, path = { 0 };
	bool ok;

	if (!s->path.len)
		return pq_fail(err, PQ_EIO,
			       "could not write settings: neither "
			       "XDG_CONFIG_HOME nor HOME is set");
	/* The new text replaces the file in one step. */
	put_tree(&text, tree);
	pq_buf_text(&folder, pq_buf_view(&s->folder));
	pq_buf_text(&path, pq_buf_view(&s->path));
	/* A folder that cannot be made shows in the writing. */
	pq_folder_make(&folder);
	ok = pq_folder_write(&path, pq_buf_view(&text));
	if (!ok)
		pq_fail(err, PQ_EIO, "could not write settings: %s",
			strerror(errno));
	pq_buf_release(&text);
	pq_buf_release(&folder);
	pq_buf_release(&path);
	return ok;
}

/* ---- entries ---- */

static cJSON *list_of_configs(cJSON *tree)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(tree, "configs");

	if (cJSON_IsArray(list))
		return list;
	cJSON_DeleteItemFromObjectCaseSensitive(tree, "configs");
	return cJSON_AddArrayToObject(tree, "configs");
}

static bool is_entry_named(const cJSON *entry, struct pq_text name)
{
	return pq_text_equal(pq_json_text_of(entry, "name"), name);
}

static const void *option_field(const struct pq_options *o,
				const struct pq_option *option)
{
	return (const char *)o + option->offset;
}

static void add_text_member(cJSON *entry, const char *name, struct pq_text text)
{
	struct pq_buf copy = { 0 };

	pq_buf_text(&copy, text);
	cJSON_AddStringToObject(entry, name,
				pq_unchecked_bytes(pq_buf_cstr(&copy)));
	pq_buf_release(&copy);
}

static double option_number(const struct pq_options *o,
			    const struct pq_option *option)
{
	return option->kind == PQ_OPTION_INT
		       ? (double)*(const int64_t *)option_field(o, option)
		       : *(const double *)option_field(o, option);
}

/* Zero values are left out, and a granularity that nobody chose. */
static void put_option(cJSON *entry, const struct pq_options *o,
		       const struct pq_option *option)
{
	struct pq_text text = PQ_TEXT("");

	switch (option->kind) {
	case PQ_OPTION_BOOL:
		if (*(const bool *)option_field(o, option))
			cJSON_AddTrueToObject(entry, option->name);
		return;
	case PQ_OPTION_INT:
	case PQ_OPTION_FLOAT:
		if (option_number(o, option) != 0)
			cJSON_AddNumberToObject(entry, option->name,
						option_number(o, option));
		return;
	case PQ_OPTION_ENUM:
		if (option == &pq_option_table[PQ_OPTION_granularity] &&
		    !o->given[PQ_OPTION_granularity])
			return;
		pq_option_choice(option,
				 *(const unsigned *)option_field(o, option),
				 &text);
		break;
	default:
		text = *(const struct pq_text *)option_field(o, option);
	}
	/* Empty texts are zero values, too. */
	if (text.len)
		add_text_member(entry, option->name, text);
}

/* Keys of an entry that are no options of ours stay in it. */
static void keep_unknown_keys(cJSON *entry, cJSON *old)
{
	for (cJSON *item = old ? old->child : NULL, *next; item; item = next) {
		const struct pq_option *option =
			pq_option_find(pq_text_of(item->string));
		bool known = !strcmp(item->string, "name");

		/* The item is about to leave its list. */
		next = item->next;
		for (size_t i = 0; i < N_SAVED; i++)
			known = known ||
				option == &pq_option_table[saved_options[i]];
		if (!known)
			cJSON_AddItemToObject(entry, item->string,
					      cJSON_DetachItemViaPointer(old,
									 item));
	}
}

static void replace_entry(cJSON *list, cJSON *entry, struct pq_text name)
{
	int i = 0;

	for (cJSON *old = list->child; old; old = old->next, i++) {
		if (!is_entry_named(old, name))
			continue;
		keep_unknown_keys(entry, old);
		cJSON_ReplaceItemInArray(list, i, entry);
		return;
	}
	cJSON_AddItemToArray(list, entry);
}

bool pq_settings_save(const struct pq_settings *s, struct pq_text name,
		      const struct pq_options *o, struct pq_error *err)
{
	cJSON *tree = read_settings(s, err), *entry;
	bool ok;

	if (!tree)
		return false;
	entry = cJSON_CreateObject();
	/* The name, then the options, as the reference orders them. */
	add_text_member(entry, "name", name);
	for (size_t i = 0; i < N_SAVED; i++)
		put_option(entry, o, &pq_option_table[saved_options[i]]);
	replace_entry(list_of_configs(tree), entry, name);
	ok = write_settings(s, tree, err);
	cJSON_Delete(tree);
	return ok;
}

bool pq_settings_delete(const struct pq_settings *s, struct pq_text name,
			bool *found, struct pq_error *err)
{
	cJSON *tree = read_settings(s, err), *next;
	bool ok = true;

	*found = false;
	if (!tree)
		return false;
	/* Names may repeat in what others wrote: all of them go. */
	for (cJSON *e = list_of_configs(tree)->child; e; e = next) {
		next = e->next;
		if (!is_entry_named(e, name))
			continue;
		*found = true;
		cJSON_Delete(
			cJSON_DetachItemViaPointer(list_of_configs(tree), e));
	}
	if (*found)
		ok = write_settings(s, tree, err);
	cJSON_Delete(tree);
	return ok;
}

/* ---- as queries ---- */

static const char *param_name(const struct pq_option *option)
{
	for (unsigned i = 0; i < PQ_N_PARAMS; i++)
		if (pq_param_table[i].option == option)
			return pq_param_table[i].name;
	return NULL;
}

/* A value that is missing is zero, and not the default. */
static void put_param(const cJSON *entry, const struct pq_option *option,
		      struct pq_buf *query)
{
	const cJSON *item =
		cJSON_GetObjectItemCaseSensitive(entry, option->name);
	struct pq_buf value = { 0 };
	bool is_standard = false;

	/* Values are compared as what they are: 1 and 1.0 are equal. */
	switch (option->kind) {
	case PQ_OPTION_BOOL:
		pq_buf_str(&value, cJSON_IsTrue(item) ? "t" : "f");
		is_standard = cJSON_IsTrue(item) ==
			      !strcmp(option->standard, "true");
		break;
	case PQ_OPTION_INT:
	case PQ_OPTION_FLOAT:
		put_go_number(&value,
			      cJSON_IsNumber(item) ? item->valuedouble : 0);
		is_standard = strtod(pq_unchecked_bytes(pq_buf_cstr(&value)),
				     NULL) == strtod(option->standard, NULL);
		break;
	default:
		if (cJSON_IsString(item))
			pq_buf_str(&value, item->valuestring);
		is_standard = pq_text_is(pq_buf_view(&value), option->standard);
	}
	/* A link stays short: defaults need no parameter. */
	if (value.len && !is_standard)
		pq_params_put_one(query, param_name(option),
				  pq_buf_view(&value));
	pq_buf_release(&value);
}

bool pq_settings_each(const struct pq_settings *s,
		      void (*each)(void *ctx, struct pq_text name,
				   struct pq_text query),
		      void *ctx, struct pq_error *err)
{
	cJSON *tree = read_settings(s, err);
	const cJSON *entry;

	if (!tree)
		return false;
	cJSON_ArrayForEach(entry, list_of_configs(tree))
	{
		struct pq_buf query = { 0 };

		/* An entry without a name cannot be asked for. */
		if (!pq_json_text_of(entry, "name").len)
			continue;
		for (size_t i = 0; i < N_SAVED; i++)
			put_param(entry, &pq_option_table[saved_options[i]],
				  &query);
		each(ctx, pq_json_text_of(entry, "name"), pq_buf_view(&query));
		pq_buf_release(&query);
	}
	cJSON_Delete(tree);
	return true;
}
