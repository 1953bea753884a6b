#include "symbolize/go_module.h"

#include "symbolize/elf/pointers.h"

#include "base/banned.h"

/* Places in the record, in words; Go 1.20 has two more before the data. */
enum { TEXT_AT = 22, DATA_AT_118 = 38, DATA_AT_120 = 40 };

/* More than one record points to the table only by chance, or by damage. */
enum { MOST_RECORDS = 16 };

static uint64_t record_word(struct pq_elf_content *c,
			    const struct pq_go_table *t, uint64_t record,
			    unsigned i)
{
	return pq_elf_pointer_at(c, record + (uint64_t)i * t->word);
}

struct pq_bytes pq_go_module_data(struct pq_elf_content *c,
				  const struct pq_go_table *t)
{
	unsigned data_at = t->version >= PQ_GO_120 ? DATA_AT_120 : DATA_AT_118;
	uint64_t records[MOST_RECORDS];
	size_t n = 0;

	if (t->version >= PQ_GO_118 && t->word == (c->elf->wide ? 8 : 4))
		n = pq_elf_pointers_to(c, t->address, records, MOST_RECORDS);
	for (size_t i = 0; i < n; i++)
		if (record_word(c, t, records[i], TEXT_AT) == t->text)
			return pq_elf_bytes_at(c, record_word(c, t, records[i],
							      data_at));
	return pq_bytes_over(NULL, 0, c->elf->big);
}
