/* With inner.c the source of `joined': its units refer to one another. */

int inner(int x);

__attribute__((noinline)) int outer(int x)
{
	return inner(x) - 1;
}

void _start(void)
{
	for (int x = 0;; x++)
		outer(x);
}
