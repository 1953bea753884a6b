/* What a library has of others: data and a function, by slots of its table. */

extern int elsewhere(int x);
extern int counter;
static const int table[4] = { 7, 11, 13, 17 };

int slots(int x)
{
	counter += x;
	return elsewhere(x) + table[x & 3];
}
