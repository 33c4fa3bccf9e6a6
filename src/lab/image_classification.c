#include "lab/image_classification.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "data/image_batch.h"
#include "data/image_folder.h"
#include "lab/folder_files.h"
#include "lab/model_labels.h"
#include "lab/vision_folder.h"
#include "model/vision_transformer.h"

enum { NUMBER_BYTES = 32 };

/* The examples of one part, domain after domain. */
typedef struct ImagePart {
    uint32_t *numbers; /* [starts[domain_count]] of images in their domain's set */
    size_t starts[SPEC_DOMAINS_MAX * 2 + 1];
} ImagePart;

typedef struct ImageClassification {
    const ExperimentSpec *spec;
    VisionStart start;
    ImageDomain *domains; /* [domain_count] */
    size_t domain_count;
    char **class_names; /* [class_count]; owned, as are the names */
    size_t class_count;
    bool has_numbered_classes; /* the finished model's have no names */
    ImagePart parts[SOURCE_PART_COUNT];
    ImageBatch batch; /* room for the largest batch */
    size_t filled;    /* images of the batch filled last */
} ImageClassification;

/* -- the network -------------------------------------------------------------------------------------------- */

static VisionBatch images_of(const ExampleBatch *batch)
{
    const ImageBatch *images = batch->inputs;
    const size_t image = images->form.channels * images->form.height * images->form.width;
    return (VisionBatch){.B = batch->B, .images = images->pixels + batch->first * image};
}

static Status create_workspace(const void *context, size_t examples, void **out)
{
    const ImageClassification *task = context;
    VisionWorkspace *workspace = NULL;
    TRY(vision_workspace_create(&task->start.shape, examples, &workspace));
    *out = workspace;
    return STATUS_OK;
}

static void destroy_workspace(void *workspace)
{
    vision_workspace_destroy(workspace);
}

static double workspace_bytes(const void *context, size_t examples)
{
    const ImageClassification *task = context;
    return (double)vision_workspace_bytes(&task->start.shape, examples);
}

static Real *forward(const void *context, const Real *params, const ExampleBatch *batch,
                     const NetworkPass *pass, void *workspace)
{
    const ImageClassification *task = context;
    const VisionBatch images = images_of(batch);
    const ModelPass options = network_model_pass(pass, batch);
    return vision_forward(&task->start.shape, &task->start.table, params, &images, &options,
                          workspace);
}

static void backward(const void *context, const Real *params, const ExampleBatch *batch,
                     Real *d_outputs, Real *grads, void *workspace)
{
    const ImageClassification *task = context;
    const VisionBatch images = images_of(batch);
    vision_backward(&task->start.shape, &task->start.table, params, &images, d_outputs, grads,
                    workspace);
}

/* -- classes ------------------------------------------------------------------------------------------------ */

/* Are the domain's classes, where they have names, those that the task knows? */
static bool has_known_classes(const ImageClassification *task, const ImageDomain *domain)
{
    bool is_same = domain->class_names.count <= task->class_count;
    for (size_t i = 0; is_same && i < domain->class_names.count; i++) {
        is_same = strcmp(domain->class_names.names[i], task->class_names[i]) == 0;
    }
    return is_same;
}

/* A classifier knows the classes of the sets it is trained on, by the names that the first of them with names gives, else by their numbers. */
static Status name_classes(ImageClassification *task, Problem *problem)
{
    const NameList *names = NULL;
    for (size_t d = 0; d < task->spec->train_domain_count; d++) {
        const ImageDomain *domain = &task->domains[d];
        task->class_count = domain->images.class_count > task->class_count
                                ? domain->images.class_count
                                : task->class_count;
        names = names == NULL && domain->class_names.count > 0 ? &domain->class_names : names;
    }
    task->class_names = calloc(task->class_count, sizeof *task->class_names);
    bool is_complete = task->class_names != NULL;
    for (size_t i = 0; is_complete && i < task->class_count; i++) {
        char number[NUMBER_BYTES];
        snprintf(number, sizeof number, "%zu", i);
        task->class_names[i] = strdup(names != NULL && i < names->count ? names->names[i] : number);
        is_complete = task->class_names[i] != NULL;
    }
    return is_complete ? STATUS_OK
                       : problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                          "not enough memory for the names of the classes");
}

