#!/usr/bin/python3
"""Make vit_reference.safetensors and vit_reference.json: a small Vision Transformer in PyTorch; its loss, logits and gradients.

Written from the description of the model with torch.nn.functional and autograd, in double, to check the C code against.
Run from the repository's root with a python3 that has PyTorch (the numbers in the repository are from 1.13).
"""
import json

import torch
import torch.nn.functional as F

from encoder_reference import case, numbers, write_safetensors

CONFIG = {
    "model_type": "vit", "hidden_act": "gelu", "image_size": 6, "patch_size": 2, "num_channels": 2, "hidden_size": 8,
    "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 20, "layer_norm_eps": 1e-12, "qkv_bias": True,
    "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
    "id2label": {"0": "a", "1": "b", "2": "c"}, "label2id": {"a": 0, "b": 1, "c": 2},
}
LABELS = [2, 0]


def make_weights():
    torch.manual_seed(20240609)
    c, f, p, channels = (CONFIG[k] for k in ("hidden_size", "intermediate_size", "patch_size", "num_channels"))
    patches = (CONFIG["image_size"] // p) ** 2
    shapes = {"vit.embeddings.cls_token": (1, 1, c), "vit.embeddings.position_embeddings": (1, patches + 1, c),
              "vit.embeddings.patch_embeddings.projection.weight": (c, channels, p, p),
              "vit.embeddings.patch_embeddings.projection.bias": (c,)}

    def linear(name, out, width):
        shapes[name + ".weight"], shapes[name + ".bias"] = (out, width), (out,)

    def norm(name):
        shapes[name + ".weight"], shapes[name + ".bias"] = (c,), (c,)

    for layer in range(CONFIG["num_hidden_layers"]):
        h = f"vit.encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            linear(h + "attention.attention." + part, c, c)
        linear(h + "attention.output.dense", c, c)
        linear(h + "intermediate.dense", f, c)
        linear(h + "output.dense", c, f)
        norm(h + "layernorm_before")
        norm(h + "layernorm_after")
    norm("vit.layernorm")
    linear("classifier", len(CONFIG["id2label"]), c)
    weights = {}
    for name, shape in shapes.items():
        # Large and irregular everywhere (gains and biases too), so that no mistake hides behind a 0 or a 1.
        values = 0.4 * torch.randn(shape, dtype=torch.float32)
        if "layernorm" in name and name.endswith("weight"):
            values += 1
        weights[name] = values.double().requires_grad_()  # double, but exactly what a float file can hold
    return weights


def layer_norm(x, weights, prefix, epsilon):
    return F.layer_norm(x, x.shape[-1:], weights[prefix + ".weight"], weights[prefix + ".bias"], epsilon)


def dense(x, weights, prefix):
    return F.linear(x, weights[prefix + ".weight"], weights[prefix + ".bias"])


def attend(x, weights, prefix, heads):
    batch, time, channels = x.shape
    q, k, v = (dense(x, weights, prefix + "attention." + part).reshape(batch, time, heads, channels // heads).transpose(1, 2)
               for part in ("query", "key", "value"))
    scores = torch.einsum("bhid,bhjd->bhij", q, k) / (channels // heads) ** 0.5
    mixed = torch.einsum("bhij,bhjd->bhid", scores.softmax(dim=-1), v)
    return dense(mixed.transpose(1, 2).reshape(batch, time, channels), weights, prefix + "output.dense")


def classify(config, weights, images, noise=None):
    """Logits [images, classes]; noise [images, patches, C] is added to the embedded patches."""
    projection, epsilon = "vit.embeddings.patch_embeddings.projection", config["layer_norm_eps"]
    patches = F.conv2d(images, weights[projection + ".weight"], weights[projection + ".bias"], stride=config["patch_size"])
    patches = patches.flatten(2).transpose(1, 2)
    if noise is not None:
        patches = patches + noise
    first = weights["vit.embeddings.cls_token"].expand(images.shape[0], -1, -1)
    x = torch.cat((first, patches), dim=1) + weights["vit.embeddings.position_embeddings"]
    for layer in range(config["num_hidden_layers"]):
        h = f"vit.encoder.layer.{layer}."
        before = layer_norm(x, weights, h + "layernorm_before", epsilon)
        x = x + attend(before, weights, h + "attention.", config["num_attention_heads"])
        inner = F.gelu(dense(layer_norm(x, weights, h + "layernorm_after", epsilon), weights, h + "intermediate.dense"))
        x = x + dense(inner, weights, h + "output.dense")
    return dense(layer_norm(x, weights, "vit.layernorm", epsilon)[:, 0], weights, "classifier")


def main():
    weights = make_weights()
    size = CONFIG["image_size"]
    images = torch.randn(len(LABELS), CONFIG["num_channels"], size, size, dtype=torch.float32).double()
    reference = {"made_by": f"tests/reference/vit_reference.py, PyTorch {torch.__version__}", "config": CONFIG, "B": len(LABELS),
                 "images": numbers(images), **case(weights, classify(CONFIG, weights, images), LABELS)}
    write_safetensors("tests/reference/vit_reference.safetensors", weights)
    with open("tests/reference/vit_reference.json", "w", encoding="ascii") as file:
        json.dump(reference, file, indent=0, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
