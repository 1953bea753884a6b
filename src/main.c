#include "cli/main.h"
#include "shell/shell.h"
#ifdef PQ_MICROHTTPD
#include "web/serve.h"
#endif

#include "base/banned.h"

int main(int argc, char **argv)
{
	static const struct pq_fronts fronts = {
		.shell = pq_shell_run,
#ifdef PQ_MICROHTTPD
		.serve = pq_web_serve,
#endif
	};

	return pq_cli_main(argc, argv, &fronts);
}
