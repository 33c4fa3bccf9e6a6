#include "lab/memory_check.h"

#include <stdio.h>

#include "base/free_memory.h"

static const double GIGABYTE = 1e9;

Status memory_check(const MemoryNeed *need, Problem *problem)
{
    const double needed = need->lanes + need->engine;
    const double available = free_memory_bytes();
    if (needed <= available) {
        return STATUS_OK;
    }
    return problem_describe(
        problem, STATUS_OUT_OF_MEMORY,
        "the race needs about %.1f GB more (lanes %.1f, activations and outputs %.1f) and %.1f GB "
        "are free: take fewer lanes, a smaller per_device_train_batch_size "
        "(gradient_accumulation_steps makes up for it) or block_size, or fewer --workers",
        needed / GIGABYTE, need->lanes / GIGABYTE, need->engine / GIGABYTE, available / GIGABYTE);
}

Status memory_check_lane(double lane_bytes, Problem *problem)
{
    const double available = free_memory_bytes();
    return lane_bytes <= available
               ? STATUS_OK
               : problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                  "another lane needs about %.1f GB and %.1f GB are free",
                                  lane_bytes / GIGABYTE, available / GIGABYTE);
}

void memory_describe(const MemoryNeed *need, char text[MEMORY_TEXT_BYTES])
{
    const double all = need->weights + need->lanes + need->engine;
    text[0] = '\0';
    if (all >= GIGABYTE) {
        snprintf(text, MEMORY_TEXT_BYTES,
                 "memory: up to %.1f GB (weights %.1f, lanes %.1f, activations and outputs %.1f)",
                 all / GIGABYTE, need->weights / GIGABYTE, need->lanes / GIGABYTE,
                 need->engine / GIGABYTE);
    }
}
