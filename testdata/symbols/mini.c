/* A library that exports one function and keeps its work to itself. */
volatile int kept;

__attribute__((noinline)) static void rarely(int x)
{
	kept = x;
}

__attribute__((noinline)) static int often(int x)
{
	if (x < 0)
		rarely(x);
	return x * kept;
}

int exported(int x)
{
	return often(x) + often(x + 1);
}
