#ifndef SOJOURN_CAFFINITY_H
#define SOJOURN_CAFFINITY_H
/// Keeps the calling thread, and those that it will start, on one of the cores that it may use: the number-th, counted round.
/// Does nothing where that cannot be asked for.
void affinity_stay(unsigned number);
#endif
