#!/usr/bin/python3
"""Make kernel_reference.h: what PyTorch (double, autograd) gives for small inputs to each kernel.

Run from the repository's root with a python3 that has PyTorch (the numbers in the repository are from 1.13).
"""
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)
lines = []


def put(name, tensor):
    values = tensor.detach().flatten().tolist()
    lines.append(f"static const double {name}[] __attribute__((unused)) = {{" + ", ".join(f"{v:.15g}" for v in values) + "};")


def make(name, *shape, scale=1.0):
    """A random input that a float holds exactly, with its gradient wanted."""
    tensor = (scale * torch.randn(*shape)).float().double().requires_grad_()
    put(name, tensor)
    return tensor


def backward(output, upstream, **inputs):
    output.backward(upstream)
    for name, tensor in inputs.items():
        put(name, tensor.grad)


x, w, b, d_y = make("LINEAR_X", 4, 3), make("LINEAR_W", 3, 5), make("LINEAR_B", 5), make("LINEAR_D_Y", 4, 5)
y = x @ w + b
put("LINEAR_Y", y)
backward(y, d_y.detach(), LINEAR_D_X=x, LINEAR_D_W=w, LINEAR_D_B=b)

x, w, b, d_y = make("NORM_X", 3, 21), make("NORM_GAIN", 21), make("NORM_BIAS", 21), make("NORM_D_Y", 3, 21)
y = F.layer_norm(x, (21,), w, b, 1e-3)
put("NORM_Y", y)
backward(y, d_y.detach(), NORM_D_X=x, NORM_D_GAIN=w, NORM_D_BIAS=b)

x = torch.tensor([-30.0, -5.0, -2.0, -0.75, -0.125, 0.0, 0.125, 0.75, 2.0, 5.0, 30.0], requires_grad=True)
put("GELU_X", x)
y = F.gelu(x, approximate="tanh")
put("GELU_Y", y)
backward(y, torch.ones_like(y), GELU_SLOPE=x)

B, T, C, H = 2, 5, 6, 2
qkv, d_out = make("ATTENTION_QKV", B, T, 3 * C, scale=1.5), make("ATTENTION_D_OUT", B, T, C)
q, k, v = (part.reshape(B, T, H, C // H).transpose(1, 2) for part in qkv.chunk(3, dim=-1))
scores = (q @ k.transpose(-1, -2)) / (C // H) ** 0.5
scores = scores.masked_fill(torch.ones(T, T).triu(1).bool(), float("-inf"))
out = (scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, C)
put("ATTENTION_OUT", out)
backward(out, d_out.detach(), ATTENTION_D_QKV=qkv)

logits = make("ENTROPY_LOGITS", 4, 19, scale=3.0)
targets = torch.tensor([18, -1, 0, 7])
put("ENTROPY_LOG_SUMS", logits.logsumexp(-1))
loss = F.cross_entropy(logits, targets, ignore_index=-1, reduction="sum")
put("ENTROPY_SUM", loss)
backward(loss / 3, torch.tensor(1.0), ENTROPY_D_LOGITS=logits)

p, q = make("KL_TARGET", 3, 19, scale=2.0), make("KL_CURRENT", 3, 19, scale=2.0)
put("KL_SUMS", F.kl_div(q.log_softmax(-1), p.softmax(-1), reduction="none").sum(-1))

header = "/* reference/kernel_reference.h -- made by kernel_reference.py with PyTorch "
with open("tests/reference/kernel_reference.h", "w", encoding="ascii") as file:
    file.write(header + torch.__version__ + "; do not edit. */\n/* clang-format off */\n")
    file.write("#ifndef REFERENCE_KERNEL_REFERENCE_H\n#define REFERENCE_KERNEL_REFERENCE_H\n\n")
    file.write("\n".join(lines))
    file.write("\n\n#endif\n")
