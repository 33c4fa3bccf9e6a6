#!/usr/bin/python3
"""Make encoder_kernel_reference.h: what PyTorch (double, autograd) gives for small inputs to the encoders' kernels.

Run from the repository's root with a python3 that has PyTorch (the numbers in the repository are from 1.13).
"""
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(12)
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


x, w, b, d_y = make("DENSE_X", 4, 3), make("DENSE_W", 5, 3), make("DENSE_B", 5), make("DENSE_D_Y", 4, 5)
y = F.linear(x, w, b)
put("DENSE_Y", y)
backward(y, d_y.detach(), DENSE_D_X=x, DENSE_D_W=w, DENSE_D_B=b)

EDGES = [-30.0, -5.0, -2.0, -0.75, -0.125, 0.0, 0.125, 0.75, 2.0, 5.0, 30.0]
x = torch.tensor(EDGES, requires_grad=True)
put("ERF_GELU_X", x)
y = F.gelu(x)
put("ERF_GELU_Y", y)
backward(y, torch.ones_like(y), ERF_GELU_SLOPE=x)

x = torch.tensor(EDGES, requires_grad=True)
put("TANH_X", x)
y = x.tanh()
put("TANH_Y", y)
backward(y, torch.ones_like(y), TANH_SLOPE=x)

B, T, C, H = 3, 5, 6, 2
PADDING = torch.tensor([[0, 0, 0, 0, 0], [0, 0, 0, 1, 1], [0, 1, 0, 0, 1]]).bool()  # none, at the end, and with a gap
qkv, d_out = make("MASKED_QKV", B, T, 3 * C, scale=1.5), make("MASKED_D_OUT", B, T, C)
q, k, v = (part.reshape(B, T, H, C // H).transpose(1, 2) for part in qkv.chunk(3, dim=-1))
scores = (q @ k.transpose(-1, -2)) / (C // H) ** 0.5
scores = scores.masked_fill(PADDING[:, None, None, :], float("-inf"))
out = (scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, C)
put("MASKED_OUT", out)
backward(out, d_out.detach(), MASKED_D_QKV=qkv)

header = "/* reference/encoder_kernel_reference.h -- made by encoder_kernel_reference.py with PyTorch "
with open("tests/reference/encoder_kernel_reference.h", "w", encoding="ascii") as file:
    file.write(header + torch.__version__ + "; do not edit. */\n/* clang-format off */\n")
    file.write("#ifndef REFERENCE_ENCODER_KERNEL_REFERENCE_H\n#define REFERENCE_ENCODER_KERNEL_REFERENCE_H\n\n")
    file.write("\n".join(lines))
    file.write("\n\n#endif\n")
