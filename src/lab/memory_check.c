#include "lab/memory_check.h"

#include "base/free_memory.h"

Status memory_check(double lane_bytes, double engine_bytes, Problem *problem)
{
    const double needed = lane_bytes + engine_bytes;
    const double available = free_memory_bytes();
    if (needed <= available) {
        return STATUS_OK;
    }
    return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                            "the race needs about %.1f GB more (lanes %.1f, activations and "
                            "outputs %.1f) and %.1f GB are free: take fewer lanes, a smaller "
                            "per_device_train_batch_size (gradient_accumulation_steps makes up "
                            "for it) or block_size, or fewer --workers",
                            needed / 1e9, lane_bytes / 1e9, engine_bytes / 1e9, available / 1e9);
}
