/* records/divergence_kind.h -- the distances between predictions that methods can use. */
#ifndef RECORDS_DIVERGENCE_KIND_H
#define RECORDS_DIVERGENCE_KIND_H

/* X(id, name): names as in files; P = target, Q = current (EQUATIONS 12). */
#define DIVERGENCE_KIND_TABLE(X)                                                                   \
    X(DIVERGENCE_FORWARD_KL, "forward-kl")     /* mean KL(P || Q), the paper's */                  \
    X(DIVERGENCE_REVERSE_KL, "reverse-kl")     /* mean KL(Q || P) */                               \
    X(DIVERGENCE_SYMMETRIC_KL, "symmetric-kl") /* their sum, not half of it */                     \
    X(DIVERGENCE_L2, "l2")                     /* mean Euclidean distance of logit rows */         \
    X(DIVERGENCE_MMD_IMQ, "mmd-imq")                                                               \
    X(DIVERGENCE_MMD_IMQ2, "mmd-imq2")                                                             \
    X(DIVERGENCE_MMD_IMQ3, "mmd-imq3")                                                             \
    X(DIVERGENCE_MMD_RBF, "mmd-rbf")

#define DIVERGENCE_KIND_ENUMERATOR(id, name) id,
typedef enum DivergenceKind {
    DIVERGENCE_KIND_TABLE(DIVERGENCE_KIND_ENUMERATOR) DIVERGENCE_KIND_COUNT
} DivergenceKind;
#undef DIVERGENCE_KIND_ENUMERATOR

#endif
