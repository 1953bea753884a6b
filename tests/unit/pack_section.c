#include "pack_section.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "suites.h"

static Elf64_Shdr *find_section(uint8_t *bytes, const char *name)
{
	Elf64_Ehdr *head = (Elf64_Ehdr *)(void *)bytes;
	Elf64_Shdr *all = (Elf64_Shdr *)(void *)(bytes + head->e_shoff);
	const char *names = (char *)bytes + all[head->e_shstrndx].sh_offset;

	for (int i = 0; i < head->e_shnum; i++)
		if (!strcmp(names + all[i].sh_name, name))
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
		content = bytes + s->sh_offset;
		content_bytes = s->sh_size;
	}
	ck_assert_int_eq(compress2(to, &packed, content, content_bytes, 6),
			 Z_OK);
	*head = (Elf64_Chdr){ .ch_type = ELFCOMPRESS_ZLIB,
			      .ch_size = content_bytes +
					 (how == PACKED_AS_LONGER) -
					 (how == PACKED_AS_SHORTER),
			      .ch_addralign = 1 };
	if (how == PACKED_WITH_A_WRONG_SUM)
		to[packed - 1] ^= 1;
	if (how == PACKED_WITHOUT_ITS_END)
		packed -= packed / 4;

	s->sh_flags |= SHF_COMPRESSED;
	s->sh_offset = (Elf64_Off)((uint8_t *)head - bytes);
	s->sh_size = sizeof(*head) + packed;
	return s->sh_offset + s->sh_size;
}