static Status check_classes(const ImageClassification *task, Problem *problem)
{
    for (size_t d = 0; d < task->domain_count; d++) {
        const ImageDomain *domain = &task->domains[d];
        if (domain->images.class_count > task->class_count) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "zero_shot_domains: \"%s\" has %zu classes, but what is "
                                    "trained on has %zu",
                                    experiment_spec_domain(task->spec, d),
                                    domain->images.class_count, task->class_count);
        }
        if (!has_known_classes(task, domain)) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "the classes of \"%s\" are called \"%s\" and so on, but those "
                                    "trained on \"%s\"; sets whose classes mean the same say so in "
                                    "NAME.labels.txt",
                                    experiment_spec_domain(task->spec, d),
                                    domain->class_names.names[0], task->class_names[0]);
        }
    }
    return STATUS_OK;
}

/* -- reading ------------------------------------------------------------------------------------------------ */

static Status read_domains(ImageClassification *task, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    task->domains = calloc(task->domain_count, sizeof *task->domains);
    if (task->domains == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the images");
    }
    for (size_t d = 0; d < task->domain_count; d++) {
        const char *name = experiment_spec_domain(spec, d);
        if (strcmp(name, "*") == 0) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "train_domains: \"*\" is not possible with images; name the "
                                    "data sets");
        }
        TRY(image_folder_read(spec->data, name, d < spec->train_domain_count, &task->domains[d],
                              problem));
    }
    return STATUS_OK;
}

static ImageSplit split_of(const ExperimentSpec *spec, SourcePart part)
{
    switch (part) {
    case SOURCE_PART_TRAIN:
        return spec->train_pool == SPEC_POOL_PRETRAIN ? IMAGE_SPLIT_PRETRAIN : IMAGE_SPLIT_TRAIN;
    case SOURCE_PART_FINAL:
        return spec->final_split == SPEC_FINAL_TEST ? IMAGE_SPLIT_TEST : IMAGE_SPLIT_DEV;
    case SOURCE_PART_DEV:
    case SOURCE_PART_COUNT:
        break;
    }
    return IMAGE_SPLIT_DEV;
}

/* The part's images of one domain; numbers  out, with room for them. Files may hold them class by class, but evaluations on the way and
 * max_train_samples take the first ones. */
static size_t choose_images(const ImageClassification *task, SourcePart part, size_t domain,
                            uint32_t *numbers)
{
    if (part == SOURCE_PART_TRAIN && domain >= task->spec->train_domain_count) {
        return 0;
    }
    const ImageDomain *from = &task->domains[domain];
    const ImageSplit split = split_of(task->spec, part);
    const size_t count = image_split_choose(from->splits, from->images.count, split, numbers);
    /* Behind the streams of the labels, which draw the splits. */
    Random random = random_stream(0, RANDOM_STREAM_SPLITS, IMAGE_CLASSES_MAX + (uint64_t)split);
    random_shuffle(&random, numbers, count);
    return count;
}

static Status order_part(ImageClassification *task, SourcePart part, Problem *problem)
{
    ImagePart *one = &task->parts[part];
    size_t room = 1;
    for (size_t d = 0; d < task->domain_count; d++) {
        room += task->domains[d].images.count;
    }
    one->numbers = calloc(room, sizeof *one->numbers);
    if (one->numbers == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the images");
    }
    size_t count = 0;
    for (size_t d = 0; d < task->domain_count; d++) {
        const size_t found = choose_images(task, part, d, one->numbers + count);
        one->starts[d] = count;
        count += found;
        if (found == 0 && (part != SOURCE_PART_TRAIN || d < task->spec->train_domain_count)) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "\"%s\" has no image in the %s split%s",
                                    experiment_spec_domain(task->spec, d),
                                    part == SOURCE_PART_TRAIN ? "train" : "dev or test",
                                    split_of(task->spec, part) == IMAGE_SPLIT_PRETRAIN
                                        ? " of train_pool \"pretrain\", which only emoji have"
                                        : "");
        }
    }
    const double most = task->spec->max_train_samples;
    if (part == SOURCE_PART_TRAIN && most > 0.0 && (double)count > most) {
        count = (size_t)most;
    }
    one->starts[task->domain_count] = count;
    return STATUS_OK;
}

static Status check_variety(const ImageClassification *task, Problem *problem)
{
    const ImagePart *part = &task->parts[SOURCE_PART_TRAIN];
    const size_t count = part->starts[task->domain_count];
    bool has_two = false;
    uint32_t first = 0;
    for (size_t d = 0; d < task->domain_count; d++) {
        const ImageSet *set = &task->domains[d].images;
        for (size_t i = part->starts[d]; i < part->starts[d + 1] && i < count; i++) {
            const uint32_t label = set->labels[part->numbers[i]];
            first = i == 0 ? label : first;
            has_two = has_two || label != first;
        }
    }
    return has_two ? STATUS_OK
                   : problem_describe(problem, STATUS_BAD_VALUE,
                                      "\"%s\": all training images have the same label; there is "
                                      "nothing to tell apart",
                                      experiment_spec_domain(task->spec, 0));
}

