/* A user's home directory and environment, made up by a test. */
#ifndef TRAILD_TESTS_SUPPORT_AWS_H
#define TRAILD_TESTS_SUPPORT_AWS_H

/* A new empty directory, which HOME names; the environment holds nothing else. What is set and
 * written afterwards may say {HOME} for its path and {SERVER} for `server`, which may be NULL. */
void aws_home_make(const char *server);

/* Removes it. */
void aws_home_remove(void);

/* Its path. */
const char *aws_home(void);

/* Writes a file; `name` is relative to the home directory. NULL `text`: writes nothing. */
void aws_home_write(const char *name, const char *text);

/* Sets a variable; NULL removes it. */
void aws_home_set(const char *name, const char *value);

/* Sets what stands in lines `NAME=VALUE`. NULL: nothing. */
void aws_home_set_lines(const char *lines);

/* getenv of this made-up environment; any thread. */
char *aws_home_variable(const char *name);

#endif
