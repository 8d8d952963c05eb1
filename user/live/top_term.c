/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The one file that knows ncurses' screen. */
#include "live/top_term.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define _XOPEN_SOURCE_EXTENDED 1
#include <curses.h>

#include "base/log.h"
#include "base/terminfo.h"
#include "live/top_keys.h"
#include "live/top_spool.h"

static struct {
	pid_t owner; /* 0: not begun */
	int in, out; /* the terminal */
	FILE *in_file, *out_file;
	SCREEN *screen;
	int signals[2]; /* a pipe */
	struct termios before;
	char leave[64];		    /* what makes the terminal an ordinary one again */
	volatile sig_atomic_t ours; /* the terminal is the screen's now */
} term;

/* --- whatever happens --------------------------------------------------------------------------
 */

/* By system calls alone. */
static void restore(void)
{
	if (term.owner != getpid() || !term.ours)
		return;
	term.ours = 0;
	tcsetattr(term.out, TCSADRAIN, &term.before);
	if (write(term.out, term.leave, strlen(term.leave)) < 0)
		return; /* it is gone */
}

static void end_by(int sig)
{
	restore();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void tell(int sig)
{
	const char byte = sig == SIGTSTP;
	int error = errno;

	if (write(term.signals[1], &byte, 1) < 0)
		errno = error; /* it is full: it is readable all the same */
	errno = error;
}

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV,
			     SIGBUS, SIGILL,  SIGFPE, SIGABRT};
static const int told[] = {SIGWINCH, SIGTSTP, SIGCONT};

/* What is ignored stays so: whoever started us wanted that. */
static void set_handler(int sig, const struct sigaction *action)
{
	struct sigaction before;

	if (!sigaction(sig, NULL, &before) && before.sa_handler != SIG_IGN)
		sigaction(sig, action, NULL);
}

static void set_handlers(bool ours)
{
	const struct sigaction end = {.sa_handler = ours ? end_by : SIG_DFL};
	const struct sigaction say = {.sa_handler = ours ? tell : SIG_DFL, .sa_flags = SA_RESTART};

	for (size_t i = 0; i < sizeof(deadly) / sizeof(*deadly); i++)
		set_handler(deadly[i], &end);
	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++)
		set_handler(told[i], &say);
}

/* --- begin and end -----------------------------------------------------------------------------
 */

static void keep_capability(const char *name)
{
	const char *text = terminfo__string(name);
	size_t used = strlen(term.leave);

	if (text)
		snprintf(term.leave + used, sizeof(term.leave) - used, "%s", text);
}

static int refuse(const char *why)
{
	return err("top: %s; -i SECONDS writes tables without one", why);
}

static int open_terminal(void)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse("stdin and stdout are not a terminal");
	term.in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	term.out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	term.in_file = fdopen(term.in, "r");
	term.out_file = fdopen(term.out, "w");
	if (!term.in_file || !term.out_file || pipe2(term.signals, O_CLOEXEC | O_NONBLOCK) ||
	    tcgetattr(term.out, &term.before))
		return refuse(strerror(errno));
	return 0;
}

/* Styles as attributes. */
static const attr_t attributes[TOP_STYLES] = {
	[TOP_BOLD] = A_BOLD,
	[TOP_DIM] = A_DIM,
	[TOP_HEAD] = A_REVERSE,
	[TOP_SELECTED] = A_STANDOUT | A_BOLD,
	[TOP_ALARM] = A_BOLD | A_REVERSE,
};

static void set_modes(void)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
}

int top_term__begin(void)
{
	if (open_terminal())
		return -1;
	setlocale(LC_CTYPE, "");
	term.owner = getpid();
	set_handlers(true);
	term.screen = newterm(NULL, term.out_file, term.in_file);
	if (!term.screen) {
		set_handlers(false);
		term.owner = 0;
		return refuse("TERM names no terminal that is known");
	}
	term.ours = 1;
	keep_capability("sgr0");
	keep_capability("cnorm");
	keep_capability("rmkx");
	keep_capability("rmcup");
	set_modes();
	spool__begin();
	atexit(top_term__end);
	return 0;
}

static void leave(void)
{
	endwin();
	term.ours = 0;
}

void top_term__end(void)
{
	if (term.owner != getpid())
		return;
	if (term.ours)
		leave();
	term.owner = 0;
	set_handlers(false);
	spool__end(term.in, term.out);
}

