#include "symbolize/demangle/itanium.h"

#include <stdlib.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "base/mem.h"
#include "symbolize/demangle/demangle.h"

#include "base/banned.h"

typedef struct demangle_component node;

/*
 * libiberty's printing takes an array from the stack whose size is the number
 * of templates times that of references to template parameters (it counts
 * each twice at most).  Names above this product are not printed.
 */
enum { MOST_SAVED = 8192 };

/*
 * Template arguments cannot be cut off: while printing, template parameters
 * elsewhere in the tree are looked up in them.  Arguments to be hidden are
 * printed between these two marks instead, and the sink drops them.  The marks
 * cannot occur in a name: names with control characters do not come here.
 */
#define OPENS '\1'
#define CLOSES '\2'

/* Numbers of the stack that libiberty's state lies in. */
enum { STACK_OF_STATE = 128 };

/* A function that cannot be in a name, either: the scope of what has none. */
#define NOWHERE "\3"

struct tree {
	node *root;
	void *memory;	/* from libiberty, freed with free */
	node **nodes;	/* every node of the tree, once */
	size_t n, most; /* nodes used, and allocated */
	node *extra;	/* nodes that edits add */
	size_t n_extra, most_extra;
};

bool pq_demangle_print(bool (*print)(struct pq_demangle_sink *sink, void *arg),
		       void *arg, size_t first, struct pq_buf *to)
{
	size_t len = to->len;
	struct pq_demangle_sink sink = { .to = to };

	/* print() may be left by a jump, so all of its state is set anew. */
	for (size_t room = first; room <= PQ_DEMANGLE_MOST_OUTPUT; room *= 4) {
		pq_buf_reserve(to, room);
		sink.room = room;
		sink.hidden = 0;
		sink.closing = sink.stray = false;
		if (print(&sink, arg))
			return true;
		to->len = len;
		/* Room was left: the name is the reason, not the room. */
		if (sink.room)
			return false;
	}
	return false;
}

static void take_room(struct pq_demangle_sink *sink, size_t n)
{
	/* The jump leaves libiberty; printing begins again with more room. */
	if (n >= sink->room) {
		sink->room = 0;
		longjmp(sink->stop, 1);
	}
	sink->room -= n;
}

static bool text_ends_in(struct pq_text t, const char *end)
{
	size_t n = strlen(end);

	return t.len >= n &&
	       pq_text_is(pq_text_slice(t, t.len - n, t.len), end);
}

/* True for the comma before or after an empty pack. */
static bool is_stray_comma(struct pq_text so_far)
{
	return text_ends_in(so_far, ", ") || text_ends_in(so_far, "(") ||
	       (text_ends_in(so_far, "<") &&
		!text_ends_in(so_far, "operator<"));
}

/* True when ">" ends an argument list that another one ends in. */
static bool ends_two_lists(struct pq_text so_far)
{
	/* Operators come after their keyword, or between two brackets. */
	return text_ends_in(so_far, ">") && !text_ends_in(so_far, ")>") &&
	       !text_ends_in(so_far, "operator>");
}

/*
 * Empty packs of arguments leave traces in what libiberty prints: commas, and
 * no blank between the ends of two argument lists.
 */
static void copy_visible_byte(struct pq_demangle_sink *sink, char c)
{
	struct pq_text so_far = pq_buf_view(sink->to);
	bool after_stray = sink->stray;

	sink->stray = c == ',' && is_stray_comma(so_far);
	if (sink->stray || (after_stray && c == ' '))
		return;
	if (c == '>' && ends_two_lists(so_far)) {
		take_room(sink, 1);
		pq_buf_char(sink->to, ' ');
	}
	pq_buf_char(sink->to, c);
}

