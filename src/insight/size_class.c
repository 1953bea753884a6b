#include "insight/size_class.h"

#include <stddef.h>

#include "base/banned.h"

#define PAGE 8192

/* Larger sizes are not told apart, so that nothing here overflows. */
#define MOST_BYTES (INT64_C(1) << 61)

static const int32_t classes[] = {
	8,     16,    24,    32,    48,	   64,	  80,	 96,	112,   128,
	144,   160,   176,   192,   208,   224,	  240,	 256,	288,   320,
	352,   384,   416,   448,   480,   512,	  576,	 640,	704,   768,
	896,   1024,  1152,  1280,  1408,  1536,  1792,	 2048,	2304,  2688,
	3072,  3200,  3456,  4096,  4864,  5376,  6144,	 6528,	6784,  6912,
	8192,  9472,  9728,  10240, 10880, 12288, 13568, 14336, 16384, 18432,
	19072, 20480, 21760, 24576, 27264, 28672, 32768,
};
#define N_CLASSES (sizeof(classes) / sizeof(classes[0]))

/* The position of the first class of at least so many bytes. */
static size_t find_class(int64_t bytes)
{
	size_t low = 0, high = N_CLASSES - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (classes[middle] >= bytes)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

int64_t pq_size_class(int64_t bytes)
{
	if (bytes <= PQ_LARGEST_CLASS)
		return classes[find_class(bytes)];
	if (bytes > MOST_BYTES)
		return MOST_BYTES;
	return (bytes + PAGE - 1) / PAGE * PAGE;
}

int64_t pq_size_doubled_least(int64_t size)
{
	int64_t least = size - (PAGE - 1);
	size_t at;

	if (size <= PQ_LARGEST_CLASS) {
		/* The least request is one byte above the class below. */
		at = find_class(size);
		least = at ? classes[at - 1] + 1 : 1;
	}
	return least > MOST_BYTES / 2 ? MOST_BYTES : pq_size_class(2 * least);
}

int64_t pq_size_doubled_most(int64_t size)
{
	int64_t most, pages;

	if (size > MOST_BYTES / 4)
		return MOST_BYTES;
	most = pq_size_class(2 * size + 16);
	/* Above the classes, pages round a little beyond the double. */
	pages = size > PQ_LARGEST_CLASS ? (int64_t)(2.02 * (double)size) : 0;
	return most > pages ? most : pages;
}

/* append: doubles below 256 elements, then grows by a quarter and a bit. */
int64_t pq_size_appended(int64_t size, int64_t element)
{
	int64_t capacity = size / element;

	if (capacity < 1)
		return 0;
	if (size > MOST_BYTES / 4)
		return MOST_BYTES;
	capacity += capacity < 256 ? capacity : (capacity + 768) >> 2;
	return pq_size_class(capacity * element);
}
