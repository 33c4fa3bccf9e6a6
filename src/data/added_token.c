#include "data/added_token.h"

AddedTokenFlags added_token_flags(const Json *token)
{
    return (AddedTokenFlags){.is_single_word = json_truth(json_member(token, "single_word")),
                             .takes_blanks_before = json_truth(json_member(token, "lstrip")),
                             .takes_blanks_after = json_truth(json_member(token, "rstrip")),
                             .is_normalized = json_truth(json_member(token, "normalized"))};
}

bool added_token_describe(Json *token, const char *content, AddedTokenFlags flags)
{
    return json_add_string(token, "content", content) &&
           json_add_bool(token, "single_word", flags.is_single_word) &&
           json_add_bool(token, "lstrip", flags.takes_blanks_before) &&
           json_add_bool(token, "rstrip", flags.takes_blanks_after) &&
           json_add_bool(token, "normalized", flags.is_normalized) &&
           json_add_bool(token, "special", true);
}
