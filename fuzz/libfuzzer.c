/*
 * libFuzzer's entry points around the target named by -DFUZZ_TARGET=, and
 * around its mutators where -DFUZZ_MUTATE= and -DFUZZ_CROSS= name some.
 */
#include "fuzz.h"

#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_TARGET(data, size);
	return 0;
}

#ifdef FUZZ_MUTATE
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
			       unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
			       unsigned seed)
{
	return FUZZ_MUTATE(data, size, most, seed, LLVMFuzzerMutate);
}
#endif

#ifdef FUZZ_CROSS
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
				 const uint8_t *b, size_t b_size, uint8_t *to,
				 size_t room, unsigned seed);

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
				 const uint8_t *b, size_t b_size, uint8_t *to,
				 size_t room, unsigned seed)
{
	return FUZZ_CROSS(a, a_size, b, b_size, to, room, seed);
}
#endif