/* libiberty's print callback: copies bytes outside of the marks. */
static void copy_visible_bytes(const char *bytes, size_t n, void *opaque)
{
	struct pq_demangle_sink *sink = opaque;

	take_room(sink, n);
	for (size_t i = 0; i < n; i++) {
		char c = bytes[i];

		if (c == OPENS) {
			sink->hidden++;
		} else if (c == CLOSES) {
			sink->closing = true;
		} else if (sink->closing && c == '>') {
			sink->closing = false;
			sink->hidden -= sink->hidden > 0;
		} else if (!sink->hidden) {
			copy_visible_byte(sink, c);
		}
	}
}

/* Fills in a node's children, some of them NULL; returns their number. */
static int list_children(node *c, node **kids)
{
	switch (c->type) {
	case DEMANGLE_COMPONENT_NAME:
	case DEMANGLE_COMPONENT_OPERATOR:
	case DEMANGLE_COMPONENT_BUILTIN_TYPE:
	case DEMANGLE_COMPONENT_EXTENDED_BUILTIN_TYPE:
	case DEMANGLE_COMPONENT_SUB_STD:
	case DEMANGLE_COMPONENT_TEMPLATE_PARAM:
	case DEMANGLE_COMPONENT_FUNCTION_PARAM:
	case DEMANGLE_COMPONENT_UNNAMED_TYPE:
	case DEMANGLE_COMPONENT_CHARACTER:
	case DEMANGLE_COMPONENT_NUMBER:
		return 0;
	case DEMANGLE_COMPONENT_EXTENDED_OPERATOR:
		kids[0] = c->u.s_extended_operator.name;
		return 1;
	case DEMANGLE_COMPONENT_FIXED_TYPE:
		kids[0] = c->u.s_fixed.length;
		return 1;
	case DEMANGLE_COMPONENT_CTOR:
		kids[0] = c->u.s_ctor.name;
		return 1;
	case DEMANGLE_COMPONENT_DTOR:
		kids[0] = c->u.s_dtor.name;
		return 1;
	case DEMANGLE_COMPONENT_LAMBDA:
	case DEMANGLE_COMPONENT_DEFAULT_ARG:
		kids[0] = c->u.s_unary_num.sub;
		return 1;
	default:
		/* All other kinds have two, of which one may be NULL. */
		kids[0] = c->u.s_binary.left;
		kids[1] = c->u.s_binary.right;
		return 2;
	}
}

/* d_counting marks a node as collected; after the walk it is 0 again. */
static void collect_node(struct tree *t, node *c)
{
	if (!c || c->d_counting || t->n == t->most)
		return;
	c->d_counting = 1;
	t->nodes[t->n++] = c;
}

static void collect_nodes(struct tree *t)
{
	node *kids[2];

	/* Breadth first, without recursion: names may be nested deeply. */
	t->n = 0;
	collect_node(t, t->root);
	for (size_t i = 0; i < t->n; i++) {
		int n_kids = list_children(t->nodes[i], kids);

		for (int k = 0; k < n_kids; k++)
			collect_node(t, kids[k]);
	}
	for (size_t i = 0; i < t->n; i++)
		t->nodes[i]->d_counting = 0;
}

static bool fits_libiberty_stack(const struct tree *t)
{
	size_t n_templates = 0, n_scopes = 0;

	for (size_t i = 0; i < t->n; i++) {
		const node *c = t->nodes[i];
		const node *left = c->u.s_binary.left;

		if (c->type == DEMANGLE_COMPONENT_TEMPLATE)
			n_templates++;
		else if ((c->type == DEMANGLE_COMPONENT_REFERENCE ||
			  c->type == DEMANGLE_COMPONENT_RVALUE_REFERENCE) &&
			 left &&
			 left->type == DEMANGLE_COMPONENT_TEMPLATE_PARAM)
			n_scopes++;
	}
	return n_scopes == 0 || n_templates <= MOST_SAVED / n_scopes;
}

/*
 * An enclosing function (the Z...E of lambdas, local classes and static
 * variables) keeps its name, "()" and its qualifiers.
 */
