#include "mutate.h"

#include <stdlib.h>
#include <string.h>

#include "gzip_bytes.h"
#include "wire.h"

enum { MOST_PLAIN = 1 << 20, MOST_CHANGES = 4, MOST_LIST = 1 << 14 };

struct place {
	struct wire_message *in;
	size_t at;
};

struct mutation {
	struct wire_tree tree;
	struct place *places; /* every field of the tree */
	size_t n, room;
	size_t n_strings;
	uint64_t chance;
	fuzz_mutate_bytes *bytes;
	size_t most;
};

/* ---- finding fields ---- */

static void add_places(struct mutation *m, struct wire_message *in)
{
	for (size_t i = 0; i < in->n; i++) {
		if (m->n == m->room) {
			size_t grown = m->room ? m->room * 2 : 256;
			struct place *more = wire_alloc(
				&m->tree, grown * sizeof(*m->places));

			if (m->n)
				memcpy(more, m->places, m->n * sizeof(*more));
			m->places = more;
			m->room = grown;
		}
		m->places[m->n++] = (struct place){ in, i };
		if (in->fields[i].shape == WIRE_IS_MESSAGE)
			add_places(m, in->fields[i].message);
	}
}

static void find_places(struct mutation *m)
{
	m->n = m->n_strings = 0;
	add_places(m, &m->tree.root);
	for (size_t i = 0; i < m->tree.root.n; i++)
		m->n_strings += m->tree.root.fields[i].number == 6;
}

static size_t below(struct mutation *m, size_t n)
{
	return fuzz_below(&m->chance, n);
}

static struct wire_field *field_at(struct place p)
{
	return &p.in->fields[p.at];
}

/* Any field; large tables do not drown the few fields of the header. */
static struct place any_place(struct mutation *m)
{
	if (below(m, 4))
		return m->places[below(m, m->n)];
	return (struct place){ &m->tree.root, below(m, m->tree.root.n) };
}

/* A table whose first string is not empty is refused, and nothing else seen. */
static bool is_empty_string(const struct wire_field *f)
{
	return f->number == 6 && f->shape == WIRE_IS_BYTES && !f->n;
}

/* Any field of a shape, or in vain: then in is NULL. */
static struct place place_of(struct mutation *m, enum wire_shape shape)
{
	size_t from = below(m, m->n);

	for (size_t i = 0; i < m->n; i++) {
		struct place p = m->places[(from + i) % m->n];

		if (field_at(p)->shape == shape &&
		    (!is_empty_string(field_at(p)) || !below(m, 32)))
			return p;
	}
	return (struct place){ NULL, 0 };
}

/* ---- numbers ---- */

static uint64_t edge_of(struct mutation *m)
{
	static const uint64_t edges[] = {
		0,
		1,
		2,
		127,
		128,
		255,
		4095,
		65536,
		INT32_MAX,
		UINT32_MAX,
		(uint64_t)UINT32_MAX + 1,
		INT64_MAX,
		(uint64_t)INT64_MAX + 1,
		UINT64_MAX,
		UINT64_MAX - 1,
		(uint64_t)1 << 53,
		1000000000,
		1024,
		1000,
		(uint64_t)1 << 62,
	};

	return edges[below(m, sizeof(edges) / sizeof(*edges))];
}

/* The number of another field that means the same. */
static uint64_t borrowed(struct mutation *m, enum wire_meaning meaning)
{
	for (int i = 0; i < 16; i++) {
		struct wire_field *f = field_at(m->places[below(m, m->n)]);

		if (f->meaning != meaning)
			continue;
		if (f->shape == WIRE_IS_NUMBER)
			return f->value;
		if (f->shape == WIRE_IS_LIST && f->n)
			return f->list[below(m, f->n)];
	}
	return below(m, 8);
}

