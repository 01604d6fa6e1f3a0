/* Compiler attributes and small macros used everywhere. */
#ifndef TRAILD_BASE_MACROS_H
#define TRAILD_BASE_MACROS_H

/* The result says whether it worked: the compiler rejects a caller that drops it. */
#define MUST_USE __attribute__((warn_unused_result))

/* Calls FN(&variable) when the variable goes out of scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define PRINTF_LIKE(text_at, values_from) __attribute__((format(printf, text_at, values_from)))

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* What a macro stands for, as a string literal. */
#define TEXT_OF_VALUE(value) #value
#define TEXT_OF(macro)       TEXT_OF_VALUE(macro)

/* Hands a pointer over: gives its value and leaves NULL behind. */
#define TAKE(pointer)                                                                              \
    __extension__({                                                                                \
        __typeof__(pointer) taken_ = (pointer);                                                    \
        (pointer) = NULL;                                                                          \
        taken_;                                                                                    \
    })

#endif
