#!/usr/bin/python3
"""Make encoder_reference.safetensors and encoder_reference.json: a small RoBERTa in PyTorch with both heads; losses, logits, gradients.

Written from the description of the model with torch.nn.functional and autograd, in double, to check the C code against.
Run from the repository's root with a python3 that has PyTorch (the numbers in the repository are from 1.13).
"""
import json
import struct

import torch
import torch.nn.functional as F

CONFIG = {
    "model_type": "xlm-roberta", "hidden_act": "gelu", "vocab_size": 23, "max_position_embeddings": 14, "hidden_size": 8,
    "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20, "layer_norm_eps": 1e-05, "type_vocab_size": 2,
    "pad_token_id": 1, "position_embedding_type": "absolute", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
    "id2label": {"0": "a", "1": "b", "2": "c"}, "label2id": {"a": 0, "b": 1, "c": 2},
}
BEGIN, PAD, END, MASK = 0, 1, 2, 22

# Pairs with </s></s> between: one that fills its window, one that is padded, and a single sentence; and two windows for the masked LM,
# one with padding in its middle too.
PAIRS = [[BEGIN, 5, 9, END, END, 7, 5, 11, END], [BEGIN, 12, END, END, 3, END, PAD, PAD, PAD],
         [BEGIN, 4, 9, 9, END, PAD, PAD, PAD, PAD]]
PAIR_TYPES = [[0, 0, 0, 0, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 0, 0, 0], [0] * 9]
LABELS = [2, 0, 2]
MASKED = [[BEGIN, 8, MASK, 13, MASK, 6, END, PAD], [BEGIN, MASK, PAD, 17, 8, END, PAD, PAD]]
ASKED = [[2, 4], [1, 4]]  # positions in each window
WORDS = [20, 8, 17, 3]


def make_weights():
    torch.manual_seed(20240608)
    v, p, c, f, types = (CONFIG[k] for k in ("vocab_size", "max_position_embeddings", "hidden_size", "intermediate_size",
                                             "type_vocab_size"))
    shapes = {}

    def linear(name, out, width):
        shapes[name + ".weight"], shapes[name + ".bias"] = (out, width), (out,)

    def norm(name):
        shapes[name + ".weight"], shapes[name + ".bias"] = (c,), (c,)

    e = "roberta.embeddings."
    shapes |= {e + "word_embeddings.weight": (v, c), e + "position_embeddings.weight": (p, c),
               e + "token_type_embeddings.weight": (types, c)}
    norm(e + "LayerNorm")
    for layer in range(CONFIG["num_hidden_layers"]):
        h = f"roberta.encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            linear(h + "attention.self." + part, c, c)
        linear(h + "attention.output.dense", c, c)
        norm(h + "attention.output.LayerNorm")
        linear(h + "intermediate.dense", f, c)
        linear(h + "output.dense", c, f)
        norm(h + "output.LayerNorm")
    linear("classifier.dense", c, c)
    linear("classifier.out_proj", len(CONFIG["id2label"]), c)
    linear("lm_head.dense", c, c)
    norm("lm_head.layer_norm")
    shapes["lm_head.bias"] = (v,)
    weights = {}
    for name, shape in shapes.items():
        # Large and irregular everywhere (gains, biases and the embeddings of padding too), so that no mistake hides behind a 0 or a 1.
        values = 0.4 * torch.randn(shape, dtype=torch.float32)
        if "norm" in name.lower() and name.endswith("weight"):
            values += 1
        weights[name] = values.double().requires_grad_()  # double, but exactly what a float file can hold
    return weights


def layer_norm(config, x, weights, prefix):
    return F.layer_norm(x, x.shape[-1:], weights[prefix + ".weight"], weights[prefix + ".bias"], config["layer_norm_eps"])


def dense(x, weights, prefix):
    return F.linear(x, weights[prefix + ".weight"], weights[prefix + ".bias"])


