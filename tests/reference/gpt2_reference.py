#!/usr/bin/python3
"""Make gpt2_reference.safetensors and gpt2_reference.json: a small GPT-2 in PyTorch, its loss, logits and gradients.

Written from the description of the model with torch.nn.functional and autograd, in double, to check the C code against.
Run from the repository's root with a python3 that has PyTorch (the numbers in the repository are from 1.13).
"""
import json
import struct

import torch
import torch.nn.functional as F

CONFIG = {
    "model_type": "gpt2", "activation_function": "gelu_new", "vocab_size": 37, "n_positions": 12, "n_embd": 16,
    "n_layer": 2, "n_head": 2, "n_inner": 40, "layer_norm_epsilon": 1e-05, "tie_word_embeddings": True,
}
WINDOWS, TOKENS, IGNORED = 2, 10, -1


def make_weights():
    torch.manual_seed(20240607)
    v, p, c, f = (CONFIG[k] for k in ("vocab_size", "n_positions", "n_embd", "n_inner"))
    shapes = {"wte.weight": (v, c), "wpe.weight": (p, c)}
    for layer in range(CONFIG["n_layer"]):
        h = f"h.{layer}."
        shapes |= {
            h + "ln_1.weight": (c,), h + "ln_1.bias": (c,),
            h + "attn.c_attn.weight": (c, 3 * c), h + "attn.c_attn.bias": (3 * c,),
            h + "attn.c_proj.weight": (c, c), h + "attn.c_proj.bias": (c,),
            h + "ln_2.weight": (c,), h + "ln_2.bias": (c,),
            h + "mlp.c_fc.weight": (c, f), h + "mlp.c_fc.bias": (f,),
            h + "mlp.c_proj.weight": (f, c), h + "mlp.c_proj.bias": (c,),
        }
    shapes |= {"ln_f.weight": (c,), "ln_f.bias": (c,)}
    weights = {}
    for name, shape in shapes.items():
        # Large and irregular everywhere (gains and biases too), so that no mistake hides behind a 0 or a 1.
        values = 0.3 * torch.randn(shape, dtype=torch.float32)
        if ".ln_" in "." + name and name.endswith("weight"):
            values += 1
        weights[name] = values.double().requires_grad_()  # double, but exactly what a float file can hold
    return weights


def layer_norm(x, weights, prefix):
    return F.layer_norm(x, x.shape[-1:], weights[prefix + ".weight"], weights[prefix + ".bias"],
                        CONFIG["layer_norm_epsilon"])


def dense(x, weights, prefix):
    return F.linear(x, weights[prefix + ".weight"].T, weights[prefix + ".bias"])


def attend(x, weights, prefix):
    batch, time, channels = x.shape
    heads = CONFIG["n_head"]
    q, k, v = (part.reshape(batch, time, heads, channels // heads).transpose(1, 2)
               for part in dense(x, weights, prefix + ".c_attn").chunk(3, dim=-1))
    scores = torch.einsum("bhid,bhjd->bhij", q, k) / (channels // heads) ** 0.5
    hidden = torch.ones(time, time, dtype=torch.bool).triu(diagonal=1)
    mixed = torch.einsum("bhij,bhjd->bhid", scores.masked_fill(hidden, float("-inf")).softmax(dim=-1), v)
    return dense(mixed.transpose(1, 2).reshape(batch, time, channels), weights, prefix + ".c_proj")


def run(weights, inputs):
    x = F.embedding(inputs, weights["wte.weight"]) + weights["wpe.weight"][: inputs.shape[1]]
    for layer in range(CONFIG["n_layer"]):
        h = f"h.{layer}."
        x = x + attend(layer_norm(x, weights, h + "ln_1"), weights, h + "attn")
        # torch 1.13 has the tanh form of GELU built in, so even that formula is not ours.
        inner = F.gelu(dense(layer_norm(x, weights, h + "ln_2"), weights, h + "mlp.c_fc"), approximate="tanh")
        x = x + dense(inner, weights, h + "mlp.c_proj")
    return F.linear(layer_norm(x, weights, "ln_f"), weights["wte.weight"])


def write_safetensors(path, tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        raw = struct.pack(f"<{tensor.numel()}f", *tensor.detach().flatten().tolist())
        header["transformer." + name] = {"dtype": "F32", "shape": list(tensor.shape),
                                         "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main():
    weights = make_weights()
    inputs = torch.randint(0, CONFIG["vocab_size"], (WINDOWS, TOKENS))
    inputs[1, 3] = inputs[0, 2]  # a token in both windows: its gradients must add up
    targets = torch.randint(0, CONFIG["vocab_size"], (WINDOWS, TOKENS))
    targets[0, 9] = targets[1, 4] = IGNORED
    logits = run(weights, inputs)
    loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)
    loss.backward()
    numbers = lambda tensor: [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()]
    reference = {
        "made_by": f"tests/reference/gpt2_reference.py, PyTorch {torch.__version__}", "config": CONFIG,
        "B": WINDOWS, "T": TOKENS, "inputs": inputs.flatten().tolist(), "targets": targets.flatten().tolist(),
        "loss_nats": loss.item(), "logits": numbers(logits),
        "gradients": {name: numbers(tensor.grad) for name, tensor in weights.items()},
    }
    write_safetensors("tests/reference/gpt2_reference.safetensors", weights)
    with open("tests/reference/gpt2_reference.json", "w", encoding="ascii") as file:
        json.dump(reference, file, indent=0, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
