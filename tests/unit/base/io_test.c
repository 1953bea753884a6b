#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "host/process.h"

/*
 * Every test has an empty directory as its working directory; TEMP names it
 * from outside.
 */
static char temp[PATH_MAX];
static int home = -1;

static void enter(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(temp, sizeof(temp), "%s/profq-io.XXXXXX",
		 base ? base : "/tmp");
	home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(home, 0);
	ck_assert_ptr_nonnull(mkdtemp(temp));
	ck_assert_int_eq(chdir(temp), 0);
}

static void leave(void)
{
	static const char *const names[] = { "file",	   "link", "dir/file",
					     "dir/first", "fifo", "other" };

	for (int i = 0; i < ROWS(names); i++)
		unlink(names[i]);
	rmdir("dir");
	ck_assert_int_eq(fchdir(home), 0);
	close(home);
	/* fails if a temporary file was left behind */
	ck_assert_msg(!rmdir(temp), "%s: %s", temp, strerror(errno));
	ck_assert(pq_mem_used() == 0);
}

static void put(const char *name, const char *content)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	fputs(content, f);
	ck_assert_int_eq(fclose(f), 0);
}

static bool holds(const char *name, const char *content)
{
	char back[64] = "";
	FILE *f = fopen(name, "r");
	size_t n;

	if (!f)
		return false;
	n = fread(back, 1, sizeof(back) - 1, f);
	fclose(f);
	return n == strlen(content) && !memcmp(back, content, n);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	return lstat(name, &st) ? 0 : st.st_mode & 07777;
}

static bool is_link(const char *name)
{
	struct stat st;

	return !lstat(name, &st) && S_ISLNK(st.st_mode);
}

/* Begins an output and writes "new" to it. */
static struct pq_output begun(const char *name)
{
	struct pq_error err = { 0 };
	struct pq_output o;

	ck_assert_msg(pq_output_begin(&o, name, &err), "%s", err.msg);
	ck_assert_int_eq(write(o.fd, "new", 3), 3);
	return o;
}

static void committed(struct pq_output *o)
{
	struct pq_error err = { 0 };

	ck_assert_msg(pq_output_commit(o, &err), "%s", err.msg);
	ck_assert_int_eq(o->fd, -1);
}

START_TEST(a_new_file_appears_when_all_is_written)
{
	struct pq_output o = begun("file");

	ck_assert_int_ne(access("file", F_OK), 0);
	committed(&o);
	ck_assert(holds("file", "new"));
}
END_TEST

START_TEST(an_old_file_is_replaced_as_a_whole)
{
	struct pq_output o;

	put("file", "old and longer");
	o = begun("file");
	ck_assert(holds("file", "old and longer"));
	committed(&o);
	ck_assert(holds("file", "new"));
}
END_TEST

START_TEST(abandon_leaves_the_old_file)
{
	struct pq_output o;

	put("file", "old");
	o = begun("file");
	pq_output_abandon(&o);
	ck_assert_int_eq(o.fd, -1);
	ck_assert(holds("file", "old"));
	pq_output_abandon(&o);
	ck_assert(holds("file", "old"));
}
END_TEST

START_TEST(abandon_leaves_no_new_file)
{
	struct pq_output o = begun("file");

	pq_output_abandon(&o);
	ck_assert_int_ne(access("file", F_OK), 0);
}
END_TEST

START_TEST(a_failed_rename_is_an_error)
{
	struct pq_output o = begun("file");
	struct pq_error err = { 0 };

	/* something that cannot be replaced took the name meanwhile */
	ck_assert_int_eq(mkdir("file", 0777), 0);
	ck_assert(!pq_output_commit(&o, &err));
	ck_assert_int_eq(err.code, PQ_EIO);
	ck_assert_str_eq(err.msg, "file: cannot write: Is a directory");
	ck_assert_int_eq(rmdir("file"), 0);
}
END_TEST