static uint64_t changed(struct mutation *m, uint64_t value,
			enum wire_meaning meaning)
{
	switch (below(m, 7)) {
	case 0:
		return edge_of(m);
	case 1:
		return value + below(m, 9) - 4;
	case 2:
		return value ^ (uint64_t)1 << below(m, 64);
	case 3:
		return meaning == WIRE_STRING ? m->n_strings - 1 + below(m, 3)
					      : 0 - value;
	case 4:
		return meaning == WIRE_STRING ? below(m, m->n_strings + 1)
					      : value * 2;
	default:
		return borrowed(m, meaning);
	}
}

static void change_number(struct mutation *m)
{
	struct wire_field *f;
	struct place p =
		place_of(m, below(m, 3) ? WIRE_IS_NUMBER : WIRE_IS_LIST);
	size_t i;

	if (!p.in)
		return;
	f = field_at(p);
	if (f->shape == WIRE_IS_NUMBER) {
		f->value = changed(m, f->value, f->meaning);
	} else if (f->n) {
		i = below(m, f->n);
		f->list[i] = changed(m, f->list[i], f->meaning);
	}
}

/* ---- lists of numbers ---- */

static void unpack(struct mutation *m, struct place p)
{
	struct wire_field list = *field_at(p);

	wire_remove(p.in, p.at);
	for (size_t i = 0; i < list.n; i++) {
		struct wire_field *f = wire_insert(&m->tree, p.in, p.at + i);

		f->number = list.number;
		f->meaning = list.meaning;
		f->shape = WIRE_IS_NUMBER;
		f->value = list.list[i];
	}
}

/* A number and those that follow it become a list. */
static void pack(struct mutation *m, struct place p)
{
	struct wire_field *f = field_at(p);
	uint64_t *list;
	size_t n = 1;

	while (p.at + n < p.in->n && f[n].number == f->number &&
	       f[n].shape == WIRE_IS_NUMBER)
		n++;
	list = wire_alloc(&m->tree, n * sizeof(*list));
	for (size_t i = 0; i < n; i++)
		list[i] = f[i].value;
	for (size_t i = 1; i < n; i++)
		wire_remove(p.in, p.at + 1);
	f->shape = WIRE_IS_LIST;
	f->list = list;
	f->n = n;
}

/* The list once more behind itself, or a number of it over and over. */
static void lengthen(struct mutation *m, struct wire_field *f)
{
	size_t more = below(m, 3) ? f->n : 1 + below(m, 64), n = f->n;
	uint64_t *list;

	if (!n || n + more > MOST_LIST)
		return;
	list = wire_alloc(&m->tree, (n + more) * sizeof(*list));
	memcpy(list, f->list, n * sizeof(*list));
	for (size_t i = 0; i < more; i++)
		list[n + i] = more == n ? list[i] : list[n - 1];
	f->list = list;
	f->n += more;
}

static void change_list(struct mutation *m)
{
	struct place p = place_of(m, WIRE_IS_LIST);
	struct wire_field *f;

	if (!below(m, 6)) {
		p = place_of(m, WIRE_IS_NUMBER);
		if (p.in)
			pack(m, p);
		return;
	}
	if (!p.in)
		return;
	f = field_at(p);
	switch (below(m, 4)) {
	case 0:
		if (f->n < 64)
			unpack(m, p);
		break;
	case 1:
		if (f->n)
			f->n = below(m, f->n);
		break;
	case 2:
		for (size_t i = 0; i < f->n / 2; i++) {
			uint64_t last = f->list[f->n - 1 - i];

			f->list[f->n - 1 - i] = f->list[i];
			f->list[i] = last;
		}
		break;
	default:
		lengthen(m, f);
	}
}

/* ---- strings ---- */

