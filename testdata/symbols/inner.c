/* A function that the other file's takes in, when both are linked as one. */

volatile int joined_sink;

int inner(int x)
{
	joined_sink = x * 3;
	return joined_sink + x;
}