/* -- the source --------------------------------------------------------------------------------------------- */

static size_t first_example(void *context, SourcePart part, size_t domain)
{
    const ImageClassification *task = context;
    return task->parts[part].starts[domain];
}

static size_t domain_of(const ImageClassification *task, SourcePart part, uint32_t number)
{
    size_t domain = 0;
    while (task->parts[part].starts[domain + 1] <= number) {
        domain++;
    }
    return domain;
}

static ExampleBatch fill(void *context, SourcePart part, const uint32_t *chosen, size_t B)
{
    ImageClassification *task = context;
    for (size_t b = 0; b < B; b++) {
        const ImageDomain *domain = &task->domains[domain_of(task, part, chosen[b])];
        image_batch_put(&task->batch, b, &domain->images, task->parts[part].numbers[chosen[b]],
                        &task->start.scaling);
    }
    task->filled = B;
    return (ExampleBatch){.B = B, .rows = 1, .targets = task->batch.labels, .inputs = &task->batch};
}

static ExamplePicture picture(void *context, SourcePart part, uint32_t number)
{
    const ImageClassification *task = context;
    const ImageSet *set = &task->domains[domain_of(task, part, number)].images;
    const size_t image = task->parts[part].numbers[number];
    return (ExamplePicture){.channels = set->channels,
                            .height = set->height,
                            .width = set->width,
                            .pixels = set->pixels + image * image_set_image_bytes(set)};
}

static Status save(void *context, const char *folder, const Real *params, Problem *problem)
{
    const ImageClassification *task = context;
    return vision_folder_save(folder, &task->start, params, (const char *const *)task->class_names,
                              problem);
}

static Status keep_batch(void *context, NamedTensors *tensors)
{
    const ImageClassification *task = context;
    const ImageForm *form = &task->batch.form;
    const TensorShape images = {{task->filled, form->channels, form->height, form->width}, 4};
    const TensorShape examples = {{task->filled}, 1};
    Real *pixels = NULL;
    int32_t *y = NULL;
    TRY(named_tensors_add_reals(tensors, "pixels", images, &pixels));
    TRY(named_tensors_add_integers(tensors, "y", examples, &y));
    const size_t numbers = task->filled * form->channels * form->height * form->width;
    memcpy(pixels, task->batch.pixels, numbers * sizeof *pixels);
    memcpy(y, task->batch.labels, task->filled * sizeof *y);
    return STATUS_OK;
}

static Json *config_of(void *context)
{
    const ImageClassification *task = context;
    return vision_shape_to_json(&task->start.shape, (const char *const *)task->class_names);
}

static void close_source(void *context)
{
    ImageClassification *task = context;
    for (size_t d = 0; task->domains != NULL && d < task->domain_count; d++) {
        image_domain_clear(&task->domains[d]);
    }
    free(task->domains);
    for (size_t i = 0; task->class_names != NULL && i < task->class_count; i++) {
        free(task->class_names[i]);
    }
    free(task->class_names);
    for (size_t part = 0; part < SOURCE_PART_COUNT; part++) {
        free(task->parts[part].numbers);
    }
    vision_start_clear(&task->start);
    image_batch_clear(&task->batch);
    free(task);
}

static Status take_batch_room(ImageClassification *task, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    const VisionShape *shape = &task->start.shape;
    const double room = fmax(experiment_spec_step_examples(spec), spec->probe_windows);
    const ImageForm form = {shape->channel_count, shape->image_size, shape->image_size};
    return image_batch_init(&task->batch, (size_t)room, &form) == STATUS_OK
               ? STATUS_OK
               : problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                  "not enough memory for a batch of %.0f images", room);
}

static Status load(ImageClassification *task, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    TRY(read_domains(task, problem));
    TRY(name_classes(task, problem));
    TRY(check_classes(task, problem));
    for (SourcePart part = SOURCE_PART_TRAIN; part < SOURCE_PART_COUNT; part++) {
        TRY(order_part(task, part, problem));
    }
    TRY(check_variety(task, problem));
    TRY(vision_start_load(spec, (const char *const *)task->class_names, task->class_count,
                          &task->start, problem));
    return take_batch_room(task, problem);
}

/* -- a finished model ---------------------------------------------------------------------------------------- */

