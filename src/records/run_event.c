#include "records/run_event.h"

#define RUN_EVENT_NAME(id, name) [id] = name,
static const char *const run_event_names[RUN_EVENT_KIND_COUNT] = {RUN_EVENT_TABLE(RUN_EVENT_NAME)};
#undef RUN_EVENT_NAME

const char *run_event_name(RunEventKind kind)
{
    return run_event_names[kind];
}
