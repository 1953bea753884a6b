#include "pack_section.h"

#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "suites.h"

/* The programs are of machines that put the lowest byte first. */
static Elf64_Shdr *find_section(uint8_t *bytes, const char *name)
{
	Elf64_Ehdr *head = (Elf64_Ehdr *)(void *)bytes;
	Elf64_Shdr *all =
		(Elf64_Shdr *)(void *)(bytes + le64toh(head->e_shoff));
	const char *names = (char *)bytes +
			    le64toh(all[le16toh(head->e_shstrndx)].sh_offset);

	for (int i = 0; i < le16toh(head->e_shnum); i++)
		if (!strcmp(names + le32toh(all[i].sh_name), name))
			return &all[i];
	ck_abort_msg("no section %s", name);
	return NULL;
}

size_t pack_section(uint8_t *bytes, size_t n, size_t room, const char *name,
		    const uint8_t *content, size_t content_bytes,
		    enum packed_how how)
{
	Elf64_Shdr *s = find_section(bytes, name);
	Elf64_Chdr *head = (Elf64_Chdr *)(void *)(bytes + (n + 7) / 8 * 8);
	uint8_t *to = (uint8_t *)(head + 1);
	uLongf packed = (uLongf)(bytes + room - to);

	if (!content) {
		content = bytes + le64toh(s->sh_offset);
		content_bytes = le64toh(s->sh_size);
	}
	ck_assert_int_eq(compress2(to, &packed, content, content_bytes, 6),
			 Z_OK);
	*head = (Elf64_Chdr){ .ch_type = htole32(ELFCOMPRESS_ZLIB),
			      .ch_size = htole64(content_bytes +
						 (how == PACKED_AS_LONGER) -
						 (how == PACKED_AS_SHORTER)),
			      .ch_addralign = htole64(1) };
	if (how == PACKED_WITH_A_WRONG_SUM)
		to[packed - 1] ^= 1;
	if (how == PACKED_WITHOUT_ITS_END)
		packed -= packed / 4;

	s->sh_flags |= htole64(SHF_COMPRESSED);
	s->sh_offset = htole64((Elf64_Off)((uint8_t *)head - bytes));
	s->sh_size = htole64(sizeof(*head) + packed);
	return (size_t)(to + packed - bytes);
}
