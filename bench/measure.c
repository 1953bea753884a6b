/*
 * measure - runs a command several times and tells what it took:
 *
 *	measure FILE COMMAND [ARGUMENT...]
 *
 * prints the best wall time and the best processor time in ms, MB of FILE per
 * second at that wall time, and the largest resident set in MB.  What the
 * command prints is thrown away.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 5 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void run_child(char **command)
{
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		_exit(126);
	execvp(command[0], command);
	_exit(127);
}

static double ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

/* Returns the wall time, or a negative number when the command failed. */
static double run(char **command, double *cpu_ms, double *peak_mb)
{
	double start = now_ms(), took, cpu;
	struct rusage usage;
	pid_t child = fork();
	int status;

	if (child == 0)
		run_child(command);
	if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
		perror("measure");
		return -1;
	}
	took = now_ms() - start;
	if (status != 0)
		return -1;
	cpu = ms_of(usage.ru_utime) + ms_of(usage.ru_stime);
	if (*cpu_ms < 0 || cpu < *cpu_ms)
		*cpu_ms = cpu;
	if ((double)usage.ru_maxrss / 1024 > *peak_mb)
		*peak_mb = (double)usage.ru_maxrss / 1024;
	return took;
}

int main(int argc, char **argv)
{
	double best_ms = 0, cpu_ms = -1, peak_mb = 0;
	struct stat st;

	if (argc < 3) {
		fprintf(stderr, "usage: measure FILE COMMAND [ARGUMENT...]\n");
		return 2;
	}
	if (stat(argv[1], &st) != 0) {
		perror(argv[1]);
		return 2;
	}
	for (int i = 0; i < RUNS; i++) {
		double ms = run(argv + 2, &cpu_ms, &peak_mb);

		if (ms < 0) {
			printf("%10s\n", "failed");
			return 1;
		}
		if (i == 0 || ms < best_ms)
			best_ms = ms;
	}
	printf("%10.1f ms %10.1f ms CPU %8.1f MB/s %8.1f MB peak\n", best_ms,
	       cpu_ms, (double)st.st_size / 1e3 / best_ms, peak_mb);
	return 0;
}