static void strip_enclosing_function(node *local)
{
	const node *outer = local->u.s_binary.left;
	node *type = outer && outer->type == DEMANGLE_COMPONENT_TYPED_NAME
			     ? outer->u.s_binary.right
			     : NULL;

	/* No substitution refers to this type: it can be changed in place. */
	if (type && type->type == DEMANGLE_COMPONENT_FUNCTION_TYPE)
		type->u.s_binary.left = type->u.s_binary.right = NULL;
}

static bool is_identifier(const node *c)
{
	return c->type == DEMANGLE_COMPONENT_NAME ||
	       c->type == DEMANGLE_COMPONENT_UNNAMED_TYPE;
}

/* The name of a class without its scope and its template arguments. */
static node *find_class_name(node *c)
{
	while (c) {
		switch (c->type) {
		case DEMANGLE_COMPONENT_TEMPLATE:
		case DEMANGLE_COMPONENT_TAGGED_NAME:
			c = c->u.s_binary.left;
			break;
		case DEMANGLE_COMPONENT_QUAL_NAME:
		case DEMANGLE_COMPONENT_LOCAL_NAME:
			c = c->u.s_binary.right;
			break;
		default:
			return is_identifier(c) ? c : NULL;
		}
	}
	return NULL;
}

/* Skips "const", "&" and the like, which qualify a method's object. */
static node *skip_this_qualifiers(node *c)
{
	while (c) {
		switch (c->type) {
		case DEMANGLE_COMPONENT_CONST_THIS:
		case DEMANGLE_COMPONENT_VOLATILE_THIS:
		case DEMANGLE_COMPONENT_RESTRICT_THIS:
		case DEMANGLE_COMPONENT_REFERENCE_THIS:
		case DEMANGLE_COMPONENT_RVALUE_REFERENCE_THIS:
		case DEMANGLE_COMPONENT_TRANSACTION_SAFE:
		case DEMANGLE_COMPONENT_NOEXCEPT:
		case DEMANGLE_COMPONENT_THROW_SPEC:
			c = c->u.s_binary.left;
			break;
		default:
			return c;
		}
	}
	return c;
}

/* The name of a function that is an argument, without its parameters. */
static void strip_function_argument(node **argument)
{
	node *name = *argument;

	if (!name || name->type != DEMANGLE_COMPONENT_TYPED_NAME)
		return;
	name = skip_this_qualifiers(name->u.s_binary.left);
	if (name)
		*argument = name;
}

/*
 * libiberty names constructors and destructors by the identifier that it read
 * last.  The class has another one when the constructor is inherited (CI1,
 * CI2: the base came last) and when the class has no name of its own.
 */
static void name_after_class(const node *qualified)
{
	node *method = qualified->u.s_binary.right;
	node *name = find_class_name(qualified->u.s_binary.left);

	if (!method || !name)
		return;
	if (method->type == DEMANGLE_COMPONENT_CTOR)
		method->u.s_ctor.name = name;
	else if (method->type == DEMANGLE_COMPONENT_DTOR)
		method->u.s_dtor.name = name;
}

static node *new_tree_node(struct tree *t)
{
	node *c = &t->extra[t->n_extra++];

	memset(c, 0, sizeof(*c));
	return c;
}

static node *new_name_node(struct tree *t, const char *name)
{
	node *c = new_tree_node(t);

	c->type = DEMANGLE_COMPONENT_NAME;
	c->u.s_name.s = name;
	c->u.s_name.len = (int)strlen(name);
	return c;
}

static node *new_pair_node(struct tree *t, enum demangle_component_type type,
			   node *left, node *right)
{
	node *c = new_tree_node(t);

	c->type = type;
	c->u.s_binary.left = left;
	c->u.s_binary.right = right;
	return c;
}