/* What a careless writer, demangler or scaler would trip over. */
static const char *const texts[] = {
	"nanoseconds",
	"bytes",
	"count",
	"kb",
	"cpu",
	"inuse_space",
	"1e9",
	"\"];\nN1 -> N2 [URL=\"x\"]; \"",
	"\\",
	"\\\"",
	"\\n\\l\\r",
	"N1",
	"</script><script>alert(1)</script>",
	"]]>",
	"<!--",
	"-->",
	"&amp;",
	"&#0;",
	"'\"<>&",
	"\x1b[31m",
	"\n",
	"\r\n",
	"\t",
	";",
	"a;b 1",
	" 1",
	"\xc2\x85",
	"\xe2\x80\xae",
	"\xef\xbf\xbe",
	"\xff\xfe",
	"\xc0\x80",
	"\xed\xa0\x80",
	"\xf4\x90\x80\x80",
	"\xf0\x9f\x98\x80",
	"=1+1",
	"%s%n",
	"_ZN4base7MessageC1Ev",
	"_ZNSt6vectorIiSaIiEE9push_backEOi",
	"_RNvC6_123foo3bar",
	"_ZN3foo3bar17h0123456789abcdefE",
	"main.(*T[go.shape.int]).f",
	"std::map<int, std::less<int> >::at(int)",
	"java.lang.Thread.run",
	"runtime.goexit",
	"[kernel.kallsyms]",
	"/proc/self/environ",
	"../../etc/passwd",
	"(.*)*",
	"a{999}",
	"^.$|(",
	"",
};

static void set_text(struct mutation *m, struct wire_field *f, const char *text,
		     size_t n)
{
	f->bytes = wire_alloc(&m->tree, n);
	if (n)
		memcpy(f->bytes, text, n);
	f->n = n;
}

static void grow_text(struct mutation *m, struct wire_field *f)
{
	size_t n = f->n, times = 2 + below(m, 30);
	uint8_t *bytes;

	if (!n || n * times > 4096)
		return;
	bytes = wire_alloc(&m->tree, n * times);
	for (size_t i = 0; i < times; i++)
		memcpy(bytes + i * n, f->bytes, n);
	f->bytes = bytes;
	f->n = n * times;
}

static void change_bytes(struct mutation *m, struct wire_field *f)
{
	size_t room = f->n + 64;
	uint8_t *bytes = wire_alloc(&m->tree, room);

	if (f->n)
		memcpy(bytes, f->bytes, f->n);
	f->n = m->bytes(bytes, f->n, room);
	f->bytes = bytes;
}

static void change_text(struct mutation *m)
{
	struct place p = place_of(m, WIRE_IS_BYTES);
	const char *text = texts[below(m, sizeof(texts) / sizeof(*texts))];
	struct wire_field *f;

	if (!p.in)
		return;
	f = field_at(p);
	switch (below(m, 6)) {
	case 0:
		grow_text(m, f);
		break;
	case 1:
	case 2:
	case 3:
		set_text(m, f, text, strlen(text));
		break;
	default:
		change_bytes(m, f);
	}
}

/* ---- whole fields ---- */

/* Two of one id are refused, so that a copy mostly gets another. */
static void give_id(struct mutation *m, struct wire_message *to)
{
	if (to->type != WIRE_LOCATION && to->type != WIRE_FUNCTION &&
	    to->type != WIRE_MAPPING)
		return;
	for (size_t i = 0; i < to->n; i++)
		if (to->fields[i].number == 1 && below(m, 8))
			to->fields[i].value = fuzz_chance(&m->chance) >>
					      below(m, 64);
}

static void copy_field(struct mutation *m)
{
	struct place from = any_place(m);
	struct wire_field f = wire_copy(&m->tree, field_at(from));
	size_t at = from.at + 1;

	if (!below(m, 3))
		at += below(m, from.in->n + 1 - at);
	if (f.shape == WIRE_IS_MESSAGE)
		give_id(m, f.message);
	*wire_insert(&m->tree, from.in, at) = f;
}