/* The classes are the model's: by name, or by number where either has no names. */
static Status take_model_classes(ImageClassification *task, Problem *problem)
{
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    ModelLabels labels = {0};
    TRY(folder_files_read_config(task->spec, &config, source, problem));
    const Status status = model_labels_read(config, source, &labels, problem);
    json_destroy(config);
    TRY(status);
    task->class_count = labels.count;
    task->class_names = calloc(labels.count, sizeof *task->class_names);
    bool is_complete = task->class_names != NULL;
    for (size_t i = 0; is_complete && i < labels.count; i++) {
        char number[NUMBER_BYTES];
        snprintf(number, sizeof number, "%zu", i);
        task->class_names[i] = strdup(labels.is_numbered ? number : labels.names.names[i]);
        is_complete = task->class_names[i] != NULL;
    }
    task->has_numbered_classes = labels.is_numbered;
    model_labels_clear(&labels);
    return is_complete ? STATUS_OK
                       : problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                          "not enough memory for the names of the classes");
}

static Status check_model_classes(const ImageClassification *task, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    for (size_t d = 0; d < task->domain_count; d++) {
        const ImageDomain *domain = &task->domains[d];
        if (domain->images.class_count > task->class_count) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s tells %zu classes, but \"%s\" has %zu; choose data sets "
                                    "with --domains",
                                    spec->model, task->class_count, experiment_spec_domain(spec, d),
                                    domain->images.class_count);
        }
        if (!task->has_numbered_classes && !has_known_classes(task, domain)) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s calls its classes \"%s\" and so on, \"%s\" calls them "
                                    "\"%s\"; choose data sets with --domains",
                                    spec->model, task->class_names[0],
                                    experiment_spec_domain(spec, d), domain->class_names.names[0]);
        }
    }
    return STATUS_OK;
}

static Status load_final(ImageClassification *task, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    TRY(take_model_classes(task, problem));
    TRY(read_domains(task, problem));
    TRY(check_model_classes(task, problem));
    TRY(order_part(task, SOURCE_PART_FINAL, problem));
    TRY(vision_start_load(spec, (const char *const *)task->class_names, task->class_count,
                          &task->start, problem));
    if (task->start.has_new_head) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: the model has no classifier for its %zu labels; fine-tune it "
                                "first",
                                spec->model, task->class_count);
    }
    return take_batch_room(task, problem);
}

/* -- opening -------------------------------------------------------------------------------------------------- */

static ClassificationSource source_of(ImageClassification *task)
{
    const StackShape *stack = &task->start.shape.stack;
    const TaskDisclosure disclosure = {.context = task,
                                       .embedding_rows = vision_patch_count(&task->start.shape),
                                       .embedding_width = stack->C,
                                       .has_dropout = stack->hidden_dropout > 0.0 ||
                                                      stack->attention_dropout > 0.0,
                                       .keep_batch = keep_batch,
                                       .config = config_of};
    return (ClassificationSource){.context = task,
                                  .network = {.context = task,
                                              .n = task->start.table.size,
                                              .rows = 1,
                                              .classes = task->class_count,
                                              .create_workspace = create_workspace,
                                              .destroy_workspace = destroy_workspace,
                                              .workspace_bytes = workspace_bytes,
                                              .forward = forward,
                                              .backward = backward},
                                  .table = &task->start.table,
                                  .theta_0 = task->start.theta_0,
                                  .head_text = task->start.head_text,
                                  .class_names = (const char *const *)task->class_names,
                                  .domain_count = task->domain_count,
                                  .train_domain_count = task->spec->train_domain_count,
                                  .first_example = first_example,
                                  .fill = fill,
                                  .picture = picture,
                                  .save = save,
                                  .close = close_source,
                                  .disclosure = disclosure};
}

static Status open_source(const ExperimentSpec *spec,
                          Status (*load_task)(ImageClassification *task, Problem *problem),
                          ClassificationSource *source, Problem *problem)
{
    ImageClassification *task = calloc(1, sizeof *task);
    if (task == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the race");
    }
    task->spec = spec;
    task->domain_count = spec->train_domain_count + spec->zero_shot_domain_count;
    const Status status = load_task(task, problem);
    if (status != STATUS_OK) {
        close_source(task);
        return status;
    }
    *source = source_of(task);
    return STATUS_OK;
}

Status image_classification_open(const ExperimentSpec *spec, ClassificationSource *source,
                                 Problem *problem)
{
    return open_source(spec, load, source, problem);
}

Status image_classification_open_final(const ExperimentSpec *spec, ClassificationSource *source,
                                       Problem *problem)
{
    return open_source(spec, load_final, source, problem);
}