/* name<a, b> becomes name OPENS <a, b, CLOSES>. */
static void hide_arguments(struct tree *t, node *template)
{
	node *last = template->u.s_binary.right;

	if (!template->u.s_binary.left || !last ||
	    last->type != DEMANGLE_COMPONENT_TEMPLATE_ARGLIST ||
	    t->most_extra - t->n_extra < 4)
		return;
	while (last->u.s_binary.right)
		last = last->u.s_binary.right;

	/* The closing mark is a last argument; the opening one ends the name. */
	last->u.s_binary.right =
		new_pair_node(t, DEMANGLE_COMPONENT_TEMPLATE_ARGLIST,
			      new_name_node(t, "\2"), NULL);
	template->u.s_binary.left = new_pair_node(
		t, DEMANGLE_COMPONENT_COMPOUND_NAME, template->u.s_binary.left,
		new_name_node(t, "\1"));
}

/* Cuts "std::basic_string<char, ...>", which the ABI abbreviates to a node. */
static void cut_abbreviation(node *c)
{
	const char *angle =
		memchr(c->u.s_string.string, '<', (size_t)c->u.s_string.len);

	if (angle)
		c->u.s_string.len = (int)(angle - c->u.s_string.string);
}

/* A lambda or an unnamed type without scope, in the scope given to it below. */
static bool is_local_to_nothing(const node *c)
{
	const node *left = c->u.s_binary.left;

	return c->type == DEMANGLE_COMPONENT_LOCAL_NAME && left &&
	       c->u.s_binary.right && left->type == DEMANGLE_COMPONENT_NAME &&
	       left->u.s_name.len == 1 && left->u.s_name.s[0] == NOWHERE[0];
}

/* Drops the parameters of functions in and around the name. */
static void drop_parameters(node *c)
{
	if (c->type == DEMANGLE_COMPONENT_LOCAL_NAME)
		strip_enclosing_function(c);
	else if (c->type == DEMANGLE_COMPONENT_TEMPLATE_ARGLIST)
		strip_function_argument(&c->u.s_binary.left);
}

static void drop_arguments(struct tree *t, node *c)
{
	if (c->type == DEMANGLE_COMPONENT_TEMPLATE)
		hide_arguments(t, c);
	else if (c->type == DEMANGLE_COMPONENT_SUB_STD)
		cut_abbreviation(c);
}

static void drop_unwanted_parts(struct tree *t, const struct pq_itanium *keep)
{
	for (size_t i = 0; i < t->n; i++) {
		node *c = t->nodes[i];

		if (is_local_to_nothing(c))
			*c = *c->u.s_binary.right;
		if (c->type == DEMANGLE_COMPONENT_QUAL_NAME)
			name_after_class(c);
		if (c->type == DEMANGLE_COMPONENT_UNARY)
			strip_function_argument(&c->u.s_binary.right);
		if (!keep->parameters)
			drop_parameters(c);
		if (!keep->template_arguments)
			drop_arguments(t, c);
	}
}

/* Copies digits and as many bytes behind them; returns the end of both. */
static const char *copy_source_name(const char *at, struct pq_buf *to)
{
	size_t len = 0, digits = strspn(at, "0123456789");

	for (size_t i = 0; i < digits; i++)
		if (len < PQ_DEMANGLE_MOST_BYTES)
			len = len * 10 + (size_t)(at[i] - '0');
	len = digits + strnlen(at + digits, len);
	pq_buf_bytes(to, at, len);
	return at + len;
}

/* True when a type may begin behind the last byte, and no part of a scope. */
static bool type_may_follow(const char *name, const char *at)
{
	char last = at[-1], before = at[-2];

	if (strchr("IPROJ", last))
		return true;
	if (last == 'K')
		return before != 'N' && before != 'V' && before != 'r';
	return last >= 'a' && last <= 'z' && before != 'S' && at - name > 2;
}

/*
 * g++ writes lambdas of default arguments, and unnamed types, as types
 * without any scope ("UliE_"), which libiberty does not read.  Such a type
 * gets the scope NOWHERE.  False when the name has none.
 */
static bool give_scopes(const char *name, struct pq_buf *to)
{
	bool any = false;
	const char *at = name + strlen("_Z");

	pq_buf_str(to, "_Z");
	while (*at) {
		if (pq_is_digit(*at)) {
			at = copy_source_name(at, to);
			continue;
		}
		if (at[0] == 'U' && (at[1] == 'l' || at[1] == 't') &&
		    type_may_follow(name, at)) {
			pq_buf_str(to, "Z1" NOWHERE "E");
			any = true;
		}
		pq_buf_char(to, *at++);
	}
	pq_buf_cstr(to);
	return any;
}

