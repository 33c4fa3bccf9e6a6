"""bench/bench_torch.py -- the other side of bench_torch.c: one step of a method in PyTorch for each line on stdin.

    bench_torch.py MODEL_FOLDER BATCH_FILE THREADS

BATCH_FILE holds the inputs and then the targets as int32, windows of n_positions tokens. Prints `ready VERSION`, then
each step's loss (before its update). Each method begins at the model in MODEL_FOLDER and has its own weights. Plain
PyTorch as one would write it by hand: fused layer norm, tanh GELU and cross-entropy, torch.optim.AdamW.
"""
import json
import math
import struct
import sys

import torch
import torch.nn.functional as F

LEARNING_RATE = 1e-5
RHO_SAM = 0.1
RHO_TRAM = 0.5
SCALE = 500.0
GUARD = 1e-12


def load_weights(path):
    with open(path, "rb") as file:
        data = bytearray(file.read())
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    weights = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32"
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data[8 + size + begin:8 + size + end], dtype=torch.float32)
        weights[name.removeprefix("transformer.")] = flat.reshape(entry["shape"]).clone()
    return weights


class Model:
    """GPT-2 as functions of a dictionary of tensors."""

    def __init__(self, folder):
        with open(folder + "/config.json", encoding="utf-8") as file:
            self.config = json.load(file)
        self.weights = load_weights(folder + "/model.safetensors")
        positions = self.config["n_positions"]
        self.mask = torch.full((positions, positions), -math.inf).triu(1)

    def norm(self, x, p, name):
        return F.layer_norm(x, x.shape[-1:], p[name + ".weight"], p[name + ".bias"],
                            self.config["layer_norm_epsilon"])

    @staticmethod
    def linear(x, p, name):
        flat = torch.addmm(p[name + ".bias"], x.reshape(-1, x.shape[-1]), p[name + ".weight"])
        return flat.reshape(*x.shape[:-1], -1)

    def attention(self, x, p, block):
        B, T, C = x.shape
        H = self.config["n_head"]
        q, k, v = self.linear(x, p, block + "attn.c_attn").split(C, dim=2)
        q, k, v = (t.reshape(B, T, H, C // H).transpose(1, 2) for t in (q, k, v))
        scores = q @ k.transpose(2, 3) / math.sqrt(C // H) + self.mask[:T, :T]
        mixed = (F.softmax(scores, dim=-1) @ v).transpose(1, 2).reshape(B, T, C)
        return self.linear(mixed, p, block + "attn.c_proj")

    def logits(self, p, tokens):
        x = p["wte.weight"][tokens] + p["wpe.weight"][: tokens.shape[1]]
        for layer in range(self.config["n_layer"]):
            block = f"h.{layer}."
            x = x + self.attention(self.norm(x, p, block + "ln_1"), p, block)
            hidden = self.linear(self.norm(x, p, block + "ln_2"), p, block + "mlp.c_fc")
            x = x + self.linear(F.gelu(hidden, approximate="tanh"), p, block + "mlp.c_proj")
        return self.norm(x, p, "ln_f") @ p["wte.weight"].T


class Lane:
    def __init__(self, model, method, inputs, targets):
        self.model = model
        self.method = method
        self.inputs = inputs
        self.targets = targets
        self.names = list(model.weights)
        self.tensors = [model.weights[name].clone().requires_grad_() for name in self.names]
        self.previous = None
        self.optimizer = torch.optim.AdamW(self.tensors, lr=LEARNING_RATE, betas=(0.9, 0.99), weight_decay=0.0)

    def forward(self, tensors):
        logits = self.model.logits(dict(zip(self.names, tensors)), self.inputs)
        return logits.reshape(-1, logits.shape[-1])

    def gradient(self):
        self.optimizer.zero_grad()
        logits = self.forward(self.tensors)
        loss = F.cross_entropy(logits, self.targets)
        loss.backward()
        return loss.item(), logits.detach()

    @torch.no_grad()
    def ascend(self, directions, norm, radius):
        saved = [t.clone() for t in self.tensors]
        factor = radius / (norm + GUARD)
        for tensor, direction in zip(self.tensors, directions):
            tensor.add_(direction, alpha=factor)
        return saved

    @torch.no_grad()
    def restore(self, saved):
        for tensor, old in zip(self.tensors, saved):
            tensor.copy_(old)

    def sam(self):
        grads = [t.grad for t in self.tensors]
        norm = torch.linalg.vector_norm(torch.stack([g.norm() for g in grads])).item()
        saved = self.ascend(grads, norm, RHO_SAM)
        self.gradient()
        self.restore(saved)

    def tram(self, logits):
        with torch.no_grad():
            if self.previous is None:
                divergence = 0.0
            else:
                target = F.log_softmax(self.forward(self.previous), dim=-1)
                current = F.log_softmax(logits, dim=-1)
                divergence = F.kl_div(current, target, reduction="batchmean", log_target=True).item()
            self.previous = [t.detach().clone() for t in self.tensors]
            if divergence <= 0.0:
                return
            scaled = [t.abs() * t.grad for t in self.tensors]
            norm = torch.linalg.vector_norm(torch.stack([s.norm() for s in scaled])).item()
            directions = [t.abs() * s for t, s in zip(self.tensors, scaled)]
        saved = self.ascend(directions, norm, min(SCALE * divergence, RHO_TRAM))
        self.gradient()
        self.restore(saved)

    def step(self):
        loss, logits = self.gradient()
        if self.method == "sam":
            self.sam()
        elif self.method == "tram-prev":
            self.tram(logits)
        self.optimizer.step()
        return loss


def main():
    folder, batch_path, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    model = Model(folder)
    with open(batch_path, "rb") as file:
        batch = torch.frombuffer(bytearray(file.read()), dtype=torch.int32).long()
    batch = batch.reshape(2, -1, model.config["n_positions"])
    lanes = {name: Lane(model, name, batch[0], batch[1].reshape(-1)) for name in ("adamw", "sam", "tram-prev")}
    print("ready", torch.__version__, flush=True)
    for line in sys.stdin:
        print(lanes[line.strip()].step(), flush=True)


main()