static const struct {
	mode_t mask, old; /* old 0: no file is there */
	mode_t want;
} modes[] = {
	{ 022, 0, 0644 },    { 077, 0, 0600 },	  { 0, 0, 0666 },
	{ 022, 0600, 0600 }, { 077, 0664, 0664 }, { 022, 0755, 0755 },
	{ 022, 0666, 0666 },
};

START_TEST(mode)
{
	mode_t mask = umask(modes[_i].mask);
	struct pq_output o;

	if (modes[_i].old) {
		put("file", "old");
		ck_assert_int_eq(chmod("file", modes[_i].old), 0);
	}
	pq_io_ask_umask();
	o = begun("file");
	committed(&o);
	ck_assert_msg(umask(mask) == modes[_i].mask, "row %d: umask", _i);
	ck_assert_msg(mode_of("file") == modes[_i].want, "row %d: %o", _i,
		      mode_of("file"));
	pq_io_ask_umask();
}
END_TEST

START_TEST(a_link_keeps_pointing)
{
	struct pq_output o;

	ck_assert_int_eq(mkdir("dir", 0777), 0);
	put("dir/file", "old");
	ck_assert_int_eq(symlink("dir/file", "link"), 0);
	o = begun("link");
	ck_assert(holds("dir/file", "old"));
	committed(&o);
	ck_assert(is_link("link"));
	ck_assert(!is_link("dir/file"));
	ck_assert(holds("dir/file", "new"));
}
END_TEST

START_TEST(a_link_to_nothing_keeps_pointing)
{
	struct pq_output o;

	ck_assert_int_eq(mkdir("dir", 0777), 0);
	ck_assert_int_eq(symlink("dir/first", "link"), 0);
	ck_assert_int_eq(symlink("file", "dir/first"), 0);
	o = begun("link");
	ck_assert_int_ne(access("dir/file", F_OK), 0);
	pq_output_abandon(&o);
	ck_assert_int_ne(access("dir/file", F_OK), 0);
	o = begun("link");
	committed(&o);
	ck_assert(is_link("link"));
	ck_assert(is_link("dir/first"));
	ck_assert(holds("dir/file", "new"));
}
END_TEST

/* As containers have single files: the name cannot be given to another one. */
START_TEST(a_mount_point_is_written_over)
{
	struct pq_output o;

	put("file", "old");
	put("other", "under it");
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("other", "file", NULL, MS_BIND, NULL))
		return; /* not allowed to whoever runs this */
	o = begun("file");
	ck_assert(holds("file", "under it"));
	committed(&o);
	ck_assert(holds("file", "new"));
	ck_assert(holds("other", "new"));
	ck_assert_int_eq(umount("file"), 0);
	ck_assert(holds("file", "old"));
}
END_TEST

START_TEST(a_device_is_written_directly)
{
	struct pq_output o = begun("/dev/null");
	struct stat st;

	ck_assert(o.temporary.len == 0);
	committed(&o);
	ck_assert(!stat("/dev/null", &st) && S_ISCHR(st.st_mode));
	o = begun("/dev/null");
	pq_output_abandon(&o);
	ck_assert(!stat("/dev/null", &st) && S_ISCHR(st.st_mode));
}
END_TEST

START_TEST(a_fifo_is_written_directly)
{
	struct pq_output o;
	struct stat st;
	char back[4];
	int fd;

	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	fd = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	o = begun("fifo");
	committed(&o);
	ck_assert_int_eq(read(fd, back, sizeof(back)), 3);
	close(fd);
	ck_assert(!lstat("fifo", &st) && S_ISFIFO(st.st_mode));
}
END_TEST

static const struct {
	const char *name, *want;
} refused[] = {
	{ "no/file", "no/file: cannot write: No such file or directory" },
	{ "dir", "dir: cannot write: Is a directory" },
	{ "file/x", "file/x: cannot write: Not a directory" },
};