def attend(config, x, is_token, weights, prefix):
    batch, time, channels = x.shape
    heads = config["num_attention_heads"]
    q, k, v = (dense(x, weights, prefix + "self." + part).reshape(batch, time, heads, channels // heads).transpose(1, 2)
               for part in ("query", "key", "value"))
    scores = torch.einsum("bhid,bhjd->bhij", q, k) / (channels // heads) ** 0.5
    weight = scores.masked_fill(~is_token[:, None, None, :], float("-inf")).softmax(dim=-1)
    mixed = torch.einsum("bhij,bhjd->bhid", weight, v).transpose(1, 2).reshape(batch, time, channels)
    return layer_norm(config, dense(mixed, weights, prefix + "output.dense") + x, weights, prefix + "output.LayerNorm")


def run_body(config, weights, tokens, types, noise=None):
    """noise: added to the sum of the three embeddings, before their norm"""
    e = "roberta.embeddings."
    pad = config["pad_token_id"]
    is_token = tokens != pad
    positions = is_token.long().cumsum(dim=1) * is_token.long() + pad
    x = F.embedding(tokens, weights[e + "word_embeddings.weight"], padding_idx=pad)
    x = x + F.embedding(types, weights[e + "token_type_embeddings.weight"])
    x = x + F.embedding(positions, weights[e + "position_embeddings.weight"], padding_idx=pad)
    if noise is not None:
        x = x + noise
    x = layer_norm(config, x, weights, e + "LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        h = f"roberta.encoder.layer.{layer}."
        x = attend(config, x, is_token, weights, h + "attention.")
        inner = F.gelu(dense(x, weights, h + "intermediate.dense"))
        x = layer_norm(config, dense(inner, weights, h + "output.dense") + x, weights, h + "output.LayerNorm")
    return x


def classify(config, weights, tokens, types, noise=None):
    x = run_body(config, weights, tokens, types, noise)[:, 0]
    return dense(torch.tanh(dense(x, weights, "classifier.dense")), weights, "classifier.out_proj")


def predict_words(config, weights, tokens, asked, noise=None):
    """asked: positions in each window -> [all of them, vocabulary]"""
    x = run_body(config, weights, tokens, torch.zeros_like(tokens), noise)
    x = F.gelu(dense(x, weights, "lm_head.dense"))
    x = layer_norm(config, x, weights, "lm_head.layer_norm")
    logits = F.linear(x, weights["roberta.embeddings.word_embeddings.weight"], weights["lm_head.bias"])
    return torch.cat([logits[b, positions] for b, positions in enumerate(asked)])


def write_safetensors(path, tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        is_whole = tensor.dtype == torch.int64
        raw = struct.pack(f"<{tensor.numel()}{'q' if is_whole else 'f'}", *tensor.detach().flatten().tolist())
        header[name] = {"dtype": "I64" if is_whole else "F32", "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def numbers(tensor):
    return [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()]


def case(weights, logits, targets):
    """Loss, logits, and the gradient of every tensor that the case uses."""
    for tensor in weights.values():
        tensor.grad = None
    loss = F.cross_entropy(logits, torch.tensor(targets))
    loss.backward()
    return {"targets": targets, "loss_nats": loss.item(), "logits": numbers(logits),
            "gradients": {name: numbers(tensor.grad) for name, tensor in weights.items() if tensor.grad is not None}}


def main():
    weights = make_weights()
    pairs, types, masked = torch.tensor(PAIRS), torch.tensor(PAIR_TYPES), torch.tensor(MASKED)
    reference = {
        "made_by": f"tests/reference/encoder_reference.py, PyTorch {torch.__version__}", "config": CONFIG,
        "classifier": {"B": 3, "T": 9, "tokens": pairs.flatten().tolist(), "types": types.flatten().tolist(),
                       **case(weights, classify(CONFIG, weights, pairs, types), LABELS)},
        "masked_lm": {"B": 2, "T": 8, "tokens": masked.flatten().tolist(), "asked": sum(ASKED, []),
                      **case(weights, predict_words(CONFIG, weights, masked, ASKED), WORDS)},
    }
    # A buffer that old files have.
    ids = {"roberta.embeddings.position_ids": torch.arange(CONFIG["max_position_embeddings"])[None]}
    write_safetensors("tests/reference/encoder_reference.safetensors", weights | ids)
    with open("tests/reference/encoder_reference.json", "w", encoding="ascii") as file:
        json.dump(reference, file, indent=0, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
