/* tui/causal_mean.h -- the smoothed value of a row of values as it goes along. */
#ifndef TUI_CAUSAL_MEAN_H
#define TUI_CAUSAL_MEAN_H

/* Bias-corrected exponential mean of raw values (as in Kingma & Ba 2015, Sec. 3), causal: s_k depends on values 0..k only, so the drawn
 * past never changes; a constant stays that constant to the last bit.
 *     m_k = b m_{k-1} + (1-b) v_k;   s_k = m_k / (1 - b^k)
 * A value that is not finite is a gap and leaves the mean alone. b in [0, 0.999]; 0 = off. */
typedef struct CausalMean {
    double weight; /* b */
    double unseen; /* b^k: the weight still on "before the first point" */
    double value;  /* s_k */
} CausalMean;

CausalMean causal_mean_start(double weight);

/* s_k; a value that is not finite is handed back as it is, and so is any with b = 0. */
double causal_mean_next(CausalMean *mean, double value);

#endif
