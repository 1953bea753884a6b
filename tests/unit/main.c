/*
 * Runs every suite.  CK_RUN_SUITE=base_cursor picks one and CK_VERBOSITY=verbose
 * names every test; see Check's manual.
 */
#include <stdlib.h>

#include "suites.h"

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

#define SUITE(folder, module) \
	srunner_add_suite(runner, folder##_##module##_suite());
#include "suites.def"
#undef SUITE
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
