/* One unit whose code is in two places, of which DWARF 2 can tell one. */

static volatile int sink;

__attribute__((section(".text.far"), noinline)) int far_away(int x)
{
	sink = x;
	return x * 3 + sink;
}

__attribute__((noinline)) int close_by(int x)
{
	return far_away(x) + 1;
}

void _start(void)
{
	for (;;)
		sink = close_by(sink);
}
