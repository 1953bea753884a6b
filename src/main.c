#include "cli/main.h"
#include "shell/shell.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
	return pq_cli_main(argc, argv, pq_shell_run);
}
