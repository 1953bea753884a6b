#include "gzip/inflate.h"
#include "gzip/inflate_backend.h"

#include "base/banned.h"

#ifdef PQ_ISAL
#define ISAL &pq_inflate_isal
#define ISAL_NAME "isal, "
#else
#define ISAL NULL
#define ISAL_NAME ""
#endif

#ifdef PQ_LIBDEFLATE
#define LIBDEFLATE &pq_inflate_libdeflate
#define LIBDEFLATE_NAME "libdeflate, "
#else
#define LIBDEFLATE NULL
#define LIBDEFLATE_NAME ""
#endif

bool pq_inflate_check(enum pq_inflate_choice choice, struct pq_error *err)
{
	const struct pq_inflate_backend *isal = ISAL, *libdeflate = LIBDEFLATE;

	if ((choice == PQ_INFLATE_ISAL && !isal) ||
	    (choice == PQ_INFLATE_LIBDEFLATE && !libdeflate))
		return pq_fail(err, PQ_EUSAGE,
			       "this profq was built without that library; it "
			       "has " ISAL_NAME LIBDEFLATE_NAME "zlib");
	return true;
}

const char *pq_inflate_libraries(void)
{
	return ISAL_NAME LIBDEFLATE_NAME "zlib";
}

const struct pq_inflate_backend *
pq_inflate_streaming(enum pq_inflate_choice choice)
{
	const struct pq_inflate_backend *isal = ISAL;

	if (isal && choice != PQ_INFLATE_ZLIB)
		return isal;
	return &pq_inflate_zlib;
}

const struct pq_inflate_backend *
pq_inflate_at_once(enum pq_inflate_choice choice)
{
	if (choice == PQ_INFLATE_AUTO || choice == PQ_INFLATE_LIBDEFLATE)
		return LIBDEFLATE;
	return NULL;
}

bool pq_inflates_whole(enum pq_inflate_choice choice)
{
	return pq_inflate_at_once(choice) != NULL;
}