START_TEST(what_cannot_be_written_is_refused_at_the_beginning)
{
	struct pq_error err = { 0 };
	const char *said = err.msg;
	struct pq_output o;

	ck_assert_int_eq(mkdir("dir", 0777), 0);
	put("file", "old");
	ck_assert_msg(!pq_output_begin(&o, refused[_i].name, &err), "row %d",
		      _i);
	pq_output_abandon(&o);
	ck_assert_msg(err.code == PQ_EIO, "row %d: code %d", _i, err.code);
	/* an existing target is named by its whole path */
	if (!strncmp(said, temp, strlen(temp)))
		said += strlen(temp) + 1;
	ck_assert_msg(!strcmp(said, refused[_i].want), "row %d: %s", _i,
		      err.msg);
	ck_assert_msg(holds("file", "old"), "row %d", _i);
}
END_TEST

START_TEST(a_name_may_be_as_long_as_the_system_allows)
{
	char name[NAME_MAX + 1];
	struct pq_output o;

	memset(name, 'x', NAME_MAX);
	name[NAME_MAX] = '\0';
	o = begun(name);
	committed(&o);
	ck_assert(holds(name, "new"));
	unlink(name);
}
END_TEST

static const int signals[] = { SIGINT,	SIGTERM, SIGHUP,  SIGQUIT,
			       SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2 };

START_TEST(a_signal_leaves_nothing_behind)
{
	static const struct rlimit no_core = { 0, 0 };
	int status, number = signals[_i];
	pid_t child;

	put("file", "old");
	child = fork();
	ck_assert_int_ge(child, 0);
	if (!child) {
		signal(number, SIG_DFL);
		setrlimit(RLIMIT_CORE, &no_core);
		pq_process_begin();
		begun("file");
		raise(number);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == number,
		      "row %d: status %x", _i, (unsigned)status);
	ck_assert_msg(holds("file", "old"), "row %d", _i);
}
END_TEST

/* Where the old file is what it was until the end, and the same file then. */
enum in_place { BY_LINK, BY_FOLDER, BY_OWNER, WAYS };

static void make_unreplaceable(enum in_place way)
{
	static const uid_t nobody = 65534;

	ck_assert_int_eq(mkdir("dir", 0777), 0);
	put("dir/file", "old, and longer");
	ck_assert_int_eq(chmod("dir/file", 0666), 0);
	if (way == BY_LINK)
		ck_assert_int_eq(link("dir/file", "link"), 0);
	if (way == BY_FOLDER)
		ck_assert_int_eq(chmod("dir", 0555), 0);
	if (way == BY_OWNER)
		ck_assert_int_eq(chmod("dir", 0777), 0);
	if (way != BY_LINK && !geteuid())
		ck_assert_int_eq(seteuid(nobody), 0);
}

static void be_who_we_are(void)
{
	ck_assert_int_eq(seteuid(getuid()), 0);
	ck_assert_int_eq(chmod("dir", 0777), 0);
}

START_TEST(what_cannot_be_replaced_is_written_over)
{
	struct stat before, after;
	struct pq_output o;

	if (_i == BY_OWNER && geteuid())
		return; /* nobody else's file can be made */
	ck_assert_int_eq(chmod(".", 0755), 0);
	make_unreplaceable((enum in_place)_i);
	ck_assert_int_eq(stat("dir/file", &before), 0);
	o = begun("dir/file");
	ck_assert_msg(holds("dir/file", "old, and longer"), "way %d", _i);
	pq_output_abandon(&o);
	ck_assert_msg(holds("dir/file", "old, and longer"), "way %d", _i);
	o = begun("dir/file");
	committed(&o);
	be_who_we_are();
	ck_assert_msg(holds("dir/file", "new"), "way %d", _i);
	ck_assert_int_eq(stat("dir/file", &after), 0);
	ck_assert_msg(before.st_ino == after.st_ino &&
			      before.st_uid == after.st_uid &&
			      before.st_mode == after.st_mode,
		      "way %d: another file", _i);
}
END_TEST

/* A limit of sizes stands for a disk that is full. */
START_TEST(without_room_the_old_file_is_left)
{
	struct rlimit most = { 2, 2 };
	struct pq_error err = { 0 };
	struct pq_output o;
	int status;
	pid_t child;

	put("file", "ol");
	ck_assert_int_eq(link("file", "link"), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (!child) {
		o = begun("file");
		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &most))
			_exit(2);
		_exit(pq_output_commit(&o, &err));
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert(holds("file", "ol"));
}
END_TEST