/* --- drawing -----------------------------------------------------------------------------------
 */

bool top_term__is_ascii(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8");
}

void top_term__size(int *rows, int *columns)
{
	getmaxyx(stdscr, *rows, *columns);
}

void top_term__draw(const struct top_grid *g)
{
	erase();
	for (int i = 0; i < g->rows * g->columns; i++) {
		const struct top_cell *cell = &g->cells[i];
		wchar_t text[2] = {(wchar_t)cell->c, 0};
		cchar_t c;

		if (!cell->c)
			continue;
		setcchar(&c, text, attributes[cell->style], 0, NULL);
		mvadd_wch(i / g->columns, i % g->columns, &c);
	}
	refresh();
}

void top_term__redraw(void)
{
	clearok(stdscr, TRUE);
}

/* --- keys --------------------------------------------------------------------------------------
 */

int top_term__keys_fd(void)
{
	return term.in;
}

int top_term__signals_fd(void)
{
	return term.signals[0];
}

static const struct {
	wint_t theirs;
	uint32_t ours;
} special[] = {
	{KEY_UP, TOP_KEY_UP},	       {KEY_DOWN, TOP_KEY_DOWN},     {KEY_LEFT, TOP_KEY_LEFT},
	{KEY_RIGHT, TOP_KEY_RIGHT},    {KEY_PPAGE, TOP_KEY_PAGE_UP}, {KEY_NPAGE, TOP_KEY_PAGE_DOWN},
	{KEY_HOME, TOP_KEY_HOME},      {KEY_END, TOP_KEY_END},	     {KEY_ENTER, TOP_KEY_ENTER},
	{KEY_BACKSPACE, TOP_KEY_BACK}, {KEY_F(1), TOP_KEY_HELP},
};

static const struct {
	wint_t theirs;
	uint32_t ours;
} characters[] = {
	{'\r', TOP_KEY_ENTER}, {'\n', TOP_KEY_ENTER}, {27, TOP_KEY_ESCAPE},
	{127, TOP_KEY_BACK},   {8, TOP_KEY_BACK},
};

uint32_t top_term__key(void)
{
	wint_t c;
	int kind;

	do
		kind = get_wch(&c);
	while (kind == KEY_CODE_YES && c == KEY_RESIZE); /* nobody has pressed that */
	for (size_t i = 0; kind == KEY_CODE_YES && i < sizeof(special) / sizeof(*special); i++) {
		if (special[i].theirs == c)
			return special[i].ours;
	}
	for (size_t i = 0; kind == OK && i < sizeof(characters) / sizeof(*characters); i++) {
		if (characters[i].theirs == c)
			return characters[i].ours;
	}
	return kind == OK ? c : kind == KEY_CODE_YES ? UINT32_MAX : 0;
}

void top_term__look(void)
{
	struct winsize w;
	bool stop = false;
	char byte;

	while (read(term.signals[0], &byte, 1) == 1)
		stop |= byte;
	if (stop)
		top_term__suspend();
	if (!ioctl(term.out, TIOCGWINSZ, &w) && w.ws_row && w.ws_col)
		resizeterm(w.ws_row, w.ws_col);
}

/* --- giving it back ----------------------------------------------------------------------------
 */

static void enter(void)
{
	term.ours = 1;
	set_modes();
	clearok(stdscr, TRUE);
	refresh();
}

/* The others first; then this thread by itself, so that nothing is drawn before we are stopped. */
void top_term__suspend(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, stop = {.sa_handler = SIG_DFL}, before;
	sigset_t set, old;

	leave();
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigaction(SIGTSTP, &ignore, &before);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &stop, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, &old);
	raise(SIGTSTP);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	sigaction(SIGTSTP, &before, NULL);
	enter();
}

/* In the child: on the terminal, with no signal held back. */
static _Noreturn void run_child(char *const argv[])
{
	sigset_t none;

	dup2(term.in, STDIN_FILENO);
	dup2(term.out, STDOUT_FILENO);
	dup2(term.out, STDERR_FILENO);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(argv[0], argv);
	_exit(127);
}

bool top_term__run(char *const argv[])
{
	int status = -1;
	pid_t pid;

	leave();
	pid = fork();
	if (!pid)
		run_child(argv);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	enter();
	return pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status);
}