static void swap_fields(struct mutation *m)
{
	struct place a = any_place(m);
	struct place b = { a.in, below(m, a.in->n) };
	struct wire_field f = *field_at(a);

	if (is_empty_string(&f) || is_empty_string(field_at(b)))
		return;

	*field_at(a) = *field_at(b);
	*field_at(b) = f;
}

/* Every field of this number, in this message, twice or not at all. */
static void change_all(struct mutation *m)
{
	struct place p = any_place(m);
	uint64_t number = field_at(p)->number;
	bool drop = below(m, 4) == 0;

	if (!drop && p.in->n > MOST_LIST)
		return;
	for (size_t i = p.in->n; i-- > 0;) {
		struct wire_field f;

		if (p.in->fields[i].number != number)
			continue;
		if (drop) {
			wire_remove(p.in, i);
			continue;
		}
		f = wire_copy(&m->tree, &p.in->fields[i]);
		*wire_insert(&m->tree, p.in, i) = f;
	}
}

/* Tables may stand before or behind what uses them. */
static void move_all(struct mutation *m)
{
	struct wire_message *root = &m->tree.root;
	uint64_t number = field_at(any_place(m))->number;
	bool up = below(m, 2);
	size_t to = 0;

	for (size_t i = 0; i < root->n; i++) {
		struct wire_field f = root->fields[i];

		if ((f.number == number) != up)
			continue;
		wire_remove(root, i);
		*wire_insert(&m->tree, root, to++) = f;
	}
}

static void add_number(struct mutation *m, struct wire_message *in,
		       uint64_t number)
{
	struct wire_field *f = wire_insert(&m->tree, in, in->n);
	enum wire_message_type child;
	enum wire_shape shape;

	f->number = number;
	f->shape = WIRE_IS_NUMBER;
	wire_rule(in->type, number, &shape, &f->meaning, &child);
	f->value = borrowed(m, f->meaning);
	if (!below(m, 4))
		f->value = changed(m, f->value, f->meaning);
}

/* Most of the numbers that a message has. */
static void fill(struct mutation *m, struct wire_message *in)
{
	enum wire_message_type child;
	enum wire_meaning meaning;
	enum wire_shape shape;

	for (uint64_t i = 1; wire_rule(in->type, i, &shape, &meaning, &child);
	     i++)
		if (shape == WIRE_IS_NUMBER && below(m, 4))
			add_number(m, in, i);
}

/* A field that the format has, be it there already or not. */
static void add_field(struct mutation *m)
{
	struct place p = any_place(m);
	uint64_t number = 1 + below(m, p.in->type == WIRE_PROFILE ? 16 : 11);
	enum wire_message_type child;
	enum wire_meaning meaning;
	enum wire_shape shape;
	struct wire_field *f;

	wire_rule(p.in->type, number, &shape, &meaning, &child);
	if (shape == WIRE_IS_NUMBER ||
	    (shape == WIRE_IS_BYTES && number != 6)) {
		add_number(m, p.in, number);
		return;
	}
	f = wire_insert(&m->tree, p.in, p.in->n);
	f->number = number;
	f->shape = shape;
	if (shape == WIRE_IS_BYTES) {
		const char *text =
			texts[below(m, sizeof(texts) / sizeof(*texts))];

		set_text(m, f, text, strlen(text));
		return;
	}
	f->message = wire_alloc(&m->tree, sizeof(*f->message));
	memset(f->message, 0, sizeof(*f->message));
	f->message->type = child;
	fill(m, f->message);
}

/* What no encoder writes: another wire type, another field, longer numbers. */
static void distort(struct mutation *m)
{
	struct wire_field *f = field_at(any_place(m));

	switch (below(m, 4)) {
	case 0:
		f->number = below(m, 3) ? 1 + below(m, 16) : edge_of(m) >> 3;
		break;
	case 1:
		f->padded = 1 + (unsigned)below(m, 10);
		break;
	case 2:
		if (f->shape == WIRE_IS_NUMBER)
			f->shape = below(m, 2) ? WIRE_IS_FIXED32
					       : WIRE_IS_FIXED64;
		break;
	default:
		if (f->shape == WIRE_IS_BYTES) {
			f->shape = WIRE_IS_NUMBER;
			f->value = f->n;
		}
	}
}