/*
 * What a name with "sr" in it is, has changed with time: libiberty reads it in
 * the newer way, and in the older one where that fails.
 */
enum unresolved_names { OLDER_WAY = 0, NEWER_WAY = 1 };

struct demangle_job {
	const char *name;
	const struct pq_itanium *keep;
	enum unresolved_names way;
	struct tree tree;
};

/*
 * cplus_demangle_v3_components (2.40) leaves the field of its state unset that
 * chooses the way.  Its frame lies where this one was: the field has a value
 * that does not depend on what ran before.  A sanitizer would lay red zones
 * around the numbers, so that they would not be where that frame is.
 */
__attribute__((noinline, no_sanitize("address"))) static void
choose_way(enum unresolved_names way)
{
	int frame[STACK_OF_STATE];

	for (size_t i = 0; i < STACK_OF_STATE; i++)
		frame[i] = (int)way;
	/* The compiler must not see that nobody reads them. */
	__asm__("" : : "r"(frame) : "memory");
}

static bool print_cpp_tree(struct pq_demangle_sink *sink, struct tree *t)
{
	if (setjmp(sink->stop))
		return false;
	return cplus_demangle_print_callback(DMGL_PARAMS | DMGL_ANSI, t->root,
					     copy_visible_bytes, sink) != 0;
}

static bool print_cpp_name(struct pq_demangle_sink *sink, void *arg)
{
	struct demangle_job *job = arg;
	struct tree *t = &job->tree;
	/* Without DMGL_PARAMS, any text may follow the name. */
	int options = job->keep->parameters ? DMGL_PARAMS | DMGL_ANSI
					    : DMGL_ANSI;
	bool good = false;

	t->n_extra = 0;
	choose_way(job->way);
	t->root = cplus_demangle_v3_components(job->name, options, &t->memory);
	if (!t->root)
		return false;

	/* Suffixes of clones are dropped in every mode. */
	while (t->root->type == DEMANGLE_COMPONENT_CLONE)
		t->root = t->root->u.s_binary.left;
	collect_nodes(t);

	/* A full array of nodes may be short of some: do not print those. */
	if (t->n < t->most && fits_libiberty_stack(t)) {
		drop_unwanted_parts(t, job->keep);
		good = print_cpp_tree(sink, t);
	}
	free(t->memory);
	return good;
}

static bool demangle_once(const char *name, size_t len,
			  const struct pq_itanium *keep,
			  enum unresolved_names way, struct pq_buf *to)
{
	struct demangle_job job = { .name = name, .keep = keep, .way = way };
	struct tree *t = &job.tree;
	bool good;

	t->most = len * 2 + 16; /* libiberty: 2 a byte at most */
	t->nodes = pq_alloc(t->most * sizeof(*t->nodes));
	t->most_extra = keep->template_arguments ? 0 : len + 4;
	t->extra = pq_alloc((t->most_extra + 1) * sizeof(*t->extra));
	good = pq_demangle_print(print_cpp_name, &job, len * 4 + 256, to);
	pq_free(t->extra);
	pq_free(t->nodes);
	return good;
}

bool pq_itanium_demangle(const char *name, size_t len,
			 const struct pq_itanium *keep, struct pq_buf *to)
{
	struct pq_buf scoped = { 0 };
	bool good = demangle_once(name, len, keep, NEWER_WAY, to) ||
		    (strstr(name, "sr") &&
		     demangle_once(name, len, keep, OLDER_WAY, to));

	if (!good && give_scopes(name, &scoped))
		good = demangle_once(pq_unchecked_bytes(scoped.data),
				     scoped.len, keep, NEWER_WAY, to);
	pq_buf_release(&scoped);
	return good;
}
