/* The source of `shop`; testdata/README says how it was built. */
namespace shop
{

struct item {
	int price, count;
};

template <typename T> static inline T at_least(T value, T least)
{
	return value < least ? least : value;
}

static inline int discounted(int price, int percent)
{
	return at_least(price - price * percent / 100, 1);
}

__attribute__((noinline)) int total(const item *items, int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += discounted(items[i].price, n) * items[i].count;
	return sum;
}

__attribute__((noinline)) int checkout(item *items, int n)
{
	items[0].count++;
	return total(items, n) + at_least(n, 3);
}

} // namespace shop

static shop::item items[8];

extern "C" void _start()
{
	for (int n = 1;; n = n % 8 + 1)
		shop::checkout(items, n);
}