static void change(struct mutation *m)
{
	struct place p;

	find_places(m);
	if (!m->n || !m->tree.root.n) {
		wire_insert(&m->tree, &m->tree.root, 0)->number = 6;
		return;
	}
	switch (below(m, 20)) {
	case 0:
		p = any_place(m);
		if (!is_empty_string(field_at(p)))
			wire_remove(p.in, p.at);
		break;
	case 1:
	case 2:
		copy_field(m);
		break;
	case 3:
		swap_fields(m);
		break;
	case 4:
		change_all(m);
		break;
	case 5:
		move_all(m);
		break;
	case 6:
	case 7:
	case 8:
		add_field(m);
		break;
	case 9:
		if (below(m, 3))
			change_text(m);
		else
			distort(m);
		break;
	case 10:
	case 11:
		change_list(m);
		break;
	case 12:
	case 13:
	case 14:
		change_text(m);
		break;
	default:
		change_number(m);
	}
}

/* ---- for libFuzzer ---- */

static size_t mutate_plain(struct mutation *m, uint8_t *data, size_t size)
{
	size_t n;

	if (!below(m, 16) || !wire_tree_decode(&m->tree, data, size)) {
		wire_tree_free(&m->tree);
		return m->bytes(data, size, m->most);
	}
	for (size_t i = 1 + below(m, MOST_CHANGES); i; i--)
		change(m);
	n = wire_tree_encode(&m->tree, data, m->most);
	wire_tree_free(&m->tree);
	return n;
}

size_t fuzz_mutate_profile(uint8_t *data, size_t size, size_t most,
			   unsigned seed, fuzz_mutate_bytes *bytes)
{
	struct mutation m = { .chance = seed, .bytes = bytes, .most = most };
	uint8_t *plain;
	size_t n = 0;

	if (!fuzz_is_gzip(data, size))
		return mutate_plain(&m, data, size);
	plain = malloc(MOST_PLAIN);
	if (!plain)
		abort();
	if (below(&m, 16))
		n = fuzz_inflate(data, size, plain, MOST_PLAIN);
	if (n) {
		m.most = n + 4096 < MOST_PLAIN ? n + 4096 : MOST_PLAIN;
		n = mutate_plain(&m, plain, n);
		if (below(&m, 4) && n <= most)
			memcpy(data, plain, n);
		else
			n = fuzz_deflate(plain, n, 6, data, most);
	}
	free(plain);
	return n ? n : bytes(data, size, most);
}

size_t fuzz_cross_profiles(const uint8_t *a, size_t a_size, const uint8_t *b,
			   size_t b_size, uint8_t *to, size_t room,
			   unsigned seed)
{
	struct wire_tree x, y, all = { 0 };
	uint64_t state = seed;
	bool x_good = wire_tree_decode(&x, a, a_size);
	bool y_good = wire_tree_decode(&y, b, b_size);
	size_t n = 0;

	if (x_good && y_good) {
		/* 1 bit a field number: from where its fields come */
		uint64_t from = fuzz_chance(&state);
		struct wire_message *const roots[] = { &x.root, &y.root };

		for (size_t side = 0; side < 2; side++)
			for (size_t i = 0; i < roots[side]->n; i++) {
				struct wire_field f = roots[side]->fields[i];

				if ((from >> (f.number & 31) & 1) == side)
					*wire_insert(&all, &all.root,
						     all.root.n) = f;
			}
		n = wire_tree_encode(&all, to, room);
	}
	wire_tree_free(&all);
	wire_tree_free(&x);
	wire_tree_free(&y);
	return n;
}
