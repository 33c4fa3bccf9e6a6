/* model/text_encoder_shape.c -- XLM-R's and RoBERTa's configuration, believed key by key. */
#include "model/text_encoder_shape.h"

#include <string.h>

/* X(key, value when absent, the only value supported): switches that would change the result. */
#define SWITCH_TABLE(X)                                                                            \
    X("is_decoder", false, false)                                                                  \
    X("add_cross_attention", false, false)                                                         \
    X("tie_word_embeddings", true, true)

/* The model_type of each family. */
static const char *family_name(TextEncoderFamily family)
{
    switch (family) {
    case TEXT_ENCODER_ROBERTA:
        return "roberta";
    case TEXT_ENCODER_XLM_ROBERTA:
        break;
    }
    return "xlm-roberta";
}

static const char *architecture_name(TextEncoderFamily family, TextEncoderHead head)
{
    switch (family) {
    case TEXT_ENCODER_ROBERTA:
        return head == TEXT_HEAD_MASKED_LM ? "RobertaForMaskedLM"
                                           : "RobertaForSequenceClassification";
    case TEXT_ENCODER_XLM_ROBERTA:
        break;
    }
    return head == TEXT_HEAD_MASKED_LM ? "XLMRobertaForMaskedLM"
                                       : "XLMRobertaForSequenceClassification";
}

size_t text_encoder_longest(const TextEncoderShape *shape)
{
    return shape->P - shape->padding - 1;
}

size_t text_encoder_output_width(const TextEncoderShape *shape)
{
    switch (shape->head) {
    case TEXT_HEAD_CLASSIFIER:
        return shape->label_count;
    case TEXT_HEAD_MASKED_LM:
        break;
    }
    return shape->V;
}

bool text_encoder_has_dropout(const TextEncoderShape *shape)
{
    const bool drops_in_head =
        shape->head == TEXT_HEAD_CLASSIFIER && shape->classifier_dropout > 0.0;
    return shape->stack.hidden_dropout > 0.0 || shape->stack.attention_dropout > 0.0 ||
           drops_in_head;
}

static Status read_family(ConfigSource source, TextEncoderFamily *out)
{
    const char *const type = json_string(json_member(source.config, "model_type"));
    for (int i = TEXT_ENCODER_ROBERTA; i <= TEXT_ENCODER_XLM_ROBERTA; i++) {
        if (strcmp(type, family_name((TextEncoderFamily)i)) == 0) {
            *out = (TextEncoderFamily)i;
            return STATUS_OK;
        }
    }
    return problem_describe(source.problem, STATUS_BAD_VALUE,
                            "%s: \"model_type\" is \"%.60s\", but must be \"roberta\" or "
                            "\"xlm-roberta\"; nothing else is "
                            "supported",
                            source.name, type);
}

static Status read_padding(ConfigSource source, TextEncoderShape *shape)
{
    shape->padding = 1; /* Hugging Face's default */
    if (config_has(source, "pad_token_id")) {
        TRY(config_read_size(source, "pad_token_id", 0, &shape->padding));
    }
    if (shape->padding >= shape->V || shape->padding + 1 >= shape->P) {
        return problem_describe(source.problem, STATUS_BAD_VALUE,
                                "%s: \"pad_token_id\" (%zu) must be below \"vocab_size\" (%zu) and "
                                "below \"max_position_embeddings\" (%zu) - 1",
                                source.name, shape->padding, shape->V, shape->P);
    }
    return STATUS_OK;
}

Status text_encoder_shape_from_json(const Json *config, const char *source_name,
                                    TextEncoderHead head, TextEncoderShape *out, Problem *problem)
{
    const ConfigSource source = {config, source_name, problem};
    TextEncoderShape shape = {.head = head};
    TRY(config_check_object(source));
    TRY(read_family(source, &shape.family));
    TRY(config_check_word(source, "position_embedding_type", "absolute", true));
#define CHECK_SWITCH(key, standard, supported)                                                     \
    TRY(config_check_switch(source, key, standard, supported));
    SWITCH_TABLE(CHECK_SWITCH)
#undef CHECK_SWITCH
    TRY(stack_shape_read(source, &shape.stack));
    TRY(config_read_size(source, "vocab_size", 1, &shape.V));
    TRY(config_read_size(source, "max_position_embeddings", 1, &shape.P));
    TRY(config_read_size(source, "type_vocab_size", 1, &shape.type_count));
    TRY(read_padding(source, &shape));
    TRY(config_read_label_count(source, &shape.label_count));
    shape.classifier_dropout = shape.stack.hidden_dropout;
    if (config_has(source, "classifier_dropout")) {
        TRY(config_read_dropout(source, "classifier_dropout", &shape.classifier_dropout));
    }
    *out = shape;
    return STATUS_OK;
}

static bool fill(Json *config, const TextEncoderShape *shape, const char *const *label_names)
{
    Json *const architectures = json_new_array();
    bool is_complete =
        json_append(architectures, json_new_string(architecture_name(shape->family, shape->head)));
    is_complete = json_add(config, "architectures", architectures) && is_complete;
    is_complete = json_add_string(config, "model_type", family_name(shape->family)) && is_complete;
    is_complete = stack_shape_add(config, &shape->stack) && is_complete;
    is_complete = json_add_number(config, "vocab_size", (double)shape->V) && is_complete;
    is_complete =
        json_add_number(config, "max_position_embeddings", (double)shape->P) && is_complete;
    is_complete =
        json_add_number(config, "type_vocab_size", (double)shape->type_count) && is_complete;
    is_complete = json_add_number(config, "pad_token_id", (double)shape->padding) && is_complete;
    is_complete = json_add_string(config, "position_embedding_type", "absolute") && is_complete;
    is_complete =
        json_add_number(config, "classifier_dropout", shape->classifier_dropout) && is_complete;
#define ADD_SWITCH(key, standard, supported)                                                       \
    is_complete = json_add_bool(config, key, supported) && is_complete;
    SWITCH_TABLE(ADD_SWITCH)
#undef ADD_SWITCH
    if (shape->head == TEXT_HEAD_CLASSIFIER) {
        is_complete = config_add_labels(config, label_names, shape->label_count) && is_complete;
    }
    return json_add_string(config, "torch_dtype", "float32") && is_complete;
}

Json *text_encoder_shape_to_json(const TextEncoderShape *shape, const char *const *label_names)
{
    Json *const config = json_new_object();
    if (config != NULL && !fill(config, shape, label_names)) {
        json_destroy(config);
        return NULL;
    }
    return config;
}