/* Who may give files away keeps the owner of what is replaced. */
START_TEST(the_owner_is_kept)
{
	struct pq_output o;
	struct stat st;

	if (geteuid())
		return;
	put("file", "old");
	ck_assert_int_eq(chown("file", 1234, 5678), 0);
	ck_assert_int_eq(chmod("file", 0640), 0);
	o = begun("file");
	committed(&o);
	ck_assert(holds("file", "new"));
	ck_assert_int_eq(stat("file", &st), 0);
	ck_assert_uint_eq(st.st_uid, 1234);
	ck_assert_uint_eq(st.st_gid, 5678);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
}
END_TEST

static const struct {
	const char *name, *want; /* NULL: can be read */
	uint64_t size;
} inputs[] = {
	{ "file", NULL, 3 },
	{ "link", NULL, 3 },
	{ "/dev/null", NULL, 0 },
	{ "none", "No such file or directory", 0 },
	{ "", "No such file or directory", 0 },
	{ "file/x", "Not a directory", 0 },
	{ "dir", "is a directory", 0 },
};

START_TEST(inputs_are_opened)
{
	struct pq_error err = { 0 };
	int fd;

	ck_assert_int_eq(mkdir("dir", 0777), 0);
	put("file", "old");
	ck_assert_int_eq(symlink("file", "link"), 0);
	fd = pq_io_open(inputs[_i].name, &err);
	ck_assert_msg((fd >= 0) == !inputs[_i].want, "row %d: %s", _i, err.msg);
	if (fd < 0) {
		ck_assert_msg(err.code == PQ_EIO, "row %d", _i);
		ck_assert_msg(!strcmp(err.msg, inputs[_i].want), "row %d: %s",
			      _i, err.msg);
		return;
	}
	ck_assert_msg(pq_io_size(fd) == inputs[_i].size, "row %d: size", _i);
	ck_assert_msg(fcntl(fd, F_GETFD) & FD_CLOEXEC, "row %d: inherited", _i);
	close(fd);
}
END_TEST

Suite *base_io_suite(void)
{
	Suite *suite = suite_create("base_io");
	TCase *tcase = tcase_create("io");

	tcase_add_checked_fixture(tcase, enter, leave);
	tcase_add_test(tcase, a_new_file_appears_when_all_is_written);
	tcase_add_test(tcase, an_old_file_is_replaced_as_a_whole);
	tcase_add_test(tcase, abandon_leaves_the_old_file);
	tcase_add_test(tcase, abandon_leaves_no_new_file);
	tcase_add_test(tcase, a_failed_rename_is_an_error);
	tcase_add_loop_test(tcase, mode, 0, ROWS(modes));
	tcase_add_test(tcase, a_link_keeps_pointing);
	tcase_add_test(tcase, a_link_to_nothing_keeps_pointing);
	tcase_add_test(tcase, a_mount_point_is_written_over);
	tcase_add_test(tcase, a_device_is_written_directly);
	tcase_add_test(tcase, a_fifo_is_written_directly);
	tcase_add_loop_test(tcase,
			    what_cannot_be_written_is_refused_at_the_beginning,
			    0, ROWS(refused));
	tcase_add_test(tcase, a_name_may_be_as_long_as_the_system_allows);
	tcase_add_loop_test(tcase, a_signal_leaves_nothing_behind, 0,
			    ROWS(signals));
	tcase_add_loop_test(tcase, what_cannot_be_replaced_is_written_over, 0,
			    WAYS);
	tcase_add_test(tcase, without_room_the_old_file_is_left);
	tcase_add_test(tcase, the_owner_is_kept);
	tcase_add_loop_test(tcase, inputs_are_opened, 0, ROWS(inputs));
	suite_add_tcase(suite, tcase);
	return suite;
}
