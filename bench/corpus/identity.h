/* Parts of userIdentity that several kinds of caller share. */
#ifndef TRAILD_BENCH_CORPUS_IDENTITY_H
#define TRAILD_BENCH_CORPUS_IDENTITY_H

#define ATTRIBUTES(mfa) "'attributes':{'creationDate':'<started>','mfaAuthenticated':'" mfa "'}"

#endif
